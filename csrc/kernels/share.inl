/// Tells the elements that are the extremum beside them from the others.
namespace wg {
namespace {

/// 1 where x is y, NaN being NaN, else 0.
template <class T> void share_run(const T* x, const T* y, T* out, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = (x[i] == y[i]) | ((x[i] != x[i]) & (y[i] != y[i])) ? T(1) : T(0);
}
template <class T> void share_of_one(const T* x, T y, T* out, std::int64_t n) {
  if (y == y) {
    for (std::int64_t i = 0; i < n; ++i) out[i] = x[i] == y ? T(1) : T(0);
  } else {
    for (std::int64_t i = 0; i < n; ++i) out[i] = x[i] != x[i] ? T(1) : T(0);
  }
}

template <class T> void share(const Strided& x, const Strided& y, std::byte* out, std::int64_t n) {
  const T* a = reinterpret_cast<const T*>(x.data);
  const T* b = reinterpret_cast<const T*>(y.data);
  T* to = reinterpret_cast<T*>(out);
  if (x.step == 1 && y.step == 1) return share_run(a, b, to, n);
  if (x.step == 1 && y.step == 0) return share_of_one(a, *b, to, n);
  for (std::int64_t i = 0; i < n; ++i) share_run(a + i * x.step, b + i * y.step, to + i, 1);
}

void fill_shares(Loops& loops) {
  loops.share[0] = share<float>;
  loops.share[1] = share<double>;
}

}  // namespace
}  // namespace wg
