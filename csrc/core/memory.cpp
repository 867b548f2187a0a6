#include "core/memory.h"

#include <cstdlib>
#include <new>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace wg::memory {

thread_local constinit Cache cache{};

namespace {

constexpr std::size_t trim_threshold = 96 << 20;
thread_local constinit std::size_t freed_since_trim = 0;

/// Empties the cache of a thread that ends.
struct CacheOwner {
  ~CacheOwner() {
    cache.is_registered = false;
    for (auto*& list : cache.lists) {
      while (list) {
        auto* next = list->next;
        std::free(list);
        list = next;
      }
    }
    cache.bytes = 0;
  }
};

}  // namespace

void* allocate_slowly(std::size_t bytes) {
  if (!cache.is_registered) {
    static thread_local CacheOwner owner;
    (void)owner;
    cache.is_registered = true;
  }
  const std::size_t rounded =
      bytes <= cached_block ? class_bytes(size_class(bytes)) : (bytes + 63) / 64 * 64;
  if (rounded < bytes) throw std::bad_alloc();
  void* block =
      rounded <= 128 ? std::malloc(rounded) : std::aligned_alloc(64, (rounded + 63) / 64 * 64);
  if (!block) throw std::bad_alloc();
  return block;
}

void release_slowly(void* block, std::size_t bytes) noexcept {
  freed_since_trim += bytes;
  std::free(block);
}

void trim_after_release() noexcept {
  if (freed_since_trim < trim_threshold) return;
  freed_since_trim = 0;
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace wg::memory
