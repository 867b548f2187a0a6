/// Dense copies of arrays.
#pragma once

#include "core/array.h"

namespace wg {

/// The same elements in memory of their own, in C order.
Array copy_of(const Array& array);

/// The array itself if it is dense, else a dense copy.
inline Array dense(const Array& array) { return array.is_dense() ? array : copy_of(array); }

/// Writes the elements of `from`, broadcast to `shape`, to elements that are `strides` apart.
void copy_strided(const View& from, std::byte* to, std::span<const std::int64_t> shape,
                  const Dims& strides);

/// The same of elements of `item` bytes, `from_strides` and `strides` apart.
void copy_strided(const std::byte* from, const Dims& from_strides, std::byte* to,
                  const Dims& strides, std::span<const std::int64_t> shape, std::int64_t item);

/// Copies n elements of `item` bytes, element i from offsets[i], behind one another.
void pick(std::int64_t item, const void* from, const std::int64_t* offsets, std::int64_t n,
          void* to);

/// The same, where `repeats` elements, one behind the other, are the same.
void spread(std::int64_t item, const void* from, const std::int64_t* offsets, std::int64_t repeats,
            std::int64_t n, void* to);

/// Copies n elements of `item` bytes, `step` bytes apart, each `repeats` times.
void repeat(std::int64_t item, const std::byte* from, std::int64_t step, std::int64_t n,
            std::int64_t repeats, std::byte* to);

/// Writes vectors of one length side by side, as the columns of a matrix that lies densely.
void interleave(std::span<const View> columns, std::byte* to);

/// Writes the elements of `from` over those of `to`, of the same dtype; `from` broadcasts.
void copy_into(const View& from, const View& to);

}  // namespace wg
