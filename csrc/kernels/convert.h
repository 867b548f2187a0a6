/// Conversion between dtypes.
#pragma once

#include "core/array.h"
#include "core/work.h"

namespace wg {

/// ndarray.astype: complex to real takes the real part, anything to bool compares with zero.
Array convert(const Array& array, DType dtype);

/// The same of n elements that are `step` apart, into elements behind one another.
void convert_run(DType from_dtype, const std::byte* from, std::int64_t step, DType to_dtype,
                 std::byte* to, std::int64_t n);

/// The same of elements of one shape into a dense view.
void convert_into(const View& from, const View& to);

/// A dense copy of another dtype in the workspace.
View converted(const View& x, DType dtype, Workspace& work);
/// Room for that.
void add_converted(const View& x, DType dtype, Work& work);

}  // namespace wg
