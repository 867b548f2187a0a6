/// Which of the elements that arrays of indices name are named last, for writes that name one
/// twice.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// True where an index, of those that broadcast to one block, is the last to name its element of an
/// array of these lengths.
struct LastAt : StructuralDefaults {
  static constexpr std::string_view name = "last_at";
  static constexpr int first_index = 0;
  static constexpr int arity = -1;
  static constexpr bool is_differentiable = false;
  Dims lengths;  // one for each index array
  static constexpr auto parameters = members(Member<LastAt, Dims>{"lengths", &LastAt::lengths});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View&) { return DType::int64; }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// The same of axes, negative, of a value of `shape`.
Var last_at(std::span<const std::int64_t> shape, std::span<const Var> indices, const Dims& axes);

}  // namespace wg
