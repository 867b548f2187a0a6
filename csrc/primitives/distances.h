/// Differences of all rows x (..., n, d) from all rows y (..., m, d), summed; leading axes
/// broadcast.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// What the three have in common: real numbers, and room for rows of y by columns.
struct OfDifferences : StructuralDefaults {
  static constexpr bool takes_dense = true;

  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
};

/// The sum of (x[i, k] - y[j, k])^2 over k, of shape (..., n, m).
struct SquaredDistances : OfDifferences {
  static constexpr std::string_view name = "squared_distances";
  static constexpr int arity = 2;
  static constexpr unsigned reads[4] = {3, 3, 0, 0};

  Type infer(std::span<const Type> x) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// For w (..., n, m), the sum of w[i, j] (x[i, k] - y[j, k]) over j, of shape (..., n, d).
struct WeightedDifferences : OfDifferences {
  static constexpr std::string_view name = "weighted_differences";
  static constexpr int arity = 3;
  static constexpr unsigned reads[4] = {6, 1, 1, 0};

  Type infer(std::span<const Type> x) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// For v (..., n, d), the sum of v[i, k] (x[i, k] - y[j, k]) over k, of shape (..., n, m).
struct ProjectedDifferences : OfDifferences {
  static constexpr std::string_view name = "projected_differences";
  static constexpr int arity = 3;
  static constexpr unsigned reads[4] = {6, 1, 1, 0};

  Type infer(std::span<const Type> x) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

}  // namespace wg
