#include "sweeps/callable.h"

#include <algorithm>
#include <functional>

#include "graph/compound.h"
#include "primitives/indexing.h"
#include "sweeps/derivation.h"
#include "sweeps/forward.h"
#include "sweeps/interpret.h"
#include "sweeps/linearity.h"
#include "sweeps/reverse.h"

namespace wg {

Type with_axis(const Type& type, std::int64_t count) {
  Shape shape(type.shape());
  shape.insert(0, count);
  return {type.dtype, shape, type.is_weak};
}

namespace {}  // namespace

Callable::Callable(std::shared_ptr<const Program> program)
    : program_(std::move(program)),
      is_derivable_(std::ranges::all_of(program_->instructions,
                                        [](const Instruction& own) {
                                          return !own.primitive->is_compound ||
                                                 compound_of(own.payload.pointer()).is_derivable();
                                        })),
      is_differentiable_(program_->differentiable_results()) {}

bool Callable::is_linear(const std::vector<bool>& dependent) const {
  std::vector<bool> depends(program_->types.size());
  for (std::size_t k = 0; k < dependent.size(); ++k) depends[program_->inputs[k]] = dependent[k];
  for (const Instruction& instruction : program_->instructions) {
    std::vector<bool> which;
    for (const Slot slot : program_->operands_of(instruction)) which.push_back(depends[slot]);
    if (std::ranges::none_of(which, std::identity())) continue;
    const bool passes = !instruction.is_cut && instruction.primitive->is_differentiable &&
                        is_inexact(program_->types[instruction.result].dtype);
    if (!passes || !wg::is_linear(*instruction.primitive, instruction.payload.pointer(), which)) {
      return false;
    }
    for (std::uint32_t k = 0; k < instruction.result_count; ++k) {
      depends[instruction.result + k] = true;
    }
  }
  return true;
}

std::shared_ptr<Callable> Callable::derived(
    char kind, const std::vector<bool>& first, const std::vector<bool>& second, std::int64_t count,
    const std::function<std::shared_ptr<Callable>()>& make) {
  for (const Derived& known : derived_) {
    if (known.kind == kind && known.first == first && known.second == second &&
        known.count == count) {
      return known.callable;
    }
  }
  auto made = make();
  derived_.push_back({kind, first, second, count, made});
  return made;
}

std::shared_ptr<Callable> Callable::vjp(const std::vector<bool>& wanted,
                                        const std::vector<bool>& has_ct) {
  return derived('v', wanted, has_ct, 0, [&] {
    Derivation derivation;
    const std::vector<Tensor> leaves = derivation.leaves(program());
    const std::vector<Tensor> results = interpret(program(), leaves, derivation.builder());
    std::vector<Tensor> ends, cts;
    for (std::size_t k = 0; k < results.size(); ++k) {
      if (!has_ct[k]) continue;
      ends.push_back(results[k]);
      cts.push_back(derivation.leaf(results[k].type()));
    }
    return std::make_shared<Callable>(derivation.finish(
        reverse_sweep(ends, cts, nodes_of_leaves(leaves, wanted), Policy::record_only)));
  });
}

std::shared_ptr<Callable> Callable::jvp(const std::vector<bool>& moving) {
  return derived('j', moving, {}, 0, [&] {
    Derivation derivation;
    const std::vector<Tensor> leaves = derivation.leaves(program());
    std::vector<Tensor> tangents;
    for (std::size_t k = 0; k < leaves.size(); ++k) {
      if (moving[k]) tangents.push_back(derivation.leaf(leaves[k].type()));
    }
    const std::vector<Tensor> results = interpret(program(), leaves, derivation.builder());
    std::vector<Tensor> moved =
        forward_sweep(results, nodes_of_leaves(leaves, moving), tangents, Policy::record_only);
    for (std::size_t k = 0; k < moved.size(); ++k) {
      if (!moved[k].value.is_defined()) {
        moved[k] = Array::zeros(results[k].dtype(), results[k].value.shape());
      }
    }
    return std::make_shared<Callable>(derivation.finish(moved));
  });
}

std::shared_ptr<Callable> Callable::batch(const std::vector<bool>& is_batched, std::int64_t count) {
  return derived('b', is_batched, {}, count, [&] {
    Derivation derivation;
    std::vector<Tensor> leaves;
    for (std::size_t k = 0; k < program().inputs.size(); ++k) {
      const Type& type = program().types[program().inputs[k]];
      leaves.push_back(derivation.leaf(is_batched[k] ? with_axis(type, count) : type));
      leaves.back().set_batched(is_batched[k]);
    }
    Batch batch(derivation.builder());
    std::vector<Tensor> results = interpret(program(), leaves, batch);
    for (Tensor& result : results) {
      const bool has_axis = result.is_batched();
      result.set_batched(false);
      result = with_batch_axis(derivation.builder().var(std::move(result)), has_axis, count).tensor;
    }
    return std::make_shared<Callable>(derivation.finish(results));
  });
}

}  // namespace wg
