/// NumPy's promotion of the operands of one operation.
#pragma once

#include <span>
#include <string_view>

#include "graph/type.h"

namespace wg {

/// The common dtype: Python numbers among the operands give way to arrays (NEP 50), but not where
/// they become elements of one.
DType joined_dtype(std::string_view operation, std::span<const Type> operands,
                   bool numbers_yield = true);

}  // namespace wg
