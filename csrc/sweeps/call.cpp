#include "sweeps/call.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "graph/leaf_cell.h"
#include "graph/open_scope.h"
#include "primitives/indexing.h"
#include "primitives/registry.h"
#include "sweeps/forward.h"
#include "sweeps/interpret.h"
#include "sweeps/linearity.h"
#include "sweeps/rerun.h"
#include "sweeps/reverse.h"
#include "sweeps/sparsity.h"

namespace wg {
namespace {

const Primitive& identity() {
  static const Primitive& row = primitive_named("identity");
  return row;
}

/// A trace over abstract values, in which a program is made of another one: nothing of what this
/// thread is doing otherwise is seen by it.
class Derivation {
 public:
  Derivation() : doing_(this_thread) {
    this_thread.untracked_depth = this_thread.linked_depth = 0;
    this_thread.blocks_aside = UntrackedBlocks::opened();
    this_thread.moving_leaf = nullptr;
    this_thread.witness = nullptr;
    this_thread.rules = nullptr;
    this_thread.trace = nullptr;
    trace_.emplace();
  }
  Derivation(const Derivation&) = delete;
  Derivation& operator=(const Derivation&) = delete;
  ~Derivation() {
    trace_.reset();
    doing_.last_sequence = this_thread.last_sequence;
    doing_.claimed_sequence = this_thread.claimed_sequence;
    doing_.others_sequence = this_thread.others_sequence;
    this_thread = doing_;
  }

  Tensor leaf(const Type& type) {
    return trace_->leaf(identity(), Array::abstract(type.dtype, type.layout, type.is_weak),
                        is_inexact(type.dtype));
  }
  std::vector<Tensor> leaves(const Program& program) {
    std::vector<Tensor> all;
    for (const Slot slot : program.inputs) all.push_back(leaf(program.types[slot]));
    return all;
  }
  Builder& builder() { return builder_; }
  std::shared_ptr<Callable> finish(std::span<const Tensor> results) {
    return std::make_shared<Callable>(
        program_of({.results = results, .leaves = trace_->leaves(), .since = trace_->since()})
            .program);
  }

 private:
  ThreadState doing_;
  std::optional<Trace> trace_;
  RecordOnly builder_;
};

Type with_axis(const Type& type, std::int64_t count) {
  Shape shape(type.shape());
  shape.insert(0, count);
  return {type.dtype, shape, type.is_weak};
}

std::vector<Ref<Node>> nodes_of_leaves(std::span<const Tensor> leaves,
                                       const std::vector<bool>& which) {
  std::vector<Ref<Node>> nodes;
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    if (which[k]) nodes.push_back(leaves[k].node);
  }
  return nodes;
}

}  // namespace

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
    return derivation.finish(
        reverse_sweep(ends, cts, nodes_of_leaves(leaves, wanted), Policy::record_only));
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
    return derivation.finish(moved);
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
    return derivation.finish(results);
  });
}

std::vector<Type> Call::infer(std::span<const Type>) const {
  std::vector<Type> types;
  for (const Slot slot : program().results) types.push_back(program().types[slot]);
  return types;
}

std::vector<Array> Call::evaluate(std::span<Tensor> x) const {
  Evaluate evaluate;
  std::vector<Array> values;
  for (Tensor& result : interpret(program(), x, evaluate)) {
    values.push_back(std::move(result.value));
  }
  return values;
}

std::vector<Tensor> Call::pull(std::span<const Tensor> x, std::span<const Tensor> cts,
                               const std::vector<bool>& wanted, Builder& builder) const {
  std::vector<Tensor> pulled(x.size());
  std::vector<bool> has_ct(program().results.size());
  std::vector<Tensor> given;
  for (std::size_t k = 0; k < cts.size(); ++k) {
    has_ct[k] = cts[k].value.is_defined();
    if (has_ct[k]) given.push_back(cts[k]);
  }
  if (is_derived(builder)) {
    std::vector<Tensor> operands(x.begin(), x.end());
    operands.insert(operands.end(), given.begin(), given.end());
    auto payload = Ref<Payload>::adopt(new Call(callable_->vjp(wanted, has_ct)));
    std::vector<Tensor> all =
        builder.apply_compound(call_primitive(), std::move(payload), operands);
    auto next = all.begin();
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (wanted[k]) pulled[k] = std::move(*next++);
    }
    return pulled;
  }
  Rerun rerun(x, wanted, builder);
  const std::vector<Tensor> results = interpret(program(), rerun.values(), rerun.builder(), kept_);
  rerun.close();
  std::vector<Tensor> ends;
  for (std::size_t k = 0; k < results.size(); ++k) {
    if (has_ct[k]) ends.push_back(results[k]);
  }
  std::vector<Tensor> sums = reverse_sweep(ends, given, rerun.leaves(), rerun.policy());
  const bool is_batched =
      std::ranges::any_of(given, [](const Tensor& ct) { return ct.is_batched(); });
  auto next = sums.begin();
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (!wanted[k]) continue;
    // One cotangent where there are many seeds is that of an operand that no derivative reaches.
    if (next->is_batched() == is_batched) pulled[k] = std::move(*next);
    ++next;
  }
  return pulled;
}

void Call::vjp(std::span<const Var> x, std::span<const Var> cts, Wanted wanted, Builder& builder,
               std::span<Contribution> contributions) const {
  std::vector<Tensor> operands, seeds(cts.size());
  std::vector<bool> is_wanted;
  for (std::size_t k = 0; k < x.size(); ++k) {
    operands.push_back(x[k].tensor);
    is_wanted.push_back(wanted[k] && is_inexact(x[k].dtype()));
  }
  for (std::size_t k = 0; k < cts.size(); ++k) {
    if (cts[k]) seeds[k] = cts[k].tensor;
  }
  std::vector<Tensor> pulled = pull(operands, seeds, is_wanted, builder);
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (pulled[k].value.is_defined()) contributions[k] = builder.var(std::move(pulled[k]));
  }
}

std::vector<Var> Call::jvp(std::span<const Var> x, std::span<const Var> tangents,
                           Builder& builder) const {
  std::vector<Tensor> operands, given;
  std::vector<bool> moving;
  for (std::size_t k = 0; k < x.size(); ++k) {
    operands.push_back(x[k].tensor);
    moving.push_back(tangents[k] && is_inexact(x[k].dtype()));
    if (moving.back()) given.push_back(tangents[k].tensor);
  }
  std::vector<Var> moved(program().results.size());
  std::vector<Tensor> all;
  if (is_derived(builder)) {
    operands.insert(operands.end(), given.begin(), given.end());
    auto payload = Ref<Payload>::adopt(new Call(callable_->jvp(moving)));
    all = builder.apply_compound(call_primitive(), std::move(payload), operands);
  } else {
    Rerun rerun(operands, moving, builder);
    const std::vector<Tensor> results =
        interpret(program(), rerun.values(), rerun.builder(), kept_);
    rerun.close();
    all = forward_sweep(results, rerun.leaves(), given, rerun.policy());
  }
  for (std::size_t k = 0; k < all.size(); ++k) {
    const bool passes = is_inexact(program().types[program().results[k]].dtype);
    if (passes && all[k].value.is_defined()) moved[k] = builder.var(std::move(all[k]));
  }
  return moved;
}

std::vector<Var> Call::batch(std::span<Var> x, std::span<const bool> is_batched,
                             Builder& builder) const {
  const std::int64_t count = batch_length(x, is_batched);
  std::vector<Tensor> values;
  bool is_recorded = false;
  for (Var& operand : x) {
    is_recorded |= builder.records() && operand.tensor.is_tracked();
    values.push_back(std::move(operand.tensor));
  }
  std::vector<Tensor> results;
  if (is_recorded && is_derivable() && !(keep_ && !keep_->empty())) {
    const std::vector<bool> flags(is_batched.begin(), is_batched.end());
    auto payload = Ref<Payload>::adopt(new Call(callable_->batch(flags, count), keep_));
    results = builder.apply_compound(call_primitive(), std::move(payload), values);
  } else {
    for (std::size_t k = 0; k < values.size(); ++k) values[k].set_batched(is_batched[k]);
    const auto run = [&] {
      Batch batch(builder);
      results = interpret(program(), values, batch);
      for (Tensor& result : results) {
        const bool has_axis = result.is_batched();
        result.set_batched(false);
        result = with_batch_axis(builder.var(std::move(result)), has_axis, count).tensor;
      }
    };
    if (is_recorded) {
      Trace trace;
      run();
      trace.close();
      results = checkpointed(results, trace.since(), keep_);
    } else {
      run();
    }
  }
  std::vector<Var> all;
  for (Tensor& result : results) all.push_back(builder.var(std::move(result)));
  return all;
}

void Call::sparsity(std::span<const Tensor>, std::size_t result, const Type&,
                    Dependence& dependence) const {
  // The pattern is found on a graph: the program, recorded again without values.
  Derivation derivation;
  const std::vector<Tensor> leaves = derivation.leaves(program());
  const std::vector<Tensor> results = interpret(program(), leaves, derivation.builder());
  const std::vector<Ref<Node>> nodes =
      nodes_of_leaves(leaves, std::vector<bool>(leaves.size(), true));
  const std::span end(&results[result], 1);
  const Order order(nodes_of(end), nodes_of(nodes), Passes::everything);
  const Rows rows = leaf_rows(sparsity_sweep(order, end, nodes));
  std::int64_t first = 0;
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    state_columns(rows, first, leaves[k].value.layout().size(), static_cast<int>(k), dependence);
    first += leaves[k].value.layout().size();
  }
}

Ref<Payload> Call::without_values() const {
  return Ref<Payload>::adopt(new Call(callable_, keep_));
}

void Call::words(std::vector<std::int64_t>& words, Constants constants) const {
  const Table<std::int64_t> own = program().words(constants);
  words.insert(words.end(), own.begin(), own.end());
}

std::string Call::text() const {
  return "operations=" + std::to_string(program().instructions.size());
}

const Primitive& call_primitive() {
  static const Primitive row = [] {
    Primitive call = compound_row("checkpoint");
    call.is_fallible = true;
    return call;
  }();
  return row;
}

std::vector<Tensor> checkpointed(std::span<const Tensor> outputs, std::uint64_t since,
                                 const std::shared_ptr<const Keep>& keep) {
  std::vector<Tensor> all(outputs.begin(), outputs.end()), made;
  std::vector<std::size_t> which;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (!all[k].is_tracked() || all[k].node->sequence() <= since) continue;
    which.push_back(k);
    made.push_back(all[k]);
  }
  if (which.empty()) return all;
  const bool has_values =
      std::ranges::none_of(made, [](const Tensor& output) { return output.value.is_abstract(); });
  Captured captured =
      program_of({.results = made, .since = since, .keep = keep.get(), .has_values = has_values});
  std::vector<const Tensor*> operands;
  for (const Tensor& operand : captured.captures) operands.push_back(&operand);
  std::vector<Array> values;
  for (const Tensor& output : made) values.push_back(output.value);
  auto callable = std::make_shared<Callable>(std::move(captured.program));
  auto payload = Ref<Payload>::adopt(new Call(std::move(callable), keep, std::move(captured.kept)));
  std::vector<Tensor> results =
      record_compound(call_primitive(), std::move(payload), operands, std::move(values));
  for (std::size_t i = 0; i < which.size(); ++i) all[which[i]] = std::move(results[i]);
  return all;
}

}  // namespace wg
