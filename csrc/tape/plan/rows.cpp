#include "tape/plan/rows.h"

#include "formulas/formula.h"

namespace wg {
namespace {

unsigned kind_of(DType dtype) {
  return is_complex(dtype)         ? complex
         : is_inexact(dtype)       ? real
         : dtype == DType::boolean ? boolean
                                   : integer;
}

}  // namespace

Row row_of(const Program& program, const Instruction& instruction,
           std::span<const bool> is_constant) {
  const Elementwise* const formula = instruction.primitive->elementwise;
  if (!formula) return {};
  const auto slots = program.operands_of(instruction);
  const auto is_number = [&](std::size_t k) {
    return is_constant[k] && program.types[slots[k]].is_weak;
  };
  const DType dtype = program.types[slots[is_number(0) ? slots.size() - 1 : 0]].dtype;
  if (!(formula->kinds & kind_of(dtype))) return {};
  for (std::size_t k = 0; k < slots.size(); ++k) {
    const DType own = program.types[slots[k]].dtype;
    if (own == dtype) continue;
    if (!is_number(k) || !is_inexact(dtype) || promote_weak(dtype, own) != dtype) return {};
  }
  if (!formula->is_predicate && program.types[instruction.result].dtype != dtype) return {};
  // An exponent may be refused, which the row does not see to.
  if (is_integral(dtype) && instruction.primitive->name == "power") return {};
  const Kernel& kernel = elementwise_kernel(formula->formula, dtype);
  return kernel.forward ? Row{&kernel, dtype} : Row{};
}

bool is_one_element(const Layout& layout) {
  bool is_one = true;
  for (std::size_t k = 0; k < layout.shape().size(); ++k)
    is_one &= layout.shape()[k] == 1 || layout.strides()[k] == 0;
  return is_one && layout.size() > 0;
}

}  // namespace wg
