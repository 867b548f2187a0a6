#include "primitives/promotion.h"

#include "core/error.h"

namespace wg {

DType joined_dtype(std::string_view operation, std::span<const Type> operands) {
  if (operands.empty())
    fail<ShapeError>(operation, ": nothing was given; at least one array is needed");
  bool has_strong = false, has_weak = false;
  DType strong = DType::boolean, weak = DType::boolean;
  for (const Type& type : operands) {
    DType& kind = type.is_weak ? weak : strong;
    bool& seen = type.is_weak ? has_weak : has_strong;
    kind = seen ? promote(kind, type.dtype) : type.dtype;
    seen = true;
  }
  return !has_strong ? weak : has_weak ? promote_weak(strong, weak) : strong;
}

}  // namespace wg
