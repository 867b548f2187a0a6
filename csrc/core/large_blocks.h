/// Large blocks, and segments of slabs: kept for the next that need as much, because fresh pages
/// cost more than most loops.
///
/// What has been freed is kept up to an allowance, the last freed first. The allowance is small at
/// first and grows where memory that was given back is soon fetched anew: by what repeated work
/// needs, up to the limit. What nobody took for a while is given back when a large block is next
/// freed, and the allowance shrinks by it. All threads share what is kept.
#pragma once

#include <cstddef>

namespace wg::large_blocks {

/// A block of at least `bytes`, aligned to 64. Where the system has no more, what is kept goes
/// first.
void* allocate(std::size_t bytes);
void release(void* block, std::size_t bytes) noexcept;

/// A segment of slabs (core/slabs.h).
void* allocate_segment();
void release_segment(void* segment) noexcept;

/// The most bytes that are kept: WENGERT_CACHE_MB, or 256 MB.
std::size_t limit();
/// The bytes that are kept now.
std::size_t kept();
/// Gives all of them back.
void give_back() noexcept;

}  // namespace wg::large_blocks
