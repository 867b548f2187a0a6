/// Logarithms of determinants.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// What is computed from a matrix's factors, the second and third operand, as lu_solve is: a alone
/// receives a cotangent.
struct OfFactors : StructuralDefaults {
  static constexpr int arity = 3;
  static constexpr bool is_holomorphic = false;
  static constexpr unsigned reads[4] = {7, 0, 0, 0};

  void add_work(std::span<const View> x, const View& y, Work& work) const;
  static DType given_dtype(std::size_t i, std::span<const View> x, const View&) {
    return i == 2 ? DType::int32 : x[i].dtype;
  }
};

/// log |det a|, -inf of a singular matrix.
struct LogDeterminant : OfFactors {
  static constexpr std::string_view name = "log_determinant";

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// det a / |det a|, 0 of a singular matrix. Of real matrices its derivative is zero.
struct SignDeterminant : OfFactors {
  static constexpr std::string_view name = "sign_determinant";
  static constexpr unsigned reads[4] = {7 | reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

}  // namespace wg
