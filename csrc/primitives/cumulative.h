/// Primitives that run along an axis: sums, products, recurrences.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The axis is negative; `reverse` runs from its end.
struct Running : StructuralDefaults {
  std::int64_t axis = -1;
  bool reverse = false;
  static constexpr auto parameters = members(Member<Running, std::int64_t>{"axis", &Running::axis},
                                             Member<Running, bool>{"reverse", &Running::reverse});

  static constexpr bool takes_dense = true;
  static constexpr unsigned shares = 3;

  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// y[i] = x[0] + ... + x[i]; integers and booleans as int64.
struct Cumsum : Running {
  static constexpr std::string_view name = "cumsum";
  static constexpr int arity = 1;

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// y[i] = x[0] ... x[i]. The derivative does not divide: zeros are as good as any number.
struct Cumprod : Running {
  static constexpr std::string_view name = "cumprod";
  static constexpr int arity = 1;
  static constexpr unsigned reads[4] = {1 | reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// y[i] = b[i] + a[i] y[i - 1], from y[-1] = 0, factors joined as `chain` joins them. Its transpose
/// is the same, run from the other end.
struct Recurrence : Running {
  static constexpr std::string_view name = "recurrence";
  static constexpr int arity = 2;
  static constexpr unsigned reads[4] = {1 | reads_output, 1, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

Var cumsum(const Var& x, std::int64_t axis, bool reverse);
Var cumprod(const Var& x, std::int64_t axis, bool reverse);
Var recurrence(const Var& a, const Var& b, std::int64_t axis, bool reverse);
/// What stood one place before, in the direction of a run along the axis; `first` where nothing
/// did.
Var shifted(const Var& x, std::int64_t axis, int first, bool reverse);

}  // namespace wg
