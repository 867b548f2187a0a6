#include "primitives/gaps.h"

#include <complex>
#include <limits>

#include "core/broadcast.h"
#include "graph/untracked.h"
#include "kernels/numbers.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/matrices.h"
#include "primitives/promotion.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"

namespace wg {
namespace {

/// The pair that has no quotient.
struct Undefined {
  std::int64_t example = -1, i = 0, j = 0;
  double value = 0;
};

template <class R> R greatest(const std::byte* data, DType dtype, std::int64_t n) {
  R most = 0;
  if (is_complex(dtype)) {
    const auto* x = reinterpret_cast<const std::complex<R>*>(data);
    for (std::int64_t i = 0; i < n; ++i) most = std::max(most, std::abs(x[i]));
  } else {
    const R* x = reinterpret_cast<const R*>(data);
    for (std::int64_t i = 0; i < n; ++i) most = std::max(most, std::abs(x[i]));
  }
  return most;
}

/// Quotients of one matrix by the differences of numbers of type W.
template <class T, class W>
void divide(const T* c, const W* u, const W* v, std::int64_t m, std::int64_t n,
            std::int64_t diagonal, kernels::Real<T> least_gap, kernels::Real<T> negligible, T* y,
            Undefined& undefined) {
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      const std::int64_t at = i * n + j;
      const bool is_on = diagonal != DivideByGaps::plain && i == j;
      const W gap = v[j] - u[i];
      if (!is_on && std::abs(gap) > least_gap) {
        y[at] = c[at] / gap;
        continue;
      }
      y[at] = T();
      const bool is_asked = !is_on || diagonal == DivideByGaps::zero_asked;
      if (is_asked && std::abs(c[at]) > negligible && undefined.example < 0) {
        undefined = {0, i, j, static_cast<double>(std::abs(v[j]))};
      }
    }
  }
}

}  // namespace

Type DivideByGaps::infer(std::span<const Type> x) const {
  require_matrices(name, x[0]);
  const auto leading = leading_axes(x[0].shape());
  require_examples(name, x[1], leading, {x[0].shape()[leading.size()]});
  require_examples(name, x[2], leading, {x[0].shape().back()});
  require_matrices(name, x[3]);
  require_examples(name, x[3], leading,
                   {x[3].shape()[x[3].shape().size() - 2], x[3].shape().back()});
  if (is_complex(x[1].dtype) != is_complex(x[2].dtype) || diagonal < plain ||
      diagonal > zero_asked) {
    fail<ShapeError>(name, ": diagonal is ", diagonal, " and values are ", wg::name(x[1].dtype),
                     " and ", wg::name(x[2].dtype), "; 0 to 2, and values of one kind, are needed");
  }
  const Type dtypes[] = {x[0], x[1], x[2]};
  return {joined_dtype(name, dtypes), x[0].shape()};
}

void DivideByGaps::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  if (y.size() == 0) return;
  const auto leading = leading_axes(y.shape());
  const std::int64_t m = y.shape()[leading.size()], n = y.shape().back();
  const Examples c(x[0], leading), u(x[1], leading, 1), v(x[2], leading, 1), scale(x[3], leading),
      results(y, leading);
  const std::int64_t count = element_count(leading);
  const std::int64_t scaling =
      x[3].size() / std::max<std::int64_t>(1, element_count(leading_axes(x[3].shape())));
  Undefined undefined;
  visit(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      using R = kernels::Real<T>;
      const R rounding = std::numeric_limits<R>::epsilon() * static_cast<R>(std::max(m, n));
      const bool is_spectrum_complex = is_complex(x[1].dtype);
      for (std::int64_t i = 0; i < count && undefined.example < 0; ++i) {
        const R size = std::max(greatest<R>(u[i], x[1].dtype, m), greatest<R>(v[i], x[2].dtype, n));
        const R negligible = 1000 * rounding * greatest<R>(scale[i], x[3].dtype, scaling);
        const auto each = [&](auto spectrum) {
          using W = decltype(spectrum);
          divide(reinterpret_cast<const T*>(c[i]), reinterpret_cast<const W*>(u[i]),
                 reinterpret_cast<const W*>(v[i]), m, n, diagonal, 4 * rounding * size, negligible,
                 reinterpret_cast<T*>(results[i]), undefined);
        };
        if constexpr (kernels::is_complex_number<T>) {
          if (is_spectrum_complex)
            each(T());
          else
            each(R());
        } else {
          each(R());
        }
        if (undefined.example == 0) undefined.example = i;
      }
    }
  });
  if (undefined.example < 0) return;
  const std::string where = named_example(undefined.example, leading);
  if (diagonal == zero_asked && undefined.i == undefined.j) {
    fail<DerivativeError>(what, ": the derivative depends on the phase of vector ", undefined.i,
                          " of ", where, ", which nothing determines");
  }
  if (diagonal == plain) {
    fail<DerivativeError>(
        what, ": value ", undefined.j, " of ", where,
        " is zero, and the derivative depends on which vectors were chosen for it");
  }
  fail<DerivativeError>(what, ": values ", undefined.i, " and ", undefined.j, " of ", where,
                        " coincide (", undefined.value,
                        "), and the derivative depends on which vectors of theirs were chosen");
}

Var DivideByGaps::again(const Var& c, const Var& u, const Var& v) const {
  const auto own = diagonal == plain ? plain : zero;
  return divide_by_gaps(what.c_str(), c, u, v, own, c);
}

// y (v - u) = c, so that dy (v - u) = dc - y (dv - du).
void DivideByGaps::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                       std::span<Contribution> contributions) const {
  const Var quotient = again(ct, x[1], x[2]);
  if (wanted[0]) contributions[0] = quotient;
  if (wanted[1]) contributions[1] = sum(quotient * y, {-1});
  if (wanted[2]) contributions[2] = -sum(quotient * y, {-2});
}

Var DivideByGaps::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var total = t[0];
  const auto subtract = [&](const Var& term) { total = total ? total - term : -term; };
  if (t[1]) subtract(y * -column(t[1]));
  if (t[2]) subtract(y * row(t[2]));
  return total ? again(total, x[1], x[2]) : Var();
}

Var DivideByGaps::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const int own[] = {2, 1, 1, 2};
  int leading = 0;
  std::int64_t examples = 1;
  for (std::size_t i = 0; i < 4; ++i) {
    leading = std::max(leading, x[i].ndim() - is_batched[i] - own[i]);
    if (is_batched[i]) examples = x[i].shape()[0];
  }
  std::vector<Var> lifted;
  for (std::size_t i = 0; i < 4; ++i) {
    lifted.push_back(with_leading_axes(x[i], is_batched[i], own[i], leading));
  }
  if (!is_batched[0]) {  // the result has its shape
    Shape shape(x[0].shape());
    shape.insert(0, examples);
    lifted[0] = broadcast_to(x[0], std::move(shape));
  }
  return apply_structural(*this, std::move(lifted));
}

void DivideByGaps::sparsity(std::span<const Tensor> x, const Type& y,
                            Dependence& dependence) const {
  dependence.on_same(0);
  state_examples(x[1], 1, 1, y, 2, dependence);
  state_examples(x[2], 2, 1, y, 2, dependence);
}

void require_nothing_of_multiples(const char* what, const Var& c, const Var& values,
                                  const Var& scale) {
  const Untracked untracked;
  divide_by_gaps(what, c, values, values, DivideByGaps::zero, scale ? scale : c);
}

void require_equal_for_multiples(const char* what, const Var& cts, const Var& values) {
  const Untracked untracked;
  divide_by_gaps(what, row(cts) - column(cts), values, values, DivideByGaps::zero, row(cts));
}

Var divide_by_gaps(const char* what, const Var& c, const Var& u, const Var& v,
                   DivideByGaps::Diagonal diagonal, const Var& scale) {
  return apply_structural(DivideByGaps{.what = what, .diagonal = diagonal}, {c, u, v, scale});
}

}  // namespace wg
