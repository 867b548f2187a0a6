/// Eigenvalues and eigenvectors of Hermitian matrices.
#pragma once

#include "primitives/factorization.h"
#include "primitives/structural.h"

namespace wg {

/// x = V diag(w) V^H with w ascending. As in NumPy one triangle of x is read, and of its diagonal
/// the real part: what is not read receives no cotangent. The phases of vectors, and vectors of
/// equal values, are not determined: a cotangent that asks for them is an error. So is one that
/// asks for equal values and their vectors together, unless it asks the same of each: of a function
/// of the matrix that is made of both they do not know all that its derivative is.
struct Eigh : FactorizationDefaults {
  static constexpr std::string_view name = "eigh";
  static constexpr auto results = names("eigenvalues", "eigenvectors");
  static constexpr bool is_holomorphic = false;
  bool is_lower = true;
  bool is_with_values = false;  // the vectors are those of a function of the eigenvalues
  static constexpr auto parameters =
      members(Member<Eigh, bool>{"is_lower", &Eigh::is_lower},
              Member<Eigh, bool>{"is_with_values", &Eigh::is_with_values});

  std::vector<Type> infer(const Type& x) const;
  void add_work(const View& x, std::span<const View> y, Work& work) const;
  void evaluate(const View& x, std::span<const View> y, Workspace& work) const;
  Contribution vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const;
  std::vector<Var> jvp(const Var& x, std::span<const Var> y, const Var& t) const;
};

/// The eigenvalues alone. Those of a multiple one move, along a direction, as they do on that side;
/// cotangents are given as if its vectors, as they were found or as a direction singles them out,
/// stayed what they are. Of a function that treats them alike both are its derivative. The frame is
/// what rules tell one another of vectors (primitives/frames.h): zeros.
struct Eigvalsh : FactorizationDefaults {
  static constexpr std::string_view name = "eigvalsh";
  static constexpr auto results = names("eigenvalues", "frame");
  static constexpr bool is_holomorphic = false;
  bool is_lower = true;
  static constexpr auto parameters =
      members(Member<Eigvalsh, bool>{"is_lower", &Eigvalsh::is_lower});

  std::vector<Type> infer(const Type& x) const;
  void add_work(const View& x, std::span<const View> y, Work& work) const;
  void evaluate(const View& x, std::span<const View> y, Workspace& work) const;
  Contribution vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const;
  std::vector<Var> jvp(const Var& x, std::span<const Var> y, const Var& t) const;
};

/// The Hermitian matrix that is read of a tangent.
Var read_of_triangle(const Var& t, bool is_lower);
/// The cotangent of what is read, for a matrix g with the derivative Re(tr(g^H dx)).
Var given_to_triangle(const Var& g, bool is_lower);

}  // namespace wg
