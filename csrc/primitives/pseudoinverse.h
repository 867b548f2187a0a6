/// The Moore-Penrose inverse.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The pseudoinverse of the first operand, of which singular values that are at most the second
/// times the largest count as zero. Its derivative is that at constant rank.
struct Pseudoinverse : StructuralDefaults {
  static constexpr std::string_view name = "pseudoinverse";
  static constexpr int arity = 2;
  static constexpr bool is_holomorphic = false;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {1 | reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View>, const View& y) {
    return i == 0 ? y.dtype : real_part(y.dtype);
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

}  // namespace wg
