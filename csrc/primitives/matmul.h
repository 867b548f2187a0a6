/// The matrix product.
#pragma once

#include "kernels/matmul.h"
#include "primitives/structural.h"

namespace wg {

/// The product over the last axis of x and the last but one of y; leading axes broadcast. A vector
/// is a row on the left and a column on the right, and its axis is dropped.
struct Matmul : StructuralDefaults {
  static constexpr std::string_view name = "matmul";
  static constexpr int arity = 2;
  static constexpr unsigned reads[4] = {2, 1, 0, 0};

  Type infer(std::span<const Type> x) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  /// Whether products of such operands, of one dtype, can have an end.
  static bool takes_end(std::span<const View> x, const View& y);
  /// The same with an end, where d is y's shape densely, or one row for all. It may be null.
  static void evaluate_with(const ProductEnd* end, std::span<const View> x, const View& y,
                            Workspace& work);
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

Var matmul(const Var& x, const Var& y);

}  // namespace wg
