#include "tape/simplify/folding.h"

#include <algorithm>

#include "core/error.h"
#include "core/few.h"
#include "graph/evaluate.h"

namespace wg::simplify {
namespace {

constexpr std::size_t small_bytes = 4096;  // of a result that may be larger than its operands

std::size_t byte_count(const Type& type) {
  return static_cast<std::size_t>(type.size()) * item_size(type.dtype);
}

/// Memory of the caller's is read when the program runs, and not before.
bool is_fixed(const Array* value) {
  return value && !value->is_borrowed() && !value->is_abstract();
}

/// A view takes no memory; what is computed may take as much as what it is computed from.
bool is_worth_its_memory(const Draft& draft, const Applied& applied) {
  const Primitive& primitive = applied.primitive;
  if (primitive.view) {
    const Array& x = *draft.constant(applied.operands[0]);
    Viewed viewed;
    if (primitive.view(applied.payload.pointer(), {x.dtype(), x.layout_reference(), x.is_weak()},
                       viewed)) {
      return true;
    }
  }
  std::size_t given = small_bytes;
  for (const Slot slot : applied.operands) given += byte_count(draft.type(slot));
  return byte_count(applied.type) <= given;
}

}  // namespace

Slot folded(Draft& draft, const Applied& applied) {
  if (!std::ranges::all_of(applied.operands,
                           [&](Slot slot) { return is_fixed(draft.constant(slot)); })) {
    return nowhere;
  }
  if (applied.operands.empty()) return nowhere;
  try {
    if (!is_worth_its_memory(draft, applied)) return nowhere;
    Few<Tensor> operands(applied.operands.size(), [&](std::size_t k) {
      return Tensor(*draft.constant(applied.operands[k]));
    });
    Array value = evaluate(applied.primitive, applied.payload.pointer(),
                           std::span(operands.data(), operands.size()), 0);
    return draft.add_constant(std::move(value));
  } catch (const HostError& error) {
    if (!error.is_about_values()) throw;
    return nowhere;
  } catch (const std::exception&) {
    return nowhere;  // it raises where it stands, whenever the program gets there
  }
}

}  // namespace wg::simplify
