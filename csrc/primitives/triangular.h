/// Equations with triangular matrices.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// Solutions x (..., n, k) of a x = b, where a (..., n, n) is read as lower triangular or upper,
/// transposed or not, with ones on its diagonal or what is there. Leading axes broadcast. What is
/// not read receives no cotangent.
struct TriangularSolve : StructuralDefaults {
  static constexpr std::string_view name = "triangular_solve";
  static constexpr int arity = 2;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {1 | reads_output, 1, 0, 0};
  bool is_lower = true;
  bool is_transposed = false;
  bool has_unit_diagonal = false;
  static constexpr auto parameters = members(
      Member<TriangularSolve, bool>{"is_lower", &TriangularSolve::is_lower},
      Member<TriangularSolve, bool>{"is_transposed", &TriangularSolve::is_transposed},
      Member<TriangularSolve, bool>{"has_unit_diagonal", &TriangularSolve::has_unit_diagonal});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;

 private:
  Var read_of(const Var& a) const;
};

/// How a triangular matrix is read.
struct TriangleRead {
  bool is_lower = true;
  bool is_transposed = false;
  bool has_unit_diagonal = false;
};
Var triangular_solve(const Var& a, const Var& b, TriangleRead how);

/// Right-hand sides of a batch beside a matrix that all examples share are columns of one problem:
/// (batch, n, k) as (n, batch k), and back.
Var as_columns(const Var& b);
Var from_columns(const Var& x, std::int64_t batch, std::int64_t k);

}  // namespace wg
