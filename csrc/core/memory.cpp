#include "core/memory.h"

#include <utility>

#include "core/large_blocks.h"
#include "core/system_memory.h"

namespace wg::memory {

thread_local constinit Cache cache{};

namespace {

/// Empties the cache of a thread that ends.
struct CacheOwner {
  CacheOwner() { cache.is_registered = true; }
  ~CacheOwner() {
    cache.is_registered = false;
    for (int i = 0; i < size_classes; ++i) {
      for (auto* block = cache.lists[i]; block;) {
        system_memory::give_back(std::exchange(block, block->next), class_bytes(i));
      }
      cache.lists[i] = nullptr;
    }
    cache.bytes = 0;
  }
};

}  // namespace

void* allocate_slowly(std::size_t bytes) {
  if (!cache.is_registered) {
    static thread_local CacheOwner owner;
    (void)owner;
  }
  if (bytes > cached_block) return large_blocks::allocate(bytes);
  return system_memory::obtain(class_bytes(size_class(bytes)));
}

void release_slowly(void* block, std::size_t bytes) noexcept {
  if (bytes > cached_block) return large_blocks::release(block, bytes);
  system_memory::give_back(block, class_bytes(size_class(bytes)));
}

}  // namespace wg::memory
