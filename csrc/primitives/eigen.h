/// Eigenvalues and eigenvectors of square matrices.
#pragma once

#include "primitives/factorization.h"
#include "primitives/structural.h"

namespace wg {

/// x V = V diag(w), complex whatever x is, with vectors of norm one. Their phases, and vectors of
/// equal values, are not determined: a cotangent that asks for them is an error.
struct Eig : FactorizationDefaults {
  static constexpr std::string_view name = "eig";
  static constexpr auto results = names("eigenvalues", "eigenvectors");
  static constexpr bool is_holomorphic = false;

  std::vector<Type> infer(const Type& x) const;
  void add_work(const View& x, std::span<const View> y, Work& work) const;
  void evaluate(const View& x, std::span<const View> y, Workspace& work) const;
  Contribution vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const;
  std::vector<Var> jvp(const Var& x, std::span<const Var> y, const Var& t) const;
};

/// The eigenvalues alone.
struct Eigvals : StructuralDefaults {
  static constexpr std::string_view name = "eigvals";
  static constexpr int arity = 1;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {1, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t, std::span<const View> x, const View&) {
    return inexact(x[0].dtype);
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

}  // namespace wg
