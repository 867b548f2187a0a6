/// Runs the elementwise kernels over arrays: broadcasting, strides, dtypes and threads.
#pragma once

#include <span>

#include "core/view.h"
#include "kernels/table.h"

namespace wg {

/// The value of a formula on operands of any shapes that broadcast to that of `out`, which is dense
/// and may be the memory of an operand of its dtype and shape. Operands of another dtype than
/// `dtype` are converted on the way.
void evaluate_elementwise(const Kernel& kernel, std::span<const View> operands, DType dtype,
                          const View& out);

/// What the derivative with respect to `operand` contributes, put into `sum` or added to it, which
/// is dense and has the shape and dtype of the cotangent. Given are operands, output and cotangent;
/// those that the derivative does not read may be without data.
void adjoint_elementwise(const Kernel& kernel, int operand, std::span<const View> given,
                         const View& sum, bool accumulate);

}  // namespace wg
