/// Memory from the system: of the C library what is small, pages of their own for what is large.
#pragma once

#include <cstddef>

namespace wg::system_memory {

/// Aligned to 64 if it is larger than 128 bytes, else to 16. Throws std::bad_alloc.
void* obtain(std::size_t bytes);
/// Gives back what `obtain(bytes)` gave.
void give_back(void* block, std::size_t bytes) noexcept;

/// Pages that start at a multiple of their size, which is a power of two: given back like others.
void* obtain_aligned(std::size_t bytes);

/// Makes the C library return what it holds when much has been given back since the last time.
void trim() noexcept;

}  // namespace wg::system_memory
