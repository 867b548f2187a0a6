#include "sweeps/rerun.h"

#include "graph/leaf_cell.h"
#include "primitives/registry.h"

namespace wg {

Rerun::Rerun(std::span<const Tensor> x, const std::vector<bool>& has_leaf, const Builder& builder)
    : policy_(builder.policy()) {
  for (std::size_t k = 0; k < x.size(); ++k) {
    Tensor value = builder.records() ? x[k] : Tensor(x[k].value);
    if (has_leaf[k]) {
      value = leaf_over(identity_primitive(), std::move(value), open_.scope());
      leaves_.push_back(value.node);
    }
    values_.push_back(std::move(value));
  }
}

}  // namespace wg
