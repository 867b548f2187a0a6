#include "sweeps/call.h"

#include <algorithm>

#include "primitives/indexing.h"
#include "sweeps/derivation.h"
#include "sweeps/forward.h"
#include "sweeps/interpret.h"
#include "sweeps/rerun.h"
#include "sweeps/reverse.h"
#include "sweeps/sparsity.h"

namespace wg {

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

void Call::vjp(std::span<const Var> x, std::span<const Var>, std::span<const Var> cts,
               Wanted wanted, Builder& builder, std::span<Contribution> contributions) const {
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

std::vector<Var> Call::jvp(std::span<const Var> x, std::span<const Var>,
                           std::span<const Var> tangents, Builder& builder) const {
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
  state_pattern(results[result], leaves, dependence);
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
