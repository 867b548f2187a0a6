/// LU factors, and equations that are solved by them.
#pragma once

#include "primitives/factorization.h"
#include "primitives/structural.h"

namespace wg {

/// x = P L U over the last two axes by partial pivoting. The first result is the transpose of L,
/// without its ones, and U in one matrix, as LAPACK lays it out by columns; the second says with
/// which row each was exchanged, from 0 on. A singular matrix has factors too.
struct Lu : FactorizationDefaults {
  static constexpr std::string_view name = "lu";
  static constexpr auto results = names("factors", "pivots");
  static constexpr unsigned constant = 2;

  std::vector<Type> infer(const Type& x) const;
  void evaluate(const View& x, std::span<const View> y, Workspace& work) const;
  Contribution vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const;
  std::vector<Var> jvp(const Var& x, std::span<const Var> y, const Var& t) const;
};

/// The order of so many rows that exchanges come to: of row i of L U, its row in the matrix.
struct LuOrder : StructuralDefaults {
  static constexpr std::string_view name = "lu_order";
  static constexpr int arity = 1;
  static constexpr bool is_differentiable = false;
  static constexpr bool takes_dense = true;
  std::int64_t rows = 0;
  static constexpr auto parameters = members(Member<LuOrder, std::int64_t>{"rows", &LuOrder::rows});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View&) { return DType::int32; }
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
};

/// The solution x (..., n, k) of a x = b, or of the transpose of a, where the second and third
/// operand are the factors of a: these alone are read, and a alone receives a cotangent, so that a
/// matrix is factored once however often it is solved with, at every order.
struct LuSolve : StructuralDefaults {
  static constexpr std::string_view name = "lu_solve";
  static constexpr int arity = 4;
  static constexpr bool is_fallible = true;
  static constexpr unsigned reads[4] = {7 | reads_output, 0, 0, 7};
  bool is_transposed = false;
  static constexpr auto parameters =
      members(Member<LuSolve, bool>{"is_transposed", &LuSolve::is_transposed});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View> x, const View& y) {
    return i == 0 ? x[0].dtype : i == 2 ? DType::int32 : y.dtype;
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The same without factors that are kept: for matrices so small that to factor them again costs
/// less than to keep what they gave.
struct Solve : StructuralDefaults {
  static constexpr std::string_view name = "solve";
  static constexpr int arity = 2;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {1 | reads_output, 1, 0, 0};
  bool is_transposed = false;
  static constexpr auto parameters =
      members(Member<Solve, bool>{"is_transposed", &Solve::is_transposed});

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

/// A matrix with its factors, as rules use it.
struct Factored {
  Var a, factors, pivots;

  Var solve(const Var& b, bool is_transposed = false) const;
};

/// Its factors, which nothing is differentiated through: the matrix alone is.
Factored factored(const Var& a);

/// The transpose of the inverse.
Var inverse_transposed(const Factored& matrix);

}  // namespace wg
