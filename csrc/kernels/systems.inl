/// Equations of a few unknowns, as many systems side by side as a register has numbers, each in a
/// lane of its own: what comes of one does not depend on the others, nor on how many there are.
namespace wg {
namespace {

/// As many numbers as a register has, one of each system.
template <class T> struct Register {
  static constexpr int width = register_bytes / static_cast<int>(sizeof(T));
  using Numbers [[gnu::vector_size(register_bytes)]] = T;
  using Integer = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;
  using Truths [[gnu::vector_size(register_bytes)]] = Integer;
};
template <class T> using Numbers = typename Register<T>::Numbers;
template <class T> using Truths = typename Register<T>::Truths;

/// Numbers of a system are read in pieces of 16 bytes, which are transposed within registers.
template <class T> inline constexpr int piece_size = 16 / static_cast<int>(sizeof(T));

template <class T, int bytes> struct PartOf {
  using type [[gnu::vector_size(bytes)]] = T;
};

/// Pieces of every size-th system, from *from on, side by side.
template <class T, int bytes = register_bytes>
[[gnu::always_inline]] inline auto joined_pieces(const T* const* from, int at) {
  typename PartOf<T, bytes>::type joined;
  if constexpr (bytes == 16) {
    __builtin_memcpy(&joined, *from + at, 16);
  } else {
    const auto low = joined_pieces<T, bytes / 2>(from, at);
    const auto high =
        joined_pieces<T, bytes / 2>(from + bytes / 2 / static_cast<int>(sizeof(T)), at);
    constexpr int all = bytes / static_cast<int>(sizeof(T));
    joined = [&]<int... i>(std::integer_sequence<int, i...>) {
      return __builtin_shufflevector(low, high, i...);
    }(std::make_integer_sequence<int, all>());
  }
  return joined;
}

/// Within each piece, `step` numbers of a and of b in turn: those of their lower or upper halves.
template <class T, int step, bool is_upper>
[[gnu::always_inline]] inline Numbers<T> zipped(Numbers<T> a, Numbers<T> b) {
  constexpr int size = piece_size<T>, width = Register<T>::width;
  return [&]<int... i>(std::integer_sequence<int, i...>) {
    return __builtin_shufflevector(
        a, b,
        (i / size * size + (is_upper ? size / 2 : 0) + i % size / (2 * step) * step + i % step +
         (i / step % 2 ? width : 0))...);
  }(std::make_integer_sequence<int, width>());
}

/// The transpose of as many registers as a piece has numbers, within their pieces.
template <class T> [[gnu::always_inline]] inline void transpose_pieces(Numbers<T>* x) {
  if constexpr (piece_size<T> == 2) {
    const Numbers<T> first = zipped<T, 1, false>(x[0], x[1]),
                     second = zipped<T, 1, true>(x[0], x[1]);
    x[0] = first, x[1] = second;
  } else {
    const Numbers<T> a = zipped<T, 1, false>(x[0], x[1]), b = zipped<T, 1, true>(x[0], x[1]);
    const Numbers<T> c = zipped<T, 1, false>(x[2], x[3]), d = zipped<T, 1, true>(x[2], x[3]);
    x[0] = zipped<T, 2, false>(a, c), x[1] = zipped<T, 2, true>(a, c);
    x[2] = zipped<T, 2, false>(b, d), x[3] = zipped<T, 2, true>(b, d);
  }
}

/// Number i of each system.
template <class T>
[[gnu::always_inline]] inline void load_across(const T* const* from, Numbers<T>* to, int count) {
  constexpr int size = piece_size<T>;
  const int whole = count / size * size;
  for (int at = 0; at < whole; at += size) {
#pragma GCC unroll 4
    for (int q = 0; q < size; ++q) to[at + q] = joined_pieces<T>(from + q, at);
    transpose_pieces<T>(to + at);
  }
  for (int i = whole; i < count; ++i) {
    T numbers[Register<T>::width];
#pragma GCC unroll 16
    for (int w = 0; w < Register<T>::width; ++w) numbers[w] = from[w][i];
    __builtin_memcpy(&to[i], numbers, sizeof numbers);
  }
}

/// The reverse, to the systems whose bits are set.
template <class T>
[[gnu::always_inline]] inline void store_across(Numbers<T>* from, T* const* to, int count,
                                                unsigned systems) {
  constexpr int size = piece_size<T>, width = Register<T>::width;
  const int whole = count / size * size;
  for (int at = 0; at < whole; at += size) transpose_pieces<T>(from + at);
  for (int w = 0; w < width; ++w) {
    if (!(systems >> w & 1)) continue;
    const int piece = w / size, number = w % size;
    for (int at = 0; at < whole; at += size) {
      __builtin_memcpy(to[w] + at, reinterpret_cast<const char*>(&from[at + number]) + piece * 16,
                       16);
    }
    for (int i = whole; i < count; ++i) to[w][i] = from[i][w];
  }
}

/// A real or complex number of each system.
template <class T, int parts> struct Across {
  Numbers<T> part[parts];
};
template <class T>
[[gnu::always_inline]] inline Across<T, 1> less_product(Across<T, 1> a, Across<T, 1> x,
                                                        Across<T, 1> y) {
  return {{a.part[0] - x.part[0] * y.part[0]}};
}
template <class T>
[[gnu::always_inline]] inline Across<T, 2> less_product(const Across<T, 2>& a,
                                                        const Across<T, 2>& x,
                                                        const Across<T, 2>& y) {
  return {{a.part[0] - (x.part[0] * y.part[0] - x.part[1] * y.part[1]),
           a.part[1] - (x.part[0] * y.part[1] + x.part[1] * y.part[0])}};
}
template <class T>
[[gnu::always_inline]] inline Across<T, 1> product_of(Across<T, 1> x, Across<T, 1> y) {
  return {{x.part[0] * y.part[0]}};
}
template <class T>
[[gnu::always_inline]] inline Across<T, 2> product_of(const Across<T, 2>& x,
                                                      const Across<T, 2>& y) {
  return {{x.part[0] * y.part[0] - x.part[1] * y.part[1],
           x.part[0] * y.part[1] + x.part[1] * y.part[0]}};
}
template <class T> [[gnu::always_inline]] inline Numbers<T> modulus(Numbers<T> x) {
  constexpr auto all_but_sign = std::numeric_limits<typename Register<T>::Integer>::max();
  return (Numbers<T>)((Truths<T>)x & all_but_sign);
}
/// What LAPACK chooses pivots by.
template <class T> [[gnu::always_inline]] inline Numbers<T> magnitude(Across<T, 1> x) {
  return modulus<T>(x.part[0]);
}
template <class T> [[gnu::always_inline]] inline Numbers<T> magnitude(const Across<T, 2>& x) {
  return modulus<T>(x.part[0]) + modulus<T>(x.part[1]);
}
template <class T> [[gnu::always_inline]] inline Across<T, 1> inverse(Across<T, 1> x) {
  return {{1 / x.part[0]}};
}
// Smith (1962)
template <class T> [[gnu::always_inline]] inline Across<T, 2> inverse(const Across<T, 2>& x) {
  const Truths<T> is_real = modulus<T>(x.part[0]) >= modulus<T>(x.part[1]);
  const Numbers<T> large = is_real ? x.part[0] : x.part[1], small = is_real ? x.part[1] : x.part[0];
  const Numbers<T> ratio = small / large, whole = 1 / (large + small * ratio), rest = ratio * whole;
  return {{is_real ? whole : rest, -(is_real ? rest : whole)}};
}
template <class T, int parts>
[[gnu::always_inline]] inline void exchange(Truths<T> which, Across<T, parts>& x,
                                            Across<T, parts>& y) {
#pragma GCC unroll 2
  for (int p = 0; p < parts; ++p) {
    const Numbers<T> a = x.part[p], b = y.part[p];
    x.part[p] = which ? b : a;
    y.part[p] = which ? a : b;
  }
}
template <class T> [[gnu::always_inline]] inline unsigned bits_of(Truths<T> truths) {
  unsigned bits = 0;
#pragma GCC unroll 16
  for (int w = 0; w < Register<T>::width; ++w) bits |= static_cast<unsigned>(truths[w] & 1) << w;
  return bits;
}

/// What elimination by partial pivoting leaves: U, the factors below it, the inverses of the
/// pivots, and which rows were exchanged, two at a time. Whatever row has a larger element than the
/// pivot's is exchanged with that, by a choice and not by a branch, which would be guessed wrong
/// half of the time.
template <class T, int parts, int n> struct Eliminated {
  using X = Across<T, parts>;
  X rows[n][n], inverses[n];
  Truths<T> are_exchanged[n][n];
  Truths<T> is_done = ~Truths<T>{};  // every pivot has a finite inverse

  [[gnu::always_inline]] void eliminate() {
#pragma GCC unroll 4
    for (int j = 0; j < n; ++j) {
#pragma GCC unroll 4
      for (int i = j + 1; i < n; ++i) {
        const Truths<T> is_larger = magnitude<T>(rows[i][j]) > magnitude<T>(rows[j][j]);
        are_exchanged[j][i] = is_larger;
#pragma GCC unroll 4
        for (int c = j; c < n; ++c) exchange<T>(is_larger, rows[j][c], rows[i][c]);
      }
      inverses[j] = inverse<T>(rows[j][j]);
      is_done &= magnitude<T>(inverses[j]) < std::numeric_limits<T>::infinity();
#pragma GCC unroll 4
      for (int i = j + 1; i < n; ++i) {
        rows[i][j] = product_of<T>(rows[i][j], inverses[j]);
#pragma GCC unroll 4
        for (int c = j + 1; c < n; ++c)
          rows[i][c] = less_product<T>(rows[i][c], rows[i][j], rows[j][c]);
      }
    }
  }

  [[gnu::always_inline]] void solve(X* x) const {
#pragma GCC unroll 4
    for (int j = 0; j < n; ++j) {
#pragma GCC unroll 4
      for (int i = j + 1; i < n; ++i) exchange<T>(are_exchanged[j][i], x[j], x[i]);
#pragma GCC unroll 4
      for (int i = j + 1; i < n; ++i) x[i] = less_product<T>(x[i], rows[i][j], x[j]);
    }
#pragma GCC unroll 4
    for (int i = n - 1; i >= 0; --i) {
#pragma GCC unroll 4
      for (int j = i + 1; j < n; ++j) x[i] = less_product<T>(x[i], rows[i][j], x[j]);
      x[i] = product_of<T>(x[i], inverses[i]);
    }
  }
};

/// Solves as many systems as a register has numbers.
template <class T, int parts, int n>
[[gnu::always_inline]] inline unsigned solve_side_by_side(const T* const* a, bool is_transposed,
                                                          T* const* b, int columns) {
  using X = Across<T, parts>;
  X given[n * n], sides[n * most_right_hand_sides];
  load_across<T>(a, given[0].part, n * n * parts);
  Eliminated<T, parts, n> matrix;
  const int down = is_transposed ? 1 : n, right = is_transposed ? n : 1;
#pragma GCC unroll 4
  for (int i = 0; i < n; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < n; ++j) matrix.rows[i][j] = given[i * down + j * right];
  }
  matrix.eliminate();
  load_across<T>(b, sides[0].part, n * columns * parts);
  for (int c = 0; c < columns; ++c) {
    X x[n];
#pragma GCC unroll 4
    for (int i = 0; i < n; ++i) x[i] = sides[i * columns + c];
    matrix.solve(x);
#pragma GCC unroll 4
    for (int i = 0; i < n; ++i) sides[i * columns + c] = x[i];
  }
  const unsigned solved = bits_of<T>(matrix.is_done);
  store_across<T>(sides[0].part, b, n * columns * parts, solved);
  return solved;
}

/// Where the last registers have lanes to spare, these repeat the last system.
template <class T, int parts, int n>
std::uint64_t solve_systems(const std::byte* const* a, bool is_transposed, std::byte* const* b,
                            int columns, int systems) {
  constexpr int width = Register<T>::width;
  const auto* matrices = reinterpret_cast<const T* const*>(a);
  const auto* sides = reinterpret_cast<T* const*>(b);
  std::uint64_t solved = 0;
  const T* last_matrices[width];
  T* last_sides[width];
  for (int first = 0; first < systems; first += width, matrices += width, sides += width) {
    if (const int own = systems - first; own < width) {
      for (int w = 0; w < width; ++w) {
        last_matrices[w] = matrices[w < own ? w : own - 1];
        last_sides[w] = sides[w < own ? w : own - 1];
      }
      matrices = last_matrices;
      sides = last_sides;
    }
    const std::uint64_t some =
        solve_side_by_side<T, parts, n>(matrices, is_transposed, sides, columns);
    solved |= some << first;
  }
  return solved;
}

template <class T, int parts> void fill_systems_of(SystemLoops& loops) {
  loops.solve[0] = solve_systems<T, parts, 1>;
  loops.solve[1] = solve_systems<T, parts, 2>;
  loops.solve[2] = solve_systems<T, parts, 3>;
  loops.solve[3] = solve_systems<T, parts, 4>;
}

void fill_systems(Loops& loops) {
  fill_systems_of<float, 1>(loops.systems[0]);
  fill_systems_of<double, 1>(loops.systems[1]);
  fill_systems_of<float, 2>(loops.systems[2]);
  fill_systems_of<double, 2>(loops.systems[3]);
}

}  // namespace
}  // namespace wg
