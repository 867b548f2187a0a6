/// Determinants and cofactors.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The determinant, whose derivative is the cofactors of x, singular or not.
struct Determinant : StructuralDefaults {
  static constexpr std::string_view name = "det";
  static constexpr int arity = 1;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {1, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The derivative of the determinant in each element: its cofactor.
struct Cofactors : StructuralDefaults {
  static constexpr std::string_view name = "cofactors";
  static constexpr int arity = 1;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {1, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

}  // namespace wg
