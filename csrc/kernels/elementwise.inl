/// The loops of an elementwise formula, value and derivatives; included once per ISA level, family
/// and kind of dtype.
namespace wg {
namespace {

/// A loop over dense operands. `n` is a multiple of the register's length; what the loop does not
/// read may be null.
template <class T>
using DenseLoop = void (*)(const T* const* operands, std::byte* out, std::int64_t n,
                           bool accumulate);

/// Runs a loop over operands of any steps: those that are not dense, and what does not fill a
/// register, pass through memory in the first cache, so that each formula is compiled for dense
/// registers alone.
template <class Lane, class Out> class Runner {
 public:
  using T = typename Lane::Element;

  Runner(DenseLoop<T> loop, int count, unsigned reads, const Strided* operands)
      : loop_(loop), count_(count), reads_(reads), operands_(operands) {
    for (int k = 0; k < count; ++k) is_dense_ &= !reads_operand(k) || operands[k].step == 1;
  }

  void run(std::byte* out, std::int64_t n, bool accumulate) {
    const std::int64_t whole = is_dense_ ? n - n % Lane::width : 0;
    if (whole != 0) run_dense(0, out, whole, accumulate);
    if (whole == n) return;
    if (whole != 0 && !accumulate && !is_in_place(out)) {
      run_dense(n - Lane::width, out, Lane::width, false);  // a few elements once more
    } else {
      run_blocks(out, whole, n, accumulate);
    }
  }

 private:
  static constexpr int most = 4;  // operands, output and cotangent
  static constexpr std::int64_t block = 2048 / static_cast<std::int64_t>(sizeof(T));

  bool reads_operand(int k) const { return (reads_ >> k & 1) != 0; }

  bool is_in_place(const std::byte* out) const {
    bool found = false;
    for (int k = 0; k < count_; ++k) found |= operands_[k].data == out;
    return found;
  }

  void run_dense(std::int64_t begin, std::byte* out, std::int64_t n, bool accumulate) {
    const T* at[most] = {};
    for (int k = 0; k < count_; ++k)
      at[k] = reads_operand(k) ? reinterpret_cast<const T*>(operands_[k].data) + begin : nullptr;
    loop_(at, out + begin * item, n, accumulate);
  }

  [[gnu::noinline]] void run_blocks(std::byte* out, std::int64_t begin, std::int64_t n,
                                    bool accumulate) {
    alignas(64) T buffers[most][block];
    const bool can_repeat = !accumulate && !is_in_place(out);
    for (std::int64_t i = begin; i < n; i += block) {
      const std::int64_t length = n - i < block ? n - i : block,
                         whole = length - length % Lane::width;
      const T* at[most] = {};
      for (int k = 0; k < count_; ++k) {
        if (!reads_operand(k)) continue;
        const auto [data, step] = operands_[k];
        const T* from = reinterpret_cast<const T*>(data) + i * step;
        at[k] = step == 1 ? from : buffers[k];
        if (step > 1 || step < 0 || (step == 0 && i == begin)) copy(from, step, length, buffers[k]);
      }
      if (whole != 0) loop_(at, out + i * item, whole, accumulate);
      if (whole == length) continue;
      if (whole != 0 && can_repeat) {
        advance(at, length - Lane::width);
        loop_(at, out + (i + length - Lane::width) * item, Lane::width, false);
      } else {
        advance(at, whole);
        run_rest(at, out + (i + whole) * item, length - whole, accumulate);
      }
    }
  }

  void advance(const T** at, std::int64_t by) const {
    for (int k = 0; k < count_; ++k) at[k] = at[k] ? at[k] + by : nullptr;
  }

  // A register that is not full is filled up with its last element.
  void run_rest(const T** at, std::byte* out, std::int64_t count, bool accumulate) {
    alignas(64) T full[most][Lane::width];
    for (int k = 0; k < count_; ++k) {
      if (!at[k]) continue;
      for (std::int64_t i = 0; i < Lane::width; ++i) full[k][i] = at[k][i < count ? i : count - 1];
      at[k] = full[k];
    }
    alignas(64) std::byte rest[Lane::width * item];
    const auto bytes = static_cast<std::size_t>(count) * item;
    if (accumulate) __builtin_memcpy(rest, out, bytes);
    loop_(at, rest, Lane::width, accumulate);
    __builtin_memcpy(out, rest, bytes);
  }

  static void copy(const T* from, std::int64_t step, std::int64_t length, T* to) {
    const T first = *from;
    if (step == 0) {
      for (std::int64_t i = 0; i < length; ++i) to[i] = first;
    } else {
      for (std::int64_t i = 0; i < length; ++i) to[i] = from[i * step];
    }
  }

  static constexpr std::size_t item = sizeof(Out);
  DenseLoop<T> loop_;
  int count_;
  unsigned reads_;
  const Strided* operands_;
  bool is_dense_ = true;
};

/// A cotangent times a partial; literal partials of one and minus one need no product.
template <class Lane> [[gnu::always_inline]] inline Lane contribution(Lane ct, Lane partial) {
  return intrinsic(Chain{}, ct, partial);
}
template <class Lane> [[gnu::always_inline]] inline Lane contribution(Lane ct, int partial) {
  return partial == 1 ? ct : partial == -1 ? -ct : ct * Lane(partial);
}
template <class Lane> [[gnu::always_inline]] inline Lane contribution(Lane ct, double partial) {
  return ct * Lane(partial);
}

template <class Op, class Wide, class Narrow> struct Loops {
  using T = typename Wide::Element;
  static constexpr int arity = Op::arity;

  using Out = std::conditional_t<Op::is_predicate, std::byte, T>;
  using Runs = Runner<Wide, Out>;

  template <int I> static constexpr unsigned reads = residuals<Op, I>() | 1u << (arity + 1);

  // Loads what the derivative with respect to operand I reads, and the cotangent.
  template <int I, class Lane, class Load>
  [[gnu::always_inline]] static Lane derivative(Load load) {
    const auto operand = [&](auto k) {
      if constexpr (reads<I> & (1u << decltype(k)::value))
        return load(decltype(k)::value);
      else
        return Lane(1);
    };
    const Lane ct = load(arity + 1);
    using Index0 = std::integral_constant<int, 0>;
    using Index1 = std::integral_constant<int, 1>;
    using Index2 = std::integral_constant<int, 2>;
    if constexpr (arity == 1) {
      return contribution(ct, Op::partial(operand(Index0{}), operand(Index1{})));
    } else if constexpr (I == 0) {
      return contribution(ct,
                          Op::partial_x(operand(Index0{}), operand(Index1{}), operand(Index2{})));
    } else {
      return contribution(ct,
                          Op::partial_y(operand(Index0{}), operand(Index1{}), operand(Index2{})));
    }
  }

  template <class Lane, class Load> [[gnu::always_inline]] static Lane value(Load load) {
    if constexpr (arity == 1)
      return Lane(Op::value(load(0)));
    else
      return Lane(Op::value(load(0), load(1)));
  }

  [[gnu::flatten]] static void forward(const T* const* in, std::byte* out, std::int64_t n, bool) {
    const T* from[arity];  // the compiler cannot know that writing to `out` leaves `in` as it is
    for (int k = 0; k < arity; ++k) from[k] = in[k];
    for (std::int64_t i = 0; i < n; i += Wide::width) {
      const Wide lane = value<Wide>([&](int k) { return Wide::load(from[k] + i); });
      if constexpr (Op::is_predicate)
        lane.store_truth(out + i);
      else
        lane.store(reinterpret_cast<T*>(out) + i);
    }
  }
  static void forward_of_strided(const Strided* in, std::byte* out, std::int64_t n) {
    Runs(forward, arity, (1u << arity) - 1, in).run(out, n, false);
  }

  template <int I>
  [[gnu::flatten]] static void adjoint(const T* const* in, std::byte* out, std::int64_t n,
                                       bool accumulate) {
    T* gradient = reinterpret_cast<T*>(out);
    const T* from[arity + 2];
    for (int k = 0; k < arity + 2; ++k) from[k] = in[k];
    for (std::int64_t i = 0; i < n; i += Wide::width) {
      Wide sum = derivative<I, Wide>([&](int k) { return Wide::load(from[k] + i); });
      asm("" : "+r"(accumulate));  // or the compiler writes the formula twice, once for each case
      if (accumulate) sum = Wide::load(gradient + i) + sum;
      sum.store(gradient + i);
    }
  }
  template <int I>
  static void adjoint_of_strided(const Strided* in, std::byte* out, std::int64_t n,
                                 bool accumulate) {
    Runs(adjoint<I>, arity + 2, reads<I>, in).run(out, n, accumulate);
  }

  [[gnu::flatten]] static void scalar(const std::byte* const* in, std::byte* out) {
    const auto load = [&](int k) { return Narrow(*reinterpret_cast<const T*>(in[k])); };
    const Narrow y = value<Narrow>(load);
    if constexpr (Op::is_predicate)
      *out = std::byte(y.element(0) != T(0));
    else
      *reinterpret_cast<T*>(out) = y.element(0);
  }

  template <int I>
  [[gnu::always_inline]] static void scalar_contribution(const std::byte* const* in,
                                                         std::byte* const* gradients) {
    if (!gradients[I]) return;
    const auto load = [&](int k) { return Narrow(*reinterpret_cast<const T*>(in[k])); };
    *reinterpret_cast<T*>(gradients[I]) = derivative<I, Narrow>(load).element(0);
  }
  [[gnu::flatten]] static void scalar_adjoint(const std::byte* const* in,
                                              std::byte* const* gradients) {
    scalar_contribution<0>(in, gradients);
    if constexpr (arity == 2) scalar_contribution<1>(in, gradients);
  }

  static constexpr Kernel kernel() {
    Kernel row;
    row.forward = forward_of_strided;
    row.scalar = scalar;
    if constexpr (Op::is_differentiable && !Op::is_predicate &&
                  std::is_same_v<T, typename Wide::Inexact>) {
      row.adjoint[0] = adjoint_of_strided<0>;
      if constexpr (arity == 2) row.adjoint[1] = adjoint_of_strided<1>;
      row.scalar_adjoint = scalar_adjoint;
    }
    return row;
  }
};

/// Writes the rows of a family for one dtype, where its formulas serve that kind.
template <class Wide, class Narrow, unsigned kind, class... Ops>
void fill(Kernel (*rows)[dtype_count], List<Ops...>) {
  constexpr int column = index(dtype_of<typename Wide::Stored>);
  int row = 0;
  const auto put = [&]<class Op>(Op) {
    if constexpr (Op::kinds & kind) rows[row][column] = Loops<Op, Wide, Narrow>::kernel();
    ++row;
  };
  (put(Ops{}), ...);
}

template <class T> using Wide = Lane<T, register_bytes / sizeof(T)>;
template <class T> using Narrow = Lane<T, 16 / sizeof(T)>;  // one element, by the same arithmetic

[[maybe_unused]] void fill_real(Kernel (*rows)[dtype_count], auto family) {
  fill<Wide<float>, Narrow<float>, real>(rows, family);
  fill<Wide<double>, Narrow<double>, real>(rows, family);
}
[[maybe_unused]] void fill_complex(Kernel (*rows)[dtype_count], auto family) {
  fill<ComplexLane<float>, ComplexLane<float>, complex>(rows, family);
  fill<ComplexLane<double>, ComplexLane<double>, complex>(rows, family);
}
[[maybe_unused]] void fill_integral(Kernel (*rows)[dtype_count], auto family) {
  fill<BooleanLane, BooleanLane, boolean>(rows, family);
  fill<Wide<std::int32_t>, Narrow<std::int32_t>, integer>(rows, family);
  fill<Wide<std::int64_t>, Narrow<std::int64_t>, integer>(rows, family);
}

}  // namespace
}  // namespace wg
