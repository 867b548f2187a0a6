#include "primitives/promotion.h"

#include "core/error.h"

namespace wg {

namespace {

template <class Yields> DType common_dtype(std::span<const Type> operands, Yields yields) {
  bool has_strong = false, has_weak = false;
  DType strong = DType::boolean, weak = DType::boolean;
  for (const Type& type : operands) {
    DType& kind = yields(type) ? weak : strong;
    bool& seen = yields(type) ? has_weak : has_strong;
    kind = seen ? promote(kind, type.dtype) : type.dtype;
    seen = true;
  }
  return !has_strong ? weak : has_weak ? promote_weak(strong, weak) : strong;
}

}  // namespace

DType promoted_dtype(std::span<const Type> operands) {
  return common_dtype(operands, [](const Type& type) { return type.is_weak; });
}

DType joined_dtype(std::string_view operation, std::span<const Type> operands, bool numbers_yield) {
  if (operands.empty())
    fail<ShapeError>(operation, ": nothing was given; at least one array is needed");
  if (numbers_yield) return promoted_dtype(operands);
  // arrays of narrower dtypes than ours, int8 say, are weak as well, and yield everywhere
  return common_dtype(operands,
                      [](const Type& type) { return type.is_weak && item_size(type.dtype) < 8; });
}

}  // namespace wg
