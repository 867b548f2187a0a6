/// The Cholesky factorization.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The lower L with x = L L^H over the last two axes. As in NumPy the lower triangle of x is read,
/// and of its diagonal the real part: what is not read receives no cotangent.
struct Cholesky : StructuralDefaults {
  static constexpr std::string_view name = "cholesky";
  static constexpr int arity = 1;
  static constexpr bool is_holomorphic = false;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

}  // namespace wg
