/// Matrices that are zero off a band around the diagonal: equations, products, and the band of a
/// product.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The solution x (..., n, k) of a x = b, or of the transpose of a, for square matrices with
/// `lower` diagonals below the main one and `upper` above, given by these (..., lower + 1 + upper,
/// n): element (i, j) lies in row upper + i - j and column j. Of a positive definite matrix,
/// `is_definite`, no rows are exchanged, and others fail. Leading axes broadcast; what of the rows
/// lies outside of the matrix is not read and receives no cotangent.
struct BandedSolve : StructuralDefaults {
  static constexpr std::string_view name = "banded_solve";
  static constexpr int arity = 2;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {1 | reads_output, 1, 0, 0};
  std::int64_t lower = 0, upper = 0;
  bool is_transposed = false, is_definite = false;
  static constexpr auto parameters =
      members(Member<BandedSolve, std::int64_t>{"lower", &BandedSolve::lower},
              Member<BandedSolve, std::int64_t>{"upper", &BandedSolve::upper},
              Member<BandedSolve, bool>{"is_transposed", &BandedSolve::is_transposed},
              Member<BandedSolve, bool>{"is_definite", &BandedSolve::is_definite});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// a x, or the product of the transpose of a, for such a matrix and x (..., n, k).
struct BandedMatmul : StructuralDefaults {
  static constexpr std::string_view name = "banded_matmul";
  static constexpr int arity = 2;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {2, 1, 0, 0};
  std::int64_t lower = 0, upper = 0;
  bool is_transposed = false;
  static constexpr auto parameters =
      members(Member<BandedMatmul, std::int64_t>{"lower", &BandedMatmul::lower},
              Member<BandedMatmul, std::int64_t>{"upper", &BandedMatmul::upper},
              Member<BandedMatmul, bool>{"is_transposed", &BandedMatmul::is_transposed});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The band of x y^T, for x and y (..., n, k): such a matrix, with zeros where it has no elements.
struct BandOfProduct : StructuralDefaults {
  static constexpr std::string_view name = "band_of_product";
  static constexpr int arity = 2;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {2, 1, 0, 0};
  std::int64_t lower = 0, upper = 0;
  static constexpr auto parameters =
      members(Member<BandOfProduct, std::int64_t>{"lower", &BandOfProduct::lower},
              Member<BandOfProduct, std::int64_t>{"upper", &BandOfProduct::upper});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

}  // namespace wg
