/// The loops of an elementwise formula, value and derivatives; included once per ISA level, family
/// and kind of dtype.
namespace wg {
namespace {

template <class Lane>
struct Operands {
  using T = typename Lane::Element;

  template <bool unit>
  [[gnu::always_inline]] static Lane load(const Strided& s, std::int64_t i) {
    const T* from = reinterpret_cast<const T*>(s.data);
    if constexpr (unit) {
      return Lane::load(from + i);
    } else {
      if (s.step == 1) return Lane::load(from + i);
      if (s.step == 0) return Lane(*from);
      return Lane::gather(from + i * s.step, s.step);
    }
  }
  /// The last `count` elements, the rest of the register filled with the first of them.
  [[gnu::always_inline]] static Lane load_tail(const Strided& s, std::int64_t i, std::int64_t count) {
    const T* from = reinterpret_cast<const T*>(s.data) + i * s.step;
    T buffer[Lane::width];
    for (int k = 0; k < Lane::width; ++k) buffer[k] = from[(k < count ? k : 0) * s.step];
    return Lane::load(buffer);
  }
};

template <class Lane>
[[gnu::always_inline]] inline void store_tail(const Lane& lane, typename Lane::Element* to,
                                              std::int64_t count) {
  typename Lane::Element buffer[Lane::width];
  lane.store(buffer);
  for (int k = 0; k < Lane::width; ++k) {
    if (k < count) to[k] = buffer[k];
  }
}

/// A cotangent times a partial; literal partials of one and minus one need no product.
template <class Lane>
[[gnu::always_inline]] inline Lane contribution(Lane ct, Lane partial) {
  return intrinsic(Chain{}, ct, partial);
}
template <class Lane>
[[gnu::always_inline]] inline Lane contribution(Lane ct, int partial) {
  return partial == 1 ? ct : partial == -1 ? -ct : ct * Lane(partial);
}
template <class Lane>
[[gnu::always_inline]] inline Lane contribution(Lane ct, double partial) {
  return ct * Lane(partial);
}

template <class Op, class Wide, class Narrow>
struct Loops {
  using T = typename Wide::Element;
  static constexpr int arity = Op::arity;

  // Reads element i of what the derivative with respect to operand I reads, and the cotangent.
  template <int I, class Lane, class Load>
  [[gnu::always_inline]] static Lane derivative(Load load) {
    constexpr unsigned reads = residuals<Op, I>();
    const auto operand = [&](auto k) {
      if constexpr (reads & (1u << decltype(k)::value)) return load(decltype(k)::value);
      else return Lane(1);
    };
    const Lane ct = load(arity + 1);
    using Index0 = std::integral_constant<int, 0>;
    using Index1 = std::integral_constant<int, 1>;
    using Index2 = std::integral_constant<int, 2>;
    if constexpr (arity == 1) {
      return contribution(ct, Op::partial(operand(Index0{}), operand(Index1{})));
    } else if constexpr (I == 0) {
      return contribution(ct, Op::partial_x(operand(Index0{}), operand(Index1{}), operand(Index2{})));
    } else {
      return contribution(ct, Op::partial_y(operand(Index0{}), operand(Index1{}), operand(Index2{})));
    }
  }

  template <class Lane, class Load>
  [[gnu::always_inline]] static Lane value(Load load) {
    if constexpr (arity == 1) return Lane(Op::value(load(0)));
    else return Lane(Op::value(load(0), load(1)));
  }

  [[gnu::always_inline]] static void put(const Wide& lane, std::byte* out, std::int64_t i) {
    if constexpr (Op::is_predicate) {
      for (int k = 0; k < Wide::width; ++k) out[i + k] = std::byte(lane.element(k) != T(0));
    } else {
      lane.store(reinterpret_cast<T*>(out) + i);
    }
  }
  [[gnu::always_inline]] static void put_tail(const Wide& lane, std::byte* out, std::int64_t i,
                                              std::int64_t count) {
    if constexpr (Op::is_predicate) {
      for (int k = 0; k < count; ++k) out[i + k] = std::byte(lane.element(k) != T(0));
    } else {
      store_tail(lane, reinterpret_cast<T*>(out) + i, count);
    }
  }

  template <bool unit>
  [[gnu::always_inline]] static std::int64_t forward_registers(const Strided* in, std::byte* out,
                                                               std::int64_t n) {
    std::int64_t i = 0;
    for (; i + Wide::width <= n; i += Wide::width) {
      put(value<Wide>([&](int k) { return Operands<Wide>::template load<unit>(in[k], i); }), out, i);
    }
    return i;
  }

  [[gnu::flatten]] static void forward(const Strided* in, std::byte* out, std::int64_t n) {
    bool unit = true;
    for (int k = 0; k < arity; ++k) unit &= in[k].step == 1;
    const std::int64_t i =
        unit ? forward_registers<true>(in, out, n) : forward_registers<false>(in, out, n);
    if (i < n) {
      put_tail(value<Wide>([&](int k) { return Operands<Wide>::load_tail(in[k], i, n - i); }), out, i,
               n - i);
    }
  }

  template <int I, bool unit>
  [[gnu::always_inline]] static std::int64_t adjoint_registers(const Strided* in, T* gradient,
                                                               std::int64_t n, bool accumulate) {
    std::int64_t i = 0;
    for (; i + Wide::width <= n; i += Wide::width) {
      Wide sum =
          derivative<I, Wide>([&](int k) { return Operands<Wide>::template load<unit>(in[k], i); });
      if (accumulate) sum = Wide::load(gradient + i) + sum;
      sum.store(gradient + i);
    }
    return i;
  }

  template <int I>
  [[gnu::flatten]] static void adjoint(const Strided* in, std::byte* out, std::int64_t n,
                                       bool accumulate) {
    T* gradient = reinterpret_cast<T*>(out);
    bool unit = in[arity + 1].step == 1;
    for (int k = 0; k <= arity; ++k) {
      if (residuals<Op, I>() & (1u << k)) unit &= in[k].step == 1;
    }
    const std::int64_t i = unit ? adjoint_registers<I, true>(in, gradient, n, accumulate)
                                : adjoint_registers<I, false>(in, gradient, n, accumulate);
    if (i < n) {
      Wide sum =
          derivative<I, Wide>([&](int k) { return Operands<Wide>::load_tail(in[k], i, n - i); });
      const Strided so_far{out, 1};
      if (accumulate) sum = Operands<Wide>::load_tail(so_far, i, n - i) + sum;
      store_tail(sum, gradient + i, n - i);
    }
  }

  [[gnu::flatten]] static void scalar(const std::byte* const* in, std::byte* out) {
    const auto load = [&](int k) { return Narrow(*reinterpret_cast<const T*>(in[k])); };
    const Narrow y = value<Narrow>(load);
    if constexpr (Op::is_predicate) *out = std::byte(y.element(0) != T(0));
    else *reinterpret_cast<T*>(out) = y.element(0);
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
    row.forward = forward;
    row.scalar = scalar;
    if constexpr (Op::is_differentiable && !Op::is_predicate && std::is_same_v<T, typename Wide::Inexact>) {
      row.adjoint[0] = adjoint<0>;
      if constexpr (arity == 2) row.adjoint[1] = adjoint<1>;
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

template <class T>
using Wide = Lane<T, register_bytes / sizeof(T)>;
template <class T>
using Narrow = Lane<T, 16 / sizeof(T)>;  // one element, by the same arithmetic

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
