#include "sweeps/interpret.h"

#include "core/few.h"
#include "core/host.h"
#include "graph/compound.h"
#include "graph/open_scope.h"
#include "graph/witness.h"
#include "primitives/registry.h"

namespace wg {
namespace {

constexpr std::size_t instructions_per_poll = 1024;
thread_local std::uint64_t evaluated_again = 0;

void show(const Instruction& instruction, const Node* node, std::span<const Tensor> given,
          const Tensor& out) {
  std::vector<const Tensor*> operands;
  for (const Tensor& operand : given) operands.push_back(&operand);
  this_thread.witness->evaluated(*instruction.primitive, operands, out.value);
  this_thread.witness->derived(
      {Derived::What::tangent, *instruction.primitive, node, {}, given, out});
}

/// What no derivative passed stays so: a rule may hand an operand on as it is.
void cut(Tensor& value, Builder& builder) {
  if (!value.is_differentiated()) return;
  const bool is_batched = value.is_batched();
  Tensor one[] = {std::move(value)};
  one[0].set_batched(false);
  value = is_batched ? Eager().apply(identity_primitive(), nullptr, one)
                     : builder.apply(identity_primitive(), nullptr, one);
  value.set_batched(is_batched);
}

}  // namespace

Interpreter::Interpreter(const Program& program, std::span<const Tensor> inputs, Builder& builder)
    : program_(program), builder_(builder), values_(program.types.size()), users_(program.uses) {
  for (std::size_t k = 0; k < inputs.size(); ++k) values_[program.inputs[k]] = inputs[k];
  for (const auto& [slot, value] : program.constants) values_[slot].value = value;
}

std::uint64_t Interpreter::operations() { return evaluated_again; }

void Interpreter::know(std::uint32_t instruction, Array value) {
  known_.resize(program_.instructions.size());
  known_[instruction] = std::move(value);
}

void Interpreter::run_to(std::size_t instruction) {
  for (; next_ < instruction; ++next_) {
    if (next_ % instructions_per_poll == 0) poll_host();
    evaluate(program_.instructions[next_]);
  }
}

void Interpreter::evaluate(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  Few<Tensor> operands(slots.size(), [&](std::size_t k) { return take(slots[k]); });
  const Untracked untracked(instruction.is_cut);
  Tensor& result = values_[instruction.result];
  if (!known_.empty() && known_[next_].is_defined()) {
    Few<const Tensor*> pointers(slots.size(), [&](std::size_t k) { return &operands[k]; });
    result = record(*instruction.primitive, instruction.payload, pointers, known_[next_]);
    return;
  }
  ++evaluated_again;
  const Node* node = program_.nodes.empty() ? nullptr : program_.nodes[next_].pointer();
  const RulesAtWork at_work(*instruction.primitive, node);
  if (instruction.primitive->is_compound) {
    std::vector<Tensor> all =
        builder_.apply_compound(*instruction.primitive, instruction.payload, operands);
    for (std::size_t k = 0; k < all.size(); ++k) (&result)[k] = std::move(all[k]);
  } else {
    std::vector<Tensor> held;
    if (this_thread.witness) held.assign(operands.begin(), operands.end());
    result = builder_.apply(*instruction.primitive, instruction.payload, operands);
    if (this_thread.witness) show(instruction, node, held, result);
  }
  for (std::uint32_t k = 0; instruction.is_cut && k < instruction.result_count; ++k) {
    cut((&result)[k], builder_);
  }
}

std::vector<Tensor> Interpreter::results() {
  run_to(program_.instructions.size());
  std::vector<Tensor> results;
  for (const Slot slot : program_.results) results.push_back(take(slot));
  return results;
}

std::vector<Tensor> interpret(const Program& program, std::span<const Tensor> inputs,
                              Builder& builder,
                              std::span<const std::pair<std::uint32_t, Array>> known) {
  Interpreter interpreter(program, inputs, builder);
  for (const auto& [instruction, value] : known) interpreter.know(instruction, value);
  return interpreter.results();
}

}  // namespace wg
