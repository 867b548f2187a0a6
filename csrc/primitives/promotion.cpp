#include "primitives/promotion.h"

#include "core/error.h"

namespace wg {

DType joined_dtype(std::string_view operation, std::span<const Type> operands, bool numbers_yield) {
  if (operands.empty())
    fail<ShapeError>(operation, ": nothing was given; at least one array is needed");
  bool has_strong = false, has_weak = false;
  DType strong = DType::boolean, weak = DType::boolean;
  for (const Type& type : operands) {
    // arrays of narrower dtypes than ours, int8 say, are weak as well, and yield everywhere
    const bool yields = type.is_weak && (numbers_yield || item_size(type.dtype) < 8);
    DType& kind = yields ? weak : strong;
    bool& seen = yields ? has_weak : has_strong;
    kind = seen ? promote(kind, type.dtype) : type.dtype;
    seen = true;
  }
  return !has_strong ? weak : has_weak ? promote_weak(strong, weak) : strong;
}

}  // namespace wg
