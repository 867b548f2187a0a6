/// Copies rows whose elements are apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wg::kernels {

/// Rows of elements of `item` bytes to dense memory: element j of row i is from `places[j]`
/// elements and i times `step` bytes on. Where rows are neighbours, some of them go together,
/// element by element, so that what is read of a line of cache is read at once.
void gather_rows(std::int64_t item, const std::byte* from, std::int64_t step, std::int64_t rows,
                 std::span<const std::int64_t> places, std::byte* to);

}  // namespace wg::kernels
