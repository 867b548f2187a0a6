/// A trace over abstract values, in which a program is made of another one.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "graph/excerpt.h"
#include "graph/trace.h"
#include "graph/var.h"
#include "graph/witness.h"

namespace wg {

/// Nothing of what this thread is doing otherwise is seen by it.
class Derivation {
 public:
  Derivation();
  Derivation(const Derivation&) = delete;
  Derivation& operator=(const Derivation&) = delete;
  ~Derivation();

  Tensor leaf(const Type& type);
  /// One for each input.
  std::vector<Tensor> leaves(const Program& program);
  Builder& builder() { return builder_; }
  /// From the leaves to the results.
  std::shared_ptr<const Program> finish(std::span<const Tensor> results) const;

 private:
  ThreadState doing_;
  std::unique_ptr<Witness> witness_;
  std::optional<Trace> trace_;
  RecordOnly builder_;
};

/// The nodes of those leaves that are wanted.
std::vector<Ref<Node>> nodes_of_leaves(std::span<const Tensor> leaves,
                                       const std::vector<bool>& which);

}  // namespace wg
