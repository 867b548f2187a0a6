#include "primitives/frames.h"

#include <algorithm>
#include <cstring>

#include "core/broadcast.h"
#include "primitives/aligned.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/multiples.h"
#include "primitives/promotion.h"

namespace wg {
namespace {

constexpr int axes_of_ranks[] = {1, 2}, axes_in_frame[] = {2, 1, 2};

/// In the order in which a block's vectors are found.
template <class R> R rank(std::int64_t j, std::int64_t count, bool descends) {
  return static_cast<R>(descends ? count - j : j + 1) / static_cast<R>(count);
}

/// Whether a block of m (n, n) says anything of its vectors.
template <class T>
bool tells_apart(const T* m, std::int64_t n, std::int64_t first, std::int64_t count) {
  const kernels::Real<T> negligible = negligible_beside(m, n, 2);
  const T one = m[first * (n + 1)];
  for (std::int64_t i = first; i < first + count; ++i) {
    for (std::int64_t j = first; j < first + count; ++j) {
      if (std::abs(i == j ? m[i * n + j] - one : m[i * n + j]) > negligible) return true;
    }
  }
  return false;
}

}  // namespace

Shape joined_leading(std::string_view name, std::span<const Type> x, std::span<const int> own) {
  Shape leading(leading_axes(x[0].shape(), own[0]));
  for (std::size_t i = 1; i < x.size(); ++i) {
    leading = broadcast_shapes(name, leading, leading_axes(x[i].shape(), own[i]));
  }
  return leading;
}

std::vector<Var> with_joined_leading(std::span<const Var> x, std::span<const bool> is_batched,
                                     std::span<const int> own) {
  int leading = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    leading = std::max(leading, x[i].ndim() - is_batched[i] - own[i]);
  }
  std::vector<Var> lifted;
  for (std::size_t i = 0; i < x.size(); ++i) {
    lifted.push_back(with_leading_axes(x[i], is_batched[i], own[i], leading));
  }
  return lifted;
}

void write_empty_frame(const View& y) {
  if (y.size() > 0) std::memset(y.data, 0, static_cast<std::size_t>(y.size() * y.item()));
}

Var given_to_frame(const Var& u, const Var& v, const Var& w, const Var& m, bool descends) {
  const Var ranks = apply_structural(FrameRanks{.descends = descends}, {w, m});
  return conjugate(matmul(u * row(ranks), adjoint(v)));
}

Type FrameRanks::infer(std::span<const Type> x) const {
  require_square(name, x[1]);
  Shape shape = joined_leading(name, x, axes_of_ranks);
  const std::int64_t n = x[1].shape().back();
  require_examples(name, x[0], shape, {n});
  shape.push_back(n);
  return {inexact(real_part(x[1].dtype)), std::move(shape)};
}

void FrameRanks::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  const std::int64_t n = y.shape().back();
  if (y.size() == 0) return;
  const auto leading = leading_axes(y.shape(), 1);
  const Examples w(x[0], leading, 1), m(x[1], leading), results(y, leading, 1);
  visit_inexact(x[1].dtype, [&](auto zero) {
    using T = decltype(zero);
    using R = kernels::Real<T>;
    for (std::int64_t e = 0; e < element_count(leading); ++e) {
      const T* matrix = reinterpret_cast<const T*>(m[e]);
      R* to = reinterpret_cast<R*>(results[e]);
      std::fill_n(to, n, R());
      for_each_multiple(reinterpret_cast<const R*>(w[e]), n,
                        [&](std::int64_t first, std::int64_t count) {
                          if (!tells_apart(matrix, n, first, count)) return;
                          for (std::int64_t j = 0; j < count; ++j) {
                            to[first + j] = rank<R>(j, count, descends);
                          }
                        });
    }
  });
}

Var FrameRanks::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return apply_structural(*this, with_joined_leading(x, is_batched, axes_of_ranks));
}

Type InFrame::infer(std::span<const Type> x) const {
  require_matrices(name, x[0]);
  require_square(name, x[2]);
  Shape shape = joined_leading(name, x, axes_in_frame);
  const std::int64_t rows = x[0].shape()[x[0].shape().size() - 2], n = x[0].shape().back();
  require_examples(name, x[1], shape, {n});
  require_examples(name, x[2], shape, {n, n});
  shape.push_back(rows);
  shape.push_back(n);
  const Type dtypes[] = {x[0], x[2]};
  return {inexact(joined_dtype(name, dtypes)), std::move(shape)};
}

void InFrame::add_work(std::span<const View>, const View& y, Work& work) const {
  add_equal_block(y.dtype, y.shape().back(), work);
}

void InFrame::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const std::int64_t n = y.shape().back();
  if (y.size() == 0) return;
  const auto leading = leading_axes(y.shape());
  const std::int64_t rows = y.shape()[leading.size()];
  const Examples v(x[0], leading), w(x[1], leading, 1), f(x[2], leading), results(y, leading);
  visit_inexact(y.dtype, [&](auto zero) {
    using T = decltype(zero);
    using R = kernels::Real<T>;
    EqualBlock<T> block(n, descends, work);
    for (std::int64_t e = 0; e < element_count(leading); ++e) {
      const T* from = reinterpret_cast<const T*>(v[e]);
      const R* values = reinterpret_cast<const R*>(w[e]);
      T* to = reinterpret_cast<T*>(results[e]);
      std::copy_n(from, rows * n, to);
      for_each_multiple(values, n, [&](std::int64_t first, std::int64_t count) {
        const bool is_turned = block.turns(reinterpret_cast<const T*>(f[e]), first, count);
        R sum = 0;
        for (std::int64_t j = 0; j < count; ++j) sum += block.values[j];
        if (sum < R(0.5)) return;  // nothing was given: ranks add up to more than one
        for (std::int64_t j = 0; j < count; ++j) {
          const R distance = std::abs(block.values[j] - rank<R>(j, count, descends));
          if (distance * static_cast<R>(count) <= R(0.25)) continue;
          fail<DerivativeError>(what, ": values ", first, " and ", first + count - 1, " of ",
                                named_example(e, leading), " coincide (", values[first],
                                "), and several directions single out vectors of theirs");
        }
        if (is_turned) block.turn(from, rows, to);
      });
    }
  });
}

void InFrame::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                  std::span<Contribution> contributions) const {
  pull_turned(what.c_str(), x, y, ct, wanted, contributions);
}

Var InFrame::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  return push_turned(what.c_str(), x, y, t);
}

Var InFrame::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return apply_structural(*this, with_joined_leading(x, is_batched, axes_in_frame));
}

void InFrame::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  for (int i = 0; i < arity; ++i) state_examples(x[i], i, axes_in_frame[i], y, 2, dependence);
}

}  // namespace wg
