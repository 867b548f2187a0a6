#include "primitives/update.h"

#include "core/broadcast.h"
#include "core/error.h"

namespace wg {

void check_update(std::string_view operation, const Type& base, const Type& update,
                  std::span<const std::int64_t> part) {
  if ((is_complex(update.dtype) && !is_complex(base.dtype)) ||
      (is_inexact(update.dtype) && !is_inexact(base.dtype))) {
    fail<DTypeError>(operation, ": the base is ", name(base.dtype), " and the update is ",
                     name(update.dtype), "; the base must be able to hold the update");
  }
  if (!broadcasts_to(update.shape(), part)) {
    fail<ShapeError>(operation, ": the update is ", Dims(update.shape()),
                     " and the indexed part is ", Dims(part),
                     "; the update must broadcast to the part");
  }
}

}  // namespace wg
