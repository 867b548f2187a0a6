/// Singular values and vectors.
#pragma once

#include "primitives/factorization.h"
#include "primitives/structural.h"

namespace wg {

/// x = U diag(s) V^H with s descending; U and V have as many columns as there are values, or are
/// square. Phases, vectors of equal values and those of no value are not determined: a cotangent
/// that asks for them is an error.
struct Svd : FactorizationDefaults {
  static constexpr std::string_view name = "svd";
  static constexpr auto results = names("u", "s", "vh");
  static constexpr bool is_holomorphic = false;
  bool is_full = false;
  bool is_with_values = false;  // the vectors are those of a function of the singular values
  static constexpr auto parameters =
      members(Member<Svd, bool>{"is_full", &Svd::is_full},
              Member<Svd, bool>{"is_with_values", &Svd::is_with_values});

  std::vector<Type> infer(const Type& x) const;
  void add_work(const View& x, std::span<const View> y, Work& work) const;
  void evaluate(const View& x, std::span<const View> y, Workspace& work) const;
  Contribution vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const;
  std::vector<Var> jvp(const Var& x, std::span<const Var> y, const Var& t) const;
};

/// The singular values alone. Those of a multiple one move, along a direction, as they do on that
/// side; cotangents are given as if its vectors, as they were found or as a direction singles them
/// out, stayed what they are. Those that are zero, where they have a kink, move by 0. The frame is
/// what rules tell one another of vectors (primitives/frames.h): zeros.
struct Svdvals : FactorizationDefaults {
  static constexpr std::string_view name = "svdvals";
  static constexpr auto results = names("s", "frame");
  static constexpr bool is_holomorphic = false;

  std::vector<Type> infer(const Type& x) const;
  void add_work(const View& x, std::span<const View> y, Work& work) const;
  void evaluate(const View& x, std::span<const View> y, Workspace& work) const;
  Contribution vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const;
  std::vector<Var> jvp(const Var& x, std::span<const Var> y, const Var& t) const;
};

/// x with zeros where the singular values s, that broadcast to it, are zero up to rounding: at a
/// kink the middle is taken.
Var of_positive(const Var& x, const Var& s);

/// Of orthonormal columns (m, n), those from k on are any that complete the first k: they turn with
/// these, and with nothing else. Their tangent, by that of the first.
Var turned_complement(const Var& first, const Var& rest, const Var& tangent);
/// What the first columns receive from a cotangent g of the rest, where both are in Re(tr(g^H dx));
/// fails with the factorization's name if g asks for more.
Var from_complement(const char* what, const Var& first, const Var& rest, const Var& g);

/// x without what lies in the space of the orthonormal columns.
Var beside(const Var& columns, const Var& x);
/// Each column divided by its singular value; zeros divide nothing but zeros.
Var divided_by_values(const Var& x, const Var& s);

}  // namespace wg
