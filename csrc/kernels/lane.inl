/// Elements in a kernel loop: a register full of numbers, or one complex number. Internal linkage,
/// so that no ISA level's code can be picked by another; literals take the element's type, so float
/// formulas stay in float.
namespace wg {
namespace {

#if defined(__AVX512F__)
inline constexpr int register_bytes = 64;
#elif defined(__AVX__)
inline constexpr int register_bytes = 32;
#else
inline constexpr int register_bytes = 16;
#endif

template <class T, int Width> struct Lane {
  using Element = T;
  using Stored = T;                                                          // in an array
  using Inexact = std::conditional_t<std::is_floating_point_v<T>, T, void>;  // has derivatives
  using Vector [[gnu::vector_size(Width * sizeof(T))]] = T;
  static constexpr int width = Width;

  Vector v;

  Lane() = default;
  [[gnu::always_inline]] Lane(Vector vector) : v(vector) {}
  template <class C>
    requires std::is_arithmetic_v<C>
  [[gnu::always_inline]] Lane(C c) : v(T(c) - Vector{}) {}

  [[gnu::always_inline]] static Lane load(const T* from) {
    Lane lane;
    __builtin_memcpy(&lane.v, from, sizeof lane.v);
    return lane;
  }
  [[gnu::always_inline]] void store(T* to) const { __builtin_memcpy(to, &v, sizeof v); }
  /// A byte for each element: whether it is not zero.
  [[gnu::always_inline]] void store_truth(std::byte* to) const {
    constexpr int step = Width < 8 ? Width : 8;
    const unsigned truths = math::lane_bits(v != 0);
    for (int i = 0; i < Width; i += step) {
      // bit k to byte k, then any bit of a byte to its lowest
      const std::uint64_t spread =
          ((truths >> i & 0xffu) * 0x0101010101010101u) & 0x8040201008040201u;
      const std::uint64_t bytes = (spread + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
      __builtin_memcpy(to + i, &bytes, step);
    }
  }
  [[gnu::always_inline]] T element(int i) const { return v[i]; }

  // Integers wrap around, as NumPy's do.
  using Wrapping [[gnu::vector_size(Width * sizeof(T))]] =
      std::conditional_t<std::is_same_v<T, std::int64_t>, std::uint64_t,
                         std::conditional_t<std::is_same_v<T, std::int32_t>, std::uint32_t, T>>;

  friend Lane operator-(Lane a) { return Lane(Vector(-Wrapping(a.v))); }
  friend Lane operator+(Lane a, Lane b) { return Lane(Vector(Wrapping(a.v) + Wrapping(b.v))); }
  friend Lane operator-(Lane a, Lane b) { return Lane(Vector(Wrapping(a.v) - Wrapping(b.v))); }
  friend Lane operator*(Lane a, Lane b) { return Lane(Vector(Wrapping(a.v) * Wrapping(b.v))); }
  friend Lane operator/(Lane a, Lane b) { return Lane(a.v / b.v); }
};

/// One boolean: the sum is "or", the product is "and".
struct BooleanLane {
  using Element = std::uint8_t;
  using Stored = bool;
  using Inexact = void;
  static constexpr int width = 1;

  std::uint8_t v;

  BooleanLane() = default;
  template <class C>
    requires std::is_arithmetic_v<C>
  [[gnu::always_inline]] BooleanLane(C c) : v(c != 0) {}

  [[gnu::always_inline]] static BooleanLane load(const std::uint8_t* from) { return *from; }
  [[gnu::always_inline]] void store(std::uint8_t* to) const { *to = v; }
  [[gnu::always_inline]] void store_truth(std::byte* to) const { *to = std::byte(v); }
  [[gnu::always_inline]] std::uint8_t element(int) const { return v; }

  friend BooleanLane operator+(BooleanLane a, BooleanLane b) { return a.v | b.v; }
  friend BooleanLane operator*(BooleanLane a, BooleanLane b) { return a.v & b.v; }
};

template <class L>
concept AnyLane = requires { typename L::Stored; };

/// A formula used inside another is inlined.
template <class Op, AnyLane L> [[gnu::always_inline]] inline L apply(Op, L x) {
  return Op::value(x);
}
template <class Op, AnyLane L>
[[gnu::always_inline]] inline L apply(Op, L x, std::type_identity_t<L> y) {
  return Op::value(x, y);
}
template <class Op, AnyLane L, class C>
  requires std::is_arithmetic_v<C>
[[gnu::always_inline]] inline L apply(Op, C x, L y) {
  return Op::value(L(x), y);
}

}  // namespace
}  // namespace wg
