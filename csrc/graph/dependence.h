/// What a primitive's sparsity rule says: on which elements of its operands its output depends.
#pragma once

#include "core/array.h"

namespace wg {

/// Receives the statements of a rule, which add up. Arrays of numbers are int64.
class Dependence {
 public:
  virtual ~Dependence() = default;
  /// Each element depends on the one of the operand that broadcasts to it.
  virtual void on_same(int operand) = 0;
  /// The numbers from `first` on in C order, for an operand of a shape.
  virtual Array counted(std::int64_t first, std::span<const std::int64_t> shape) = 0;
  /// Each element is the one with its number in `numbers`, unchanged. The elements of all operands
  /// are counted from 1, one operand behind the other; 0 is none of them.
  virtual void on_moved(const Array& numbers) = 0;
  /// Output element number outputs[k], from 0, depends on element number elements[k].
  virtual void on_pairs(int operand, const Array& outputs, const Array& elements) = 0;
  /// Each element depends on all those of the operand that have the same number: one number from 0
  /// for every element of the output, and one for every element of the operand.
  virtual void on_groups(int operand, const Array& outputs, const Array& elements) = 0;
  /// Each element depends on those of the operand, of the output's shape, up to its own place
  /// along a negative axis; from there on if `reverse`.
  virtual void on_run(int operand, int axis, bool reverse) = 0;
};

}  // namespace wg
