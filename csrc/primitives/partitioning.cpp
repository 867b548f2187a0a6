#include "primitives/partitioning.h"

#include "kernels/partition.h"
#include "primitives/axes.h"
#include "primitives/dependence.h"
#include "primitives/sorting.h"

namespace wg {
namespace {

void check_places(std::string_view operation, const Partitioning& p, const Type& x) {
  check_axis(operation, x.shape(), p.axis);
  const std::int64_t n = x.shape().end()[p.axis];
  for (const std::int64_t k : p.kth) {
    if (k < -n || k >= n) {
      fail<ShapeError>(operation, ": kth is ", k, " and the axis has ", n,
                       " elements; one of these is needed");
    }
  }
}

Var positions_in(const Var& x, const Partitioning& p) {
  return apply_structural(Argpartition{p}, {x});
}

}  // namespace

void Partitioning::add_work(std::span<const View> x, const View&, Work& work) const {
  kernels::add_partition(x[0], static_cast<int>(axis), work);
}

Type Partition::infer(std::span<const Type> x) const {
  check_places(name, *this, x[0]);
  return {x[0].dtype, x[0].layout};
}

void Partition::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  kernels::partition(x[0], static_cast<int>(axis), kth, y, work);
}

Contribution Partition::vjp(std::span<const Var> x, const Var& y, const Var& ct) const {
  return put_along(averaged_ties(ct, y, axis), positions_in(x[0], *this), axis);
}

Var Partition::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  return averaged_ties(take_along(t[0], positions_in(x[0], *this), axis), y, axis);
}

Var Partition::batch(std::span<const Var> x, std::span<const bool>) const {
  return apply_structural(*this, {x[0]});
}

void Partition::sparsity(std::span<const Tensor>, const Type& y, Dependence& dependence) const {
  state_lines(0, y, axis, dependence);
}

Type Argpartition::infer(std::span<const Type> x) const {
  check_places(name, *this, x[0]);
  return {DType::int64, x[0].layout};
}

void Argpartition::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  kernels::argpartition(x[0], static_cast<int>(axis), kth, y, work);
}

Var Argpartition::batch(std::span<const Var> x, std::span<const bool>) const {
  return apply_structural(*this, {x[0]});
}

}  // namespace wg
