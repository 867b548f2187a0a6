/// Memory for what is not counted: tables of sweeps, workspaces of kernels. Per-thread free lists;
/// what is large is a large block.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace wg::memory {

inline constexpr std::size_t cached_block = 64 << 10;  // larger blocks are kept for all threads
inline constexpr std::size_t cache_limit = 8 << 20;    // bytes kept by one thread

inline constexpr int fine_classes = 65;  // 16 bytes apart, up to 1032
inline constexpr int size_classes = fine_classes + 4 * 6 + 1;

/// Free blocks of one thread, by size class. Zero-initialised, so it needs no guard.
struct Cache {
  struct Free {
    Free* next;
  };
  Free* lists[size_classes];
  std::size_t bytes;
  bool is_registered;  // its thread gives the blocks back when it ends
};

extern thread_local constinit Cache cache;

/// The class whose blocks hold `bytes`; 16-byte steps, then four steps to each doubling. Small
/// blocks are of 8 bytes more than a multiple of 16: with malloc's own 8, nothing is wasted.
constexpr int size_class(std::size_t bytes) {
  if (bytes <= 1024) return static_cast<int>((bytes + 7) >> 4);
  const int doubling = std::bit_width(bytes - 1) - 1;  // 2^doubling < bytes <= 2^(doubling + 1)
  const auto quarter = (bytes - 1) >> (doubling - 2);  // 4 .. 7
  return fine_classes + (doubling - 10) * 4 + static_cast<int>(quarter) - 4;
}

/// Bytes of a block of a class.
constexpr std::size_t class_bytes(int index) {
  if (index < fine_classes) return (static_cast<std::size_t>(index) << 4) + 8;
  const int doubling = 10 + (index - fine_classes) / 4;
  const auto quarter = static_cast<std::size_t>((index - fine_classes) % 4 + 5);
  return quarter << (doubling - 2);
}

void* allocate_slowly(std::size_t bytes);
void release_slowly(void* block, std::size_t bytes) noexcept;

/// A block of at least `bytes`, aligned to 64 if it is larger than 128 bytes, else to 16.
inline void* allocate(std::size_t bytes) {
  if (bytes <= cached_block) {
    auto*& list = cache.lists[size_class(bytes)];
    if (list) {
      void* block = list;
      list = list->next;
      cache.bytes -= class_bytes(size_class(bytes));
      return block;
    }
  }
  return allocate_slowly(bytes);
}

/// Gives back a block of `allocate(bytes)`.
inline void release(void* block, std::size_t bytes) noexcept {
  if (bytes <= cached_block && cache.bytes < cache_limit && cache.is_registered) {
    auto*& list = cache.lists[size_class(bytes)];
    list = ::new (block) Cache::Free{list};
    cache.bytes += class_bytes(size_class(bytes));
    return;
  }
  release_slowly(block, bytes);
}

/// The same memory for the standard containers.
template <class T> struct Allocator {
  using value_type = T;
  Allocator() = default;
  template <class U> Allocator(const Allocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(memory::allocate(n * sizeof(T))); }
  void deallocate(T* block, std::size_t n) noexcept { memory::release(block, n * sizeof(T)); }
  friend bool operator==(const Allocator&, const Allocator&) { return true; }
};

}  // namespace wg::memory

namespace wg {

/// A vector in this memory.
template <class T> using Table = std::vector<T, memory::Allocator<T>>;

}  // namespace wg
