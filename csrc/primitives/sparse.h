/// Products with matrices by their stored elements, row by row.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// a x, or the product of the transpose of a, for a matrix of so many columns, whose elements
/// (..., count) lie in the columns that the third operand names (..., count), those of row i from
/// number starts[i] to starts[i + 1] of the fourth (..., rows + 1), and x (..., n, k). Leading axes
/// broadcast.
struct SparseMatmul : StructuralDefaults {
  static constexpr std::string_view name = "sparse_matmul";
  static constexpr int arity = 4;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr int first_index = 2;
  static constexpr unsigned reads[4] = {14, 13, 0, 0};
  std::int64_t columns = 0;
  bool is_transposed = false;
  static constexpr auto parameters =
      members(Member<SparseMatmul, std::int64_t>{"columns", &SparseMatmul::columns},
              Member<SparseMatmul, bool>{"is_transposed", &SparseMatmul::is_transposed});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View> x, const View& y) {
    return i < 2 ? y.dtype : x[2].dtype;
  }
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// Of x y^T, for x (..., rows, k) and y (..., columns, k), the elements in such places (...,
/// count).
struct SampledProduct : StructuralDefaults {
  static constexpr std::string_view name = "sampled_product";
  static constexpr int arity = 4;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr int first_index = 2;
  static constexpr unsigned reads[4] = {14, 13, 0, 0};

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View> x, const View& y) {
    return i < 2 ? y.dtype : x[2].dtype;
  }
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

}  // namespace wg
