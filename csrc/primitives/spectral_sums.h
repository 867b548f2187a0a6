/// Matrices that are sums over a spectrum: the cotangents of eigenvalues and singular values.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The sum of c_i v_i v_i^H over the eigenvalues of the Hermitian x, where w and v are its values
/// and vectors: these alone are read, and x alone receives a cotangent. With c = f'(w) it is the
/// gradient of a function of w, and its derivative the quotients of differences of c by those of w
/// (Daleckii and Krein, 1965). Where values are equal, so must c be; the rest of the quotient's
/// limit is known from how c moves along a direction, so in forward mode alone, unless c does not
/// move.
struct EigenSum : StructuralDefaults {
  static constexpr std::string_view name = "eigen_sum";
  static constexpr int arity = 4;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr bool is_holomorphic = false;
  static constexpr unsigned reads[4] = {15, 13, 0, 0};
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

/// The same of singular values s of x = u diag(s) vh: the sum of c_i u_i v_i^H, where c is zero
/// with s.
struct SingularSum : StructuralDefaults {
  static constexpr std::string_view name = "singular_sum";
  static constexpr int arity = 5;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr bool is_holomorphic = false;
  static constexpr unsigned reads[4] = {31, 29, 0, 0};

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
