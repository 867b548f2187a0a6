/// NumPy's promotion of the operands of one operation.
#pragma once

#include <span>
#include <string_view>

#include "graph/type.h"

namespace wg {

/// The common dtype of one operand or more: Python numbers give way to arrays (NEP 50).
DType promoted_dtype(std::span<const Type> operands);

/// The same of what an operation joins, which must be something; numbers do not give way where they
/// become elements of the result.
DType joined_dtype(std::string_view operation, std::span<const Type> operands,
                   bool numbers_yield = true);

}  // namespace wg
