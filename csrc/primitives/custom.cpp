#include "primitives/custom.h"

#include <algorithm>

#include "primitives/dependence.h"
#include "primitives/indexing.h"
#include "primitives/structural.h"

namespace wg {

std::vector<Type> CustomRule::infer(std::span<const Type> x) const {
  return {x.begin(), x.begin() + static_cast<std::ptrdiff_t>(count_)};
}

std::vector<Array> CustomRule::evaluate(std::span<Tensor> x) const {
  std::vector<Array> values;
  for (const Tensor& result : x.first(count_)) values.push_back(result.value);
  return values;
}

void CustomRule::vjp(std::span<const Var> x, std::span<const Var>, std::span<const Var> cts, Wanted,
                     Builder& builder, std::span<Contribution> contributions) const {
  pull(x.subspan(count_), cts, builder, contributions.subspan(count_));
}

std::vector<Var> CustomRule::jvp(std::span<const Var> x, std::span<const Var>,
                                 std::span<const Var> tangents, Builder& builder) const {
  std::vector<Var> moved = push(x.subspan(count_), tangents.subspan(count_), builder);
  for (std::size_t k = 0; k < moved.size(); ++k) {
    if (moved[k]) moved[k] = fitted(std::move(moved[k]), x[k]);
  }
  return moved;
}

std::vector<Var> CustomRule::batch(std::span<Var> x, std::span<const bool> is_batched,
                                   Builder& builder) const {
  const std::int64_t n = batch_length(x, is_batched);
  std::vector<Var> values;
  const auto of_results = is_batched.first(count_);
  const bool are_made = std::ranges::find(of_results, true) != of_results.end();
  if (!are_made) values = batch_values(x.subspan(count_), is_batched.subspan(count_), builder);
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < x.size(); ++k) {
    Var& operand = k < values.size() ? values[k] : x[k];
    if (k >= values.size() && k < count_) {
      operand = with_batch_axis(std::move(operand), is_batched[k], n);
    }
    operands.push_back(std::move(operand.tensor));
  }
  std::vector<Var> results;
  for (Tensor& y :
       builder.apply_compound(custom_primitive(), batched(is_batched.subspan(count_)), operands)) {
    results.push_back(builder.var(std::move(y)));
  }
  return results;
}

/// The rule may read everything.
void CustomRule::sparsity(std::span<const Tensor> x, std::size_t, const Type& y,
                          Dependence& dependence) const {
  state_all(x, count_, y, dependence);
}

const Primitive& custom_primitive() {
  static const Primitive row = [] {
    Primitive custom = compound_row("custom");
    custom.is_fallible = true;
    return custom;
  }();
  return row;
}

}  // namespace wg
