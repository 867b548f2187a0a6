/// Primitives that keep some elements and not others.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// condition ? x : y, broadcast. What is not chosen receives no part of the cotangent, not 0 times
/// it.
struct Where : StructuralDefaults {
  static constexpr std::string_view name = "where";
  static constexpr bool keeps_order = true;
  static constexpr int arity = 3;
  static constexpr unsigned shares = 6;
  static constexpr unsigned reads[4] = {0, 1, 1, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t i, std::span<const View>, const View& y) {
    return i == 0 ? DType::boolean : y.dtype;
  }
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The matrices in the last two axes with zeros above the given diagonal, or below it.
struct Triangle : StructuralDefaults {
  static constexpr std::string_view name = "triangle";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 1;
  static constexpr bool takes_dense = true;
  std::int64_t diagonal = 0;
  bool is_lower = true;
  static constexpr auto parameters =
      members(Member<Triangle, std::int64_t>{"diagonal", &Triangle::diagonal},
              Member<Triangle, bool>{"is_lower", &Triangle::is_lower});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

Var where(const Var& condition, const Var& x, const Var& y);

}  // namespace wg
