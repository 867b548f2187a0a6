/// The QR factorization.
#pragma once

#include "primitives/factorization.h"
#include "primitives/structural.h"

namespace wg {

/// x = Q R over the last two axes, Q with orthonormal columns, min(m, n) of them or m, and R upper
/// triangular with a real diagonal.
struct Qr : FactorizationDefaults {
  static constexpr std::string_view name = "qr";
  static constexpr auto results = names("q", "r");
  static constexpr bool is_holomorphic = false;
  bool is_complete = false;
  static constexpr auto parameters = members(Member<Qr, bool>{"is_complete", &Qr::is_complete});

  std::vector<Type> infer(const Type& x) const;
  void add_work(const View& x, std::span<const View> y, Work& work) const;
  void evaluate(const View& x, std::span<const View> y, Workspace& work) const;
  Contribution vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const;
  std::vector<Var> jvp(const Var& x, std::span<const Var> y, const Var& t) const;
};

}  // namespace wg
