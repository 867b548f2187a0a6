/// A program evaluated again for a sweep over it: on fresh leaves, while a scope is open.
#pragma once

#include <span>
#include <vector>

#include "graph/open_scope.h"
#include "graph/var.h"

namespace wg {

class Rerun {
 public:
  /// Fresh leaves in the place of some of the values; recorded as the builder records.
  Rerun(std::span<const Tensor> x, const std::vector<bool>& has_leaf, const Builder& builder);

  std::span<const Tensor> values() const { return values_; }
  std::span<const Ref<Node>> leaves() const { return leaves_; }
  Policy policy() const { return policy_; }
  Builder& builder() {
    return policy_ == Policy::record_only ? static_cast<Builder&>(record_only_) : eager_;
  }
  /// What is applied from here on belongs to the sweep.
  void close() { open_.close(); }

 private:
  Policy policy_;
  OpenScope open_{false};
  Eager eager_;
  RecordOnly record_only_;
  std::vector<Tensor> values_;
  std::vector<Ref<Node>> leaves_;
};

}  // namespace wg
