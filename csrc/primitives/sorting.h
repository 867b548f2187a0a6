/// Primitives that sort along a negative axis.
#pragma once

#include "primitives/structural.h"

namespace wg {

struct Sorting : StructuralDefaults {
  std::int64_t axis = -1;
  static constexpr auto parameters = members(Member<Sorting, std::int64_t>{"axis", &Sorting::axis});
};

/// Ascending, NaN last. Equal elements share their cotangents equally.
struct Sort : Sorting {
  static constexpr std::string_view name = "sort";
  static constexpr int arity = 1;
  static constexpr unsigned shares = 1;
  static constexpr unsigned reads[4] = {1 | reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The positions of the sorted elements; equal elements keep their order.
struct Argsort : Sorting {
  static constexpr std::string_view name = "argsort";
  static constexpr int arity = 1;
  static constexpr bool takes_dense = true;
  static constexpr bool is_differentiable = false;

  Type infer(std::span<const Type> x) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
};

/// The places at which elements of v keep a sorted a sorted: before its equal elements, or behind
/// them. a has one axis and v any, or all but the last axes of both are the same and each line of a
/// is searched for a line of v.
struct Searchsorted : StructuralDefaults {
  static constexpr std::string_view name = "searchsorted";
  static constexpr int arity = 2;
  static constexpr bool takes_dense = true;
  static constexpr bool is_differentiable = false;
  bool right = false;
  static constexpr auto parameters =
      members(Member<Searchsorted, bool>{"right", &Searchsorted::right});

  Type infer(std::span<const Type> x) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// The mean of v over each run of equal sorted keys: linear in v, and its own transpose.
struct AverageTies : Sorting {
  static constexpr std::string_view name = "average_ties";
  static constexpr int arity = 2;
  static constexpr bool takes_dense = true;
  static constexpr unsigned shares = 1;
  static constexpr unsigned reads[4] = {2, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// x with `positions` taken along an axis, as numpy.take_along_axis.
Var take_along(const Var& x, const Var& positions, std::int64_t axis);
/// The transpose of `take_along`: ct added at `positions` along an axis.
Contribution put_along(Var ct, const Var& positions, std::int64_t axis);
/// The mean of v over each run of equal keys along an axis; see AverageTies.
Var averaged_ties(const Var& v, const Var& keys, std::int64_t axis);

}  // namespace wg
