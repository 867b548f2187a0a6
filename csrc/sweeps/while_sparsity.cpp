/// What a loop with a condition depends on, after whatever number of steps.
#include <algorithm>
#include <optional>

#include "primitives/dependence.h"
#include "sweeps/derivation.h"
#include "sweeps/interpret.h"
#include "sweeps/reaching.h"
#include "sweeps/sparsity.h"
#include "sweeps/while_derivatives.h"

namespace wg {
namespace {

constexpr std::size_t most = std::size_t{1} << 22;  // entries of a pattern that is of use

/// Values one behind the other, by the number of their first element.
class Elements {
 public:
  void add(const Type& type) { firsts_.push_back(firsts_.back() + element_count(type.shape())); }

  std::int64_t first(std::size_t value) const { return firsts_[value]; }
  std::int64_t size(std::size_t value) const { return firsts_[value + 1] - firsts_[value]; }
  std::int64_t count() const { return firsts_.back(); }
  std::size_t values() const { return firsts_.size() - 1; }
  std::size_t value_of(std::int64_t element) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(firsts_, element) - firsts_.begin()) -
           1;
  }

 private:
  std::vector<std::int64_t> firsts_{0};
};

/// By element of the results, the elements of the inputs that one run depends on.
Rows pattern_of(const Program& program) {
  Derivation derivation;
  const std::vector<Tensor> leaves = derivation.leaves(program);
  const std::vector<Tensor> results = interpret(program, leaves, derivation.builder());
  const std::vector<bool> all(leaves.size(), true);
  const std::vector<Ref<Node>> nodes = nodes_of_leaves(leaves, all);
  const Order order(nodes_of(results), nodes_of(nodes), Passes::everything);
  return leaf_rows(sparsity_sweep(order, results, nodes, most));
}

/// Of the state after any number of steps, by element: those of the loop's operands.
Pattern pattern_of_state(const WhilePlan& plan, std::int64_t state, std::int64_t columns) {
  const Rows step = pattern_of(plan.body->program());
  Rows edges, read;  // what leads to elements of the state, and all else
  for (std::size_t i = 0; i < step.size(); ++i) {
    const auto own = static_cast<std::int32_t>(i);
    read.columns.push_back(own);
    for (const std::int32_t column : step[i]) {
      (column < state ? edges : read).columns.push_back(column);
    }
    edges.close_row();
    read.close_row();
  }
  return joined_along(edges, read, columns, most);
}

/// States what holds of one lane for each of them.
class LanesOf {
 public:
  LanesOf(const Elements& columns, std::vector<bool> has_lane, std::int64_t lanes)
      : columns_(columns),
        has_lane_(std::move(has_lane)),
        lanes_(std::max<std::int64_t>(lanes, 1)) {}

  /// Of so many rows from one on, which are a result, of each lane or of all of them.
  void state(const Pattern& pattern, std::int64_t first, std::int64_t size, bool has_own,
             Dependence& dependence) const {
    std::vector<std::vector<std::int64_t>> outputs(columns_.values()), elements(columns_.values());
    for (std::int64_t i = 0; i < size; ++i) {
      for (const std::int32_t column : pattern[static_cast<std::size_t>(first + i)]) {
        const std::size_t k = columns_.value_of(column);
        const std::int64_t element = column - columns_.first(k);
        for (std::int64_t lane = 0; lane < lanes_; ++lane) {
          outputs[k].push_back((has_own ? lane * size : 0) + i);
          elements[k].push_back((has_lane_[k] ? lane * columns_.size(k) : 0) + element);
          if (!has_own && !has_lane_[k]) break;
        }
      }
    }
    for (std::size_t k = 0; k < columns_.values(); ++k) {
      dependence.on_pairs(static_cast<int>(k), array_of(outputs[k]), array_of(elements[k]));
    }
  }

 private:
  static Array array_of(const std::vector<std::int64_t>& numbers) {
    Array all = Array::empty(DType::int64, Shape{std::ssize(numbers)});
    std::ranges::copy(numbers, all.mutable_data<std::int64_t>());
    return all;
  }

  const Elements& columns_;
  const std::vector<bool> has_lane_;
  const std::int64_t lanes_;
};

Elements elements_of_operands(const WhilePlan& plan) {
  Elements all;
  for (std::size_t k = 0; k < plan.operands(); ++k) all.add(plan.type(k));
  return all;
}

}  // namespace

void WhileCall::sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                         Dependence& dependence) const {
  const Elements operands = elements_of_operands(*plan_);
  try {
    const Pattern pattern =
        pattern_of_state(*plan_, operands.first(plan_->types.size()), operands.count());
    LanesOf(operands, plan_->lane_flags(), plan_->lanes)
        .state(pattern, operands.first(result), operands.size(result), true, dependence);
  } catch (const TooDense&) {
    state_all(x, 0, y, dependence);
  }
}

/// A step back reads a state that the steps before it have led to, and cotangents that those behind
/// it have.
void WhilePull::sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                         Dependence& dependence) const {
  const std::size_t size = plan_->types.size();
  Elements operands = elements_of_operands(*plan_), cotangents;
  const std::int64_t state = operands.first(size), own = operands.count();
  std::vector<bool> has_lane = plan_->lane_flags();
  // By part of what goes back: the operand that it begins as, if it does.
  std::vector<std::optional<std::size_t>> seeds;
  std::size_t part = 0, wanted = 0;  // that is the result, and the operand that it belongs to
  for (std::size_t k = 0, number = 0; k < plan_->operands(); ++k) {
    const bool is_state = k < size;
    if (is_state ? !is_inexact(plan_->types[k].dtype) : !wanted_[k]) continue;
    if (wanted_[k] && number++ == result) {
      part = cotangents.values();
      wanted = k;
    }
    cotangents.add(plan_->type(k));
    const bool is_seed = is_state && has_ct_[k];
    seeds.push_back(is_seed ? std::optional(operands.values()) : std::nullopt);
    if (!is_seed) continue;
    operands.add(plan_->types[k]);
    has_lane.push_back(plan_->lanes > 0);
  }
  try {
    const Pattern states = pattern_of_state(*plan_, state, own);
    const Rows step = pattern_of(derivatives_of(*plan_).back(wanted_)->program());
    Rows edges;
    Unions read(operands.count(), most);
    Table<std::uint32_t> of;
    for (std::size_t i = 0; i < step.size(); ++i) {
      const auto element = static_cast<std::int64_t>(i);
      const std::size_t k = cotangents.value_of(element);
      for (const std::int32_t column : step[i]) {
        if (column >= own)
          edges.columns.push_back(static_cast<std::int32_t>(column - own));
        else if (column >= state)
          read.add({&column, 1});
        else
          read.add(states[static_cast<std::size_t>(column)]);
      }
      if (seeds[k]) {
        const auto seed =
            static_cast<std::int32_t>(operands.first(*seeds[k]) + element - cotangents.first(k));
        read.add({&seed, 1});
      }
      edges.close_row();
      of.push_back(read.close());
    }
    const std::shared_ptr<Rows> sets = read.take();
    Rows rows;
    for (const std::uint32_t set : of) {
      const auto columns = (*sets)[set];
      rows.columns.insert(rows.columns.end(), columns.begin(), columns.end());
      rows.close_row();
    }
    const Pattern pattern = joined_along(edges, rows, operands.count(), most);
    LanesOf(operands, has_lane, plan_->lanes)
        .state(pattern, cotangents.first(part), cotangents.size(part),
               plan_->has_lane(wanted) || !is_summed_, dependence);
  } catch (const TooDense&) {
    state_all(x, 0, y, dependence);
  }
}

}  // namespace wg
