/// Operations that run programs as values say, as bytes, and back.
#include <algorithm>

#include "sweeps/branch.h"
#include "sweeps/while_loop.h"
#include "tape/archive/programs.h"

namespace wg {
namespace {

constexpr std::size_t most_lanes = std::size_t{1} << 40;

void write_flags(const std::vector<bool>& flags, ByteWriter& out) {
  for (const bool flag : flags) out.byte(flag);
}

std::vector<Type> types_of(const Program& program, std::span<const Slot> slots) {
  std::vector<Type> types;
  for (const Slot slot : slots) types.push_back(program.types[slot]);
  return types;
}

void require_derivable(const Callable& callable) {
  if (!callable.is_derivable() || !callable.program().readings.empty()) {
    ByteReader::refuse("a program that is run as values say has no derivative");
  }
}

/// What has a cotangent, or is summed.
void require_inexact(const Program& program, std::span<const Slot> slots,
                     const std::vector<bool>& which) {
  for (std::size_t k = 0; k < slots.size(); ++k) {
    if (which[k] && !is_inexact(program.types[slots[k]].dtype)) {
      ByteReader::refuse("a cotangent is of an integer");
    }
  }
}

void require_alike(const Program& program, std::span<const Slot> slots,
                   const std::vector<Type>& types) {
  if (!std::ranges::equal(types_of(program, slots), types, is_alike_but_weak)) {
    ByteReader::refuse("programs that are run as values say differ in their types");
  }
}

}  // namespace

void ProgramWriter::write_steered(const Primitive& primitive, const Payload* payload) {
  if (&primitive == &branch_primitive()) {
    return write_branches(static_cast<const BranchCall*>(payload)->plan());
  }
  const auto* const pull =
      &primitive == &while_pull_primitive() ? static_cast<const WhilePull*>(payload) : nullptr;
  const WhilePlan& plan =
      pull ? *pull->shared_plan() : static_cast<const WhileCall*>(payload)->plan();
  write_callable(plan.condition);
  write_callable(plan.body);
  out_.count(static_cast<std::uint64_t>(plan.lanes));
  write_flags(plan.is_batched, out_);
  if (!pull) return;
  write_flags(pull->wanted(), out_);
  write_flags(pull->has_ct(), out_);
  out_.byte(pull->is_summed());
}

void ProgramWriter::write_branches(const BranchPlan& plan) {
  out_.byte(plan.pulled.has_value());
  if (plan.pulled) {
    write_branches(*plan.pulled->of);
    write_flags(plan.pulled->wanted, out_);
    return write_flags(plan.pulled->has_ct, out_);
  }
  out_.count(plan.branches.size());
  for (const auto& branch : plan.branches) write_callable(branch);
  out_.count(static_cast<std::uint64_t>(plan.lanes));
  write_flags(plan.is_batched, out_);
  write_flags(plan.is_summed, out_);
}

std::vector<bool> ProgramReader::read_flags(std::size_t count) {
  std::vector<bool> flags;
  for (; count > 0; --count) flags.push_back(in_.flag());
  return flags;
}

std::shared_ptr<const BranchPlan> ProgramReader::read_branches(bool is_pulled) {
  if (in_.flag()) {
    if (is_pulled) ByteReader::refuse("branches are pulled back twice");
    std::shared_ptr<const BranchPlan> of = read_branches(true);
    const Program& own = of->first();
    std::vector<bool> wanted = read_flags(own.inputs.size());
    std::vector<bool> has_ct = read_flags(own.results.size());
    require_inexact(own, own.inputs, wanted);
    require_inexact(own, own.results, has_ct);
    return pullback_of(std::move(of), std::move(wanted), std::move(has_ct));
  }
  auto plan = std::make_shared<BranchPlan>();
  const std::size_t count = in_.length();
  for (std::size_t k = 0; k < count; ++k) {
    plan->branches.push_back(read_callable());
    const Program& own = plan->branches.back()->program();
    require_derivable(*plan->branches.back());
    require_alike(own, own.inputs, types_of(plan->first(), plan->first().inputs));
    require_alike(own, own.results, types_of(plan->first(), plan->first().results));
  }
  if (count == 0) ByteReader::refuse("there are no branches");
  plan->lanes = static_cast<std::int64_t>(in_.below(most_lanes));
  if (plan->lanes == 0) return plan;
  plan->is_batched = read_flags(plan->first().inputs.size());
  plan->is_summed = read_flags(plan->first().results.size());
  require_inexact(plan->first(), plan->first().results, plan->is_summed);
  return plan;
}

Ref<Payload> ProgramReader::read_steered(const Primitive& primitive) {
  if (&primitive == &branch_primitive()) {
    return Ref<Payload>::adopt(new BranchCall(read_branches(false)));
  }
  auto plan = std::make_shared<WhilePlan>();
  plan->condition = read_callable();
  plan->body = read_callable();
  require_derivable(*plan->condition);
  require_derivable(*plan->body);
  const Program& body = plan->body->program();
  const Program& condition = plan->condition->program();
  const std::size_t size = body.results.size(), count = body.inputs.size();
  if (size == 0 || size > count) ByteReader::refuse("a loop has another state");
  plan->types = types_of(body, std::span(body.inputs).first(size));
  plan->outside = count - size;
  require_alike(body, body.results, plan->types);
  require_alike(condition, condition.inputs, types_of(body, body.inputs));
  require_alike(condition, condition.results, {{DType::boolean, nullptr, false}});
  plan->lanes = static_cast<std::int64_t>(in_.below(most_lanes));
  if (plan->lanes > 0) plan->is_batched = read_flags(plan->outside);
  if (&primitive == &while_primitive()) {
    return Ref<Payload>::adopt(new WhileCall(std::move(plan)));
  }
  std::vector<bool> wanted = read_flags(count), has_ct = read_flags(size);
  for (std::size_t k = 0; k < count; ++k) {
    const bool is_named = wanted[k] || (k < size && has_ct[k]);
    if (is_named && !is_inexact(plan->type(k).dtype)) {
      ByteReader::refuse("a cotangent is of an integer");
    }
  }
  const bool is_summed = in_.flag();
  return Ref<Payload>::adopt(
      new WhilePull(std::move(plan), std::move(wanted), std::move(has_ct), is_summed));
}

}  // namespace wg
