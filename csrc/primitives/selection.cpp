#include "primitives/selection.h"

#include "core/broadcast.h"
#include "kernels/select.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/promotion.h"
#include "primitives/shape.h"

namespace wg {

Type Where::infer(std::span<const Type> x) const {
  const Shape inner = broadcast_shapes(name, x[1].shape(), x[2].shape());
  return {joined_dtype(name, x.subspan(1)), broadcast_shapes(name, x[0].shape(), inner)};
}

void Where::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::select(x[0], x[1], x[2], y);
}

void Where::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                std::span<Contribution> contributions) const {
  const Var none = literal(0, ct);
  if (wanted[1]) contributions[1] = where(x[0], ct, none);
  if (wanted[2]) contributions[2] = where(x[0], none, ct);
}

Var Where::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  if (!t[1] && !t[2]) return {};
  const Var none = literal(0, t[1] ? t[1] : t[2]);
  const Var tangent = where(x[0], t[1] ? t[1] : none, t[2] ? t[2] : none);
  return broadcast_to(convert(tangent, y.dtype()), y.shape());
}

Var Where::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  int rank = 0;
  for (std::size_t i = 0; i < 3; ++i) rank = std::max(rank, x[i].ndim() - is_batched[i]);
  const auto lifted = [&](std::size_t i) { return is_batched[i] ? lift(x[i], rank) : x[i]; };
  return where(lifted(0), lifted(1), lifted(2));
}

Type Triangle::infer(std::span<const Type> x) const {
  if (x[0].ndim() < 2) {
    fail<ShapeError>("triangle: x is ", Dims(x[0].shape()), "; at least two axes are needed");
  }
  return {x[0].dtype, x[0].layout};
}

void Triangle::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::triangle(x[0], diagonal, is_lower, y);
}

Contribution Triangle::vjp(std::span<const Var>, const Var&, const Var& ct) const {
  return apply_structural(*this, {ct});
}

Var Triangle::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return apply_structural(*this, {t[0]});
}

Var where(const Var& condition, const Var& x, const Var& y) {
  return apply_structural(Where{}, {condition, x, y});
}

void Where::sparsity(std::span<const Tensor>, const Type&, Dependence& dependence) const {
  dependence.on_same(1);
  dependence.on_same(2);
}

}  // namespace wg
