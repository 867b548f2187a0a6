/// Picks elements of one width from two operands by a condition.
namespace wg {
namespace {

template <class Unit>
void select_run(const std::uint8_t* __restrict c, const Unit* x, const Unit* y,
                Unit* __restrict out, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = c[i] ? x[i] : y[i];
}

inline constexpr std::int64_t select_block = 256;

/// Elements [begin, begin + n) behind one another: where they are, or in the buffer. What is
/// repeated stays there from the first block on.
template <class Unit>
const Unit* side_by_side(const Strided& x, std::int64_t begin, std::int64_t n, Unit* buffer) {
  const Unit* from = reinterpret_cast<const Unit*>(x.data) + begin * x.step;
  if (x.step == 1) return from;
  if (x.step != 0) {
    for (std::int64_t i = 0; i < n; ++i) buffer[i] = from[i * x.step];
  } else if (begin == 0) {
    const Unit one = *from;
    for (std::int64_t i = 0; i < n; ++i) buffer[i] = one;
  }
  return buffer;
}

/// Operands that are not dense pass through memory in the first cache.
template <class Unit>
[[gnu::noinline]] void run_blocks(const Strided& c, const Strided& x, const Strided& y, Unit* out,
                                  std::int64_t n) {
  std::uint8_t conditions[select_block];
  Unit left[select_block], right[select_block];
  for (std::int64_t i = 0; i < n; i += select_block) {
    const std::int64_t length = n - i < select_block ? n - i : select_block;
    select_run(side_by_side(c, i, length, conditions), side_by_side(x, i, length, left),
               side_by_side(y, i, length, right), out + i, length);
  }
}

template <class Unit>
void select(const Strided& c, const Strided& x, const Strided& y, std::byte* out, std::int64_t n) {
  Unit* to = reinterpret_cast<Unit*>(out);
  if (c.step != 1 || x.step != 1 || y.step != 1) return run_blocks(c, x, y, to, n);
  select_run(reinterpret_cast<const std::uint8_t*>(c.data), reinterpret_cast<const Unit*>(x.data),
             reinterpret_cast<const Unit*>(y.data), to, n);
}

struct Pair {
  std::uint64_t low, high;
};

void fill_select(Loops& loops) {
  loops.select[0] = select<std::uint8_t>;
  loops.select[1] = select<std::uint32_t>;
  loops.select[2] = select<std::uint64_t>;
  loops.select[3] = select<Pair>;
}

}  // namespace
}  // namespace wg
