/// Primitives that move elements: to other axes, backwards, one behind the other.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// A view with the last axes in another order: axis i of them is axis axes[i] of x. Axes in front
/// of those named stay where they are.
struct Transpose : StructuralDefaults {
  static constexpr std::string_view name = "transpose";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 1;
  static constexpr bool gives_view = true;
  Dims axes;  // negative
  static constexpr auto parameters = members(Member<Transpose, Dims>{"axes", &Transpose::axes});

  Type infer(std::span<const Type> x) const;
  bool view(const Type& x, Viewed& y) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// A view that runs backwards along negative axes.
struct Flip : StructuralDefaults {
  static constexpr std::string_view name = "flip";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 1;
  static constexpr bool gives_view = true;
  Dims axes;
  static constexpr auto parameters = members(Member<Flip, Dims>{"axes", &Flip::axes});

  Type infer(std::span<const Type> x) const;
  bool view(const Type& x, Viewed& y) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// Arrays one behind the other along a negative axis.
struct Concatenate : StructuralDefaults {
  static constexpr std::string_view name = "concatenate";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = -1;
  std::int64_t axis = -1;
  static constexpr auto parameters =
      members(Member<Concatenate, std::int64_t>{"axis", &Concatenate::axis});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// Arrays of one shape side by side along a new axis, which is negative in the result.
struct Stack : StructuralDefaults {
  static constexpr std::string_view name = "stack";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = -1;
  std::int64_t axis = -1;
  static constexpr auto parameters = members(Member<Stack, std::int64_t>{"axis", &Stack::axis});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

Var transpose(const Var& x, Dims axes);
/// The last two axes exchanged.
Var matrix_transpose(const Var& x);
/// An axis, counted from the front, moved to another place.
Var move_axis(const Var& x, int from, int to);
Var flip(const Var& x, Dims axes);
Var concatenate(std::span<const Var> parts, std::int64_t axis);
Var stack(std::span<const Var> parts, std::int64_t axis);

}  // namespace wg
