/// Primitives that reduce axes to one element.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The sum over axes, which are negative: they count from the end.
struct Sum : StructuralDefaults {
  static constexpr std::string_view name = "sum";
  static constexpr int arity = 1;
  Dims axes;
  bool keepdims = false;
  static constexpr auto parameters =
      members(Member<Sum, Dims>{"axes", &Sum::axes}, Member<Sum, bool>{"keepdims", &Sum::keepdims});

  Type infer(std::span<const Type> x) const;
  Array evaluate(std::span<Tensor> x) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct, int) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<const Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

Var sum(const Var& x, Dims axes, bool keepdims = false);

/// Sums over the axes along which a value of `shape` was broadcast to the shape of x.
Var sum_to(const Var& x, std::span<const std::int64_t> shape);
/// The same of an array, unrecorded.
Array sum_to(const Array& x, std::span<const std::int64_t> shape);

/// `shape` without the given negative axes, or with ones in their places.
Shape reduced_shape(std::span<const std::int64_t> shape, const Dims& axes, bool keepdims);

}  // namespace wg
