/// Runs the elementwise kernels over arrays: broadcasting, strides, dtypes and threads.
#pragma once

#include <span>

#include "core/array.h"
#include "kernels/table.h"

namespace wg {

/// The value of a formula on operands of any shapes that broadcast to `shape`. Operands of another
/// dtype are converted to `dtype`; the result is of `out_dtype`.
Array evaluate_elementwise(const Kernel& kernel, std::span<const Array* const> operands,
                           DType dtype, DType out_dtype, const Ref<Layout>& shape);

/// The same into `out`, which is dense, of the result's shape and dtype, and may be an operand.
void evaluate_elementwise_into(const Kernel& kernel, std::span<const Array* const> operands,
                               Array& out);

/// What the derivative with respect to `operand` contributes, added to `sum` in place (which then
/// has the shape of `ct`, is dense and unshared) or put into a new array. Operands and output that
/// the derivative does not read may be abstract.
void adjoint_elementwise(const Kernel& kernel, int arity, int operand,
                         std::span<const Array* const> operands_and_output, const Array& ct,
                         Array& sum);

}  // namespace wg
