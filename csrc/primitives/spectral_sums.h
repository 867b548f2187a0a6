/// Matrices that are sums over a spectrum: the cotangents of eigenvalues and singular values.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The sum of c_i v_i v_i^H over the eigenvalues of the Hermitian x, where w and v are its values
/// and vectors: these alone are read, and x and c alone receive a cotangent. With c = f'(w) it is
/// the gradient of a function of w, and its derivative the quotients of differences of c by those
/// of w (Daleckii and Krein, 1965). Where values are equal, so must c be; the rest of the
/// quotient's limit is in how c moves along a direction, with the vectors that this singles out.
/// The last operand is the frame of the node that w was found by, which is given these in reverse
/// mode (primitives/frames.h).
struct EigenSum : StructuralDefaults {
  static constexpr std::string_view name = "eigen_sum";
  static constexpr int arity = 5;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr bool is_holomorphic = false;
  static constexpr unsigned reads[4] = {31, 31, 0, 31};
  bool is_lower = true;
  static constexpr auto parameters =
      members(Member<EigenSum, bool>{"is_lower", &EigenSum::is_lower});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View>, const View& y) {
    return i == 1 || i == 2 ? real_part(y.dtype) : y.dtype;
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The same of singular values s of x = u diag(s) vh, and the frame of theirs: the sum of
/// c_i u_i v_i^H, where c is zero with s.
struct SingularSum : StructuralDefaults {
  static constexpr std::string_view name = "singular_sum";
  static constexpr int arity = 6;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr bool is_holomorphic = false;
  static constexpr unsigned reads[4] = {63, 63, 0, 63};

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View>, const View& y) {
    return i == 1 || i == 2 ? real_part(y.dtype) : y.dtype;
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
