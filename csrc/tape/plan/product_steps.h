/// Steps for products of matrices whose sums go on to something: they are scaled, and added to
/// something, before they are written.
#pragma once

#include <optional>

#include "tape/plan/values.h"

namespace wg {

class ProductSteps {
 public:
  ProductSteps(const Program& program, Values& values, Steps& steps);

  /// Adds a step for a product and for the one instruction that reads it, if that takes nothing
  /// that is not there, and gives the number of the latter.
  std::optional<std::uint32_t> add(const Instruction& product);

 private:
  /// What an instruction makes of a product: an operand that is added, if there is one.
  struct Ending {
    ProductEnd end;
    std::optional<Slot> added;
  };

  std::optional<Ending> ending(const Instruction& product, const Instruction& reader) const;
  std::optional<double> number(Slot slot, DType dtype) const;
  std::optional<std::int64_t> step_of_rows(const Instruction& product, Slot added) const;
  bool can_take_over(const Instruction& product, Slot y, Slot added) const;

  const Program& program_;
  Values& values_;
  Steps& steps_;
  Table<std::uint32_t> reader_;  // by slot, of products
};

}  // namespace wg
