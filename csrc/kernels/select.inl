/// Picks elements of one width from two operands by a condition. A step of zero repeats one
/// element.
namespace wg {
namespace {

template <class Unit>
void select_run(const std::uint8_t* __restrict c, const Unit* x, const Unit* y,
                Unit* __restrict out, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = c[i] ? x[i] : y[i];
}

template <class Unit>
void select(const Strided& c, const Strided& x, const Strided& y, std::byte* out, std::int64_t n) {
  const auto* condition = reinterpret_cast<const std::uint8_t*>(c.data);
  const auto* a = reinterpret_cast<const Unit*>(x.data);
  const auto* b = reinterpret_cast<const Unit*>(y.data);
  auto* to = reinterpret_cast<Unit*>(out);
  if (c.step == 1 && x.step == 1 && y.step == 1) return select_run(condition, a, b, to, n);
  if (c.step == 1 && x.step == 1 && y.step == 0) {
    const Unit rest = *b;
    for (std::int64_t i = 0; i < n; ++i) to[i] = condition[i] ? a[i] : rest;
  } else if (c.step == 1 && x.step == 0 && y.step == 1) {
    const Unit rest = *a;
    for (std::int64_t i = 0; i < n; ++i) to[i] = condition[i] ? rest : b[i];
  } else {
    for (std::int64_t i = 0; i < n; ++i) {
      to[i] = condition[i * c.step] ? a[i * x.step] : b[i * y.step];
    }
  }
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
