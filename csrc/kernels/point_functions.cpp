#include "kernels/point_functions.h"

#include <cmath>
#include <complex>
#include <limits>

#include "core/host.h"
#include "kernels/point/families.h"
#include "kernels/runs.h"

namespace wg {
namespace {

using Number = double;
using Complex = std::complex<double>;

constexpr int most = 4, most_outputs = 4;
constexpr std::int64_t cost = 60;  // nanoseconds for a number, roughly

template <class F> F* as(const void* address) {
  return reinterpret_cast<F*>(const_cast<void*>(address));
}

template <class Last> Last call(const PointFunction& f, const Number* x, Last last) {
  switch (f.arity) {
    case 1:
      return as<Last(Last, int)>(f.address)(last, 0);
    case 2:
      return as<Last(Number, Last, int)>(f.address)(x[0], last, 0);
    case 3:
      return as<Last(Number, Number, Last, int)>(f.address)(x[0], x[1], last, 0);
    default:
      return as<Last(Number, Number, Number, Last, int)>(f.address)(x[0], x[1], x[2], last, 0);
  }
}

template <class Last> Last call_several(const PointFunction& f, const Number* x, Last last) {
  Last y[most_outputs];
  if (f.arity == 2)
    as<void(Number, Last, Last*, Last*, Last*, Last*)>(f.address)(x[0], last, y, y + 1, y + 2,
                                                                  y + 3);
  else if (f.outputs == 2)
    as<void(Last, Last*, Last*)>(f.address)(last, y, y + 1);
  else
    as<void(Last, Last*, Last*, Last*, Last*)>(f.address)(last, y, y + 1, y + 2, y + 3);
  return y[f.output];
}

Number call_of_integer(const PointFunction& f, const Number* x, std::ptrdiff_t n) {
  switch (f.arity) {
    case 2:
      return as<Number(std::ptrdiff_t, Number, int)>(f.of_integer)(n, x[1], 0);
    case 3:
      return as<Number(std::ptrdiff_t, Number, Number, int)>(f.of_integer)(n, x[1], x[2], 0);
    default:
      return as<Number(std::ptrdiff_t, Number, Number, Number, int)>(f.of_integer)(n, x[1], x[2],
                                                                                   x[3], 0);
  }
}

/// Whether a number is an integer that C's conversion takes.
bool is_integer(Number x) { return std::fabs(x) < 1e9 && x == std::floor(x); }

Number value(const PointFunction& f, const Number* x) {
  const Number last = x[f.arity - 1];
  if (f.of_integer && is_integer(x[0]))
    return call_of_integer(f, x, static_cast<std::ptrdiff_t>(x[0]));
  switch (f.convention) {
    case Convention::own:
      return as<Number(const Number*)>(f.address)(x);
    case Convention::optional:
      if (!is_integer(x[0])) return std::numeric_limits<Number>::quiet_NaN();
      return as<Number(std::ptrdiff_t, Number, int, void*)>(f.address)(
          static_cast<std::ptrdiff_t>(x[0]), last, 0, nullptr);
    case Convention::integer:
      return std::numeric_limits<Number>::quiet_NaN();
    case Convention::several:
      return call_several(f, x, last);
    default:
      return call(f, x, last);
  }
}

Complex value(const PointFunction& f, const Number* x, Complex last) {
  if (f.convention == Convention::own_complex)
    return as<Complex(const Number*, Complex)>(f.address)(x, last);
  return f.convention == Convention::several_complex ? call_several(f, x, last) : call(f, x, last);
}

/// n values into elements of type Out, of operands of which the last is of type Last.
template <class Out, class Last>
void run(const PointFunction& f, const Strided* x, std::byte* out, std::int64_t n) {
  Out* const to = reinterpret_cast<Out*>(out);
  const int reals = f.arity - 1;
  const auto* last = reinterpret_cast<const Last*>(x[reals].data);
  Number operands[most] = {};
  for (std::int64_t i = 0; i < n; ++i) {
    for (int k = 0; k < reals; ++k)
      operands[k] = reinterpret_cast<const Number*>(x[k].data)[i * x[k].step];
    if constexpr (std::is_same_v<Last, Complex>) {
      to[i] = Out(value(f, operands, last[i * x[reals].step]));
    } else {
      operands[reals] = last[i * x[reals].step];
      to[i] = static_cast<Out>(value(f, operands));
    }
  }
}

}  // namespace

PointFunction own_point_function(std::string_view name, int arity, bool is_complex) {
  for (const OwnFunction& own : own_functions()) {
    if (own.name != name) continue;
    if (is_complex)
      return {reinterpret_cast<const void*>(own.complex), Convention::own_complex, arity};
    return {reinterpret_cast<const void*>(own.function), Convention::own, arity};
  }
  return {};
}

void evaluate_points(const PointFunction& function, std::span<const View> x, const View& y) {
  const auto loop = y.dtype == DType::float64      ? run<double, Number>
                    : y.dtype == DType::float32    ? run<float, Number>
                    : y.dtype == DType::complex128 ? run<std::complex<double>, Complex>
                                                   : run<std::complex<float>, Complex>;
  const Unlocked unlocked(y.size() * cost);
  for_each_run<most>(x, y.shape(),
                     [&](const Strided* operands, std::int64_t position, std::int64_t n) {
                       loop(function, operands, y.data + position * y.item(), n);
                     });
}

}  // namespace wg
