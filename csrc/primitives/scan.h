/// The primitive that goes along an axis by a formula of two operands.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// y[0] = x[0], y[i] = f(y[i - 1], x[i]) along a negative axis, in order; beginning anew at the
/// places that `starts` names in ascending order.
struct Scan : StructuralDefaults {
  static constexpr std::string_view name = "scan";
  static constexpr int arity = 1;
  static constexpr bool takes_dense = true;
  static constexpr unsigned shares = 1;
  static constexpr unsigned reads[4] = {1 | reads_output, 0, 0, 0};
  std::string formula;
  std::int64_t axis = -1;
  Dims starts;
  static constexpr auto parameters = members(Member<Scan, std::string>{"formula", &Scan::formula},
                                             Member<Scan, std::int64_t>{"axis", &Scan::axis},
                                             Member<Scan, Dims>{"starts", &Scan::starts});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;

 private:
  Var begins(const Var& y) const;
  Var partial(const Var& x, const Var& y, int operand) const;
};

}  // namespace wg
