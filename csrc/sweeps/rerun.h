/// A graph evaluated again for a sweep over it: on fresh leaves, while a scope is open.
#pragma once

#include <span>
#include <vector>

#include "graph/recording.h"
#include "graph/var.h"
#include "sweeps/record.h"

namespace wg {

class Rerun {
 public:
  /// Fresh leaves in the place of operands that have a node.
  Rerun(std::span<const Var> x, bool is_recorded);
  /// Fresh leaves in the place of operands that move.
  Rerun(std::span<const Var> x, bool is_recorded, std::span<const Var> tangents);

  std::span<const Tensor> values() const { return values_; }
  std::span<const Ref<Node>> leaves() const { return leaves_; }
  std::span<const Tensor> tangents() const { return tangents_; }
  /// Hands the leaves' cotangents to the operands in whose places they stand.
  void contribute(std::span<const Tensor> cts, const Var& ct,
                  std::span<Contribution> contributions) const;
  Record record() const { return record_; }
  Builder& builder() { return eager_; }
  /// What is applied from here on belongs to the sweep.
  void close() { open_.close(); }

 private:
  void add(const Var& x, bool has_leaf);

  Record record_;
  Recorded open_{false};
  Eager eager_;
  std::vector<Tensor> values_, tangents_;
  std::vector<Ref<Node>> leaves_;
  std::vector<std::size_t> operands_;
};

}  // namespace wg
