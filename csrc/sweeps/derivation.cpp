#include "sweeps/derivation.h"

#include "graph/untracked.h"
#include "primitives/registry.h"

namespace wg {

Derivation::Derivation() : doing_(this_thread) {
  this_thread.untracked_depth = this_thread.linked_depth = 0;
  this_thread.blocks_aside = UntrackedBlocks::opened();
  this_thread.moving_leaf = nullptr;
  this_thread.rules = nullptr;
  this_thread.trace = nullptr;
  if (this_thread.witness) witness_ = this_thread.witness->of_derivation();
  trace_.emplace();
}

Derivation::~Derivation() {
  trace_.reset();
  witness_.reset();
  doing_.last_sequence = this_thread.last_sequence;
  doing_.claimed_sequence = this_thread.claimed_sequence;
  doing_.others_sequence = this_thread.others_sequence;
  this_thread = doing_;
}

Tensor Derivation::leaf(const Type& type) {
  return trace_->leaf(identity_primitive(), Array::abstract(type.dtype, type.layout, type.is_weak),
                      is_inexact(type.dtype));
}

std::vector<Tensor> Derivation::leaves(const Program& program) {
  std::vector<Tensor> all;
  for (const Slot slot : program.inputs) all.push_back(leaf(program.types[slot]));
  return all;
}

std::shared_ptr<const Program> Derivation::finish(std::span<const Tensor> results) const {
  return program_of({.results = results, .leaves = trace_->leaves(), .since = trace_->since()})
      .program;
}

std::vector<Ref<Node>> nodes_of_leaves(std::span<const Tensor> leaves,
                                       const std::vector<bool>& which) {
  std::vector<Ref<Node>> nodes;
  for (std::size_t k = 0; k < which.size(); ++k) {
    if (which[k]) nodes.push_back(leaves[k].node);
  }
  return nodes;
}

}  // namespace wg
