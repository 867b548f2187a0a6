#include "sweeps/bodies.h"

#include "sweeps/branch.h"
#include "sweeps/call.h"
#include "sweeps/chain.h"
#include "sweeps/while_derivatives.h"

namespace wg {
namespace {

std::string numbered(const char* role, std::size_t k, std::size_t count) {
  return count == 1 ? role : role + (" " + std::to_string(k));
}

std::vector<OperationBody> bodies_of(const WhilePlan& plan) {
  return {{"condition", plan.condition->shared_program()}, {"body", plan.body->shared_program()}};
}

}  // namespace

std::vector<OperationBody> bodies_of(const Instruction& instruction) {
  const Primitive* const primitive = instruction.primitive;
  const Payload* const payload = instruction.payload.pointer();
  std::vector<OperationBody> all;
  if (primitive == &call_primitive()) {
    all.push_back({"program", static_cast<const Call*>(payload)->callable()->shared_program()});
  } else if (primitive == &loop_primitive() || primitive == &chain_primitive()) {
    const auto& steps = static_cast<const ChainCall*>(payload)->plan().steps;
    for (std::size_t k = 0; k < steps.size(); ++k) {
      all.push_back(
          {numbered("step", k, steps.size()), steps[k].body().callable()->shared_program()});
    }
  } else if (primitive == &branch_primitive()) {
    const auto& branches = static_cast<const BranchCall*>(payload)->plan().branches;
    for (std::size_t k = 0; k < branches.size(); ++k) {
      all.push_back({numbered("branch", k, branches.size()), branches[k]->shared_program()});
    }
  } else if (primitive == &while_primitive()) {
    return bodies_of(static_cast<const WhileCall*>(payload)->plan());
  } else if (primitive == &while_pull_primitive()) {
    const auto* const pull = static_cast<const WhilePull*>(payload);
    all = bodies_of(*pull->shared_plan());
    all.push_back(
        {"step back", derivatives_of(*pull->shared_plan()).back(pull->wanted())->shared_program()});
  }
  return all;
}

}  // namespace wg
