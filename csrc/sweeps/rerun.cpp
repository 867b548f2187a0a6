#include "sweeps/rerun.h"

#include "graph/leaf_cell.h"
#include "primitives/registry.h"

namespace wg {

Rerun::Rerun(std::span<const Var> x, bool is_recorded)
    : record_(is_recorded ? Record::yes : Record::no) {
  for (const Var& operand : x) add(operand, static_cast<bool>(operand.tensor.node));
}

Rerun::Rerun(std::span<const Var> x, bool is_recorded, std::span<const Var> tangents)
    : record_(is_recorded ? Record::yes : Record::no) {
  for (std::size_t k = 0; k < x.size(); ++k) {
    add(x[k], static_cast<bool>(tangents[k]));
    if (tangents[k]) tangents_.push_back(tangents[k].tensor);
  }
}

void Rerun::contribute(std::span<const Tensor> cts, const Var& ct,
                       std::span<Contribution> contributions) const {
  for (std::size_t k = 0; k < cts.size(); ++k) {
    // One cotangent where there are many seeds is that of an operand that no derivative reaches.
    if (cts[k].value.is_batched() != ct.is_batched()) continue;
    contributions[operands_[k]] = ct.builder->var(cts[k]);
  }
}

void Rerun::add(const Var& x, bool has_leaf) {
  Tensor value = record_ == Record::yes ? x.tensor : Tensor(x.value());
  if (has_leaf && is_inexact(value.dtype())) {
    operands_.push_back(values_.size());
    leaves_.push_back(linked_leaf(primitive_named("identity"), value, open_.scope()));
    value.node = leaves_.back();
  }
  values_.push_back(std::move(value));
}

}  // namespace wg
