#include "core/memory.h"

#include <cstdlib>
#include <new>
#include <utility>

#if defined(__unix__)
#include <sys/mman.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace wg::memory {

thread_local constinit Cache cache{};

namespace {

constexpr std::size_t trim_threshold = 96 << 20;
thread_local constinit std::size_t freed_since_trim = 0;

constexpr std::size_t mapped_block = 1 << 20;  // from here on the pages are the block's own
constexpr std::size_t huge_page = 2 << 20;

/// What a block of more than cached_block takes: eight steps to each doubling, so that equal arrays
/// and those that differ a little reuse each other's memory.
std::size_t large_bytes(std::size_t bytes) {
  const int doubling = std::bit_width(bytes - 1) - 1;
  const std::size_t step = std::size_t{1} << (doubling - 3);
  const std::size_t rounded = (bytes + step - 1) / step * step;
  if (rounded < bytes) throw std::bad_alloc();
  return rounded;
}

void* obtain(std::size_t bytes) {
#if defined(__unix__)
  if (bytes >= mapped_block) {
    void* block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
    if (bytes >= 2 * huge_page) madvise(block, bytes, MADV_HUGEPAGE);
#endif
    return block;
  }
#endif
  void* block = bytes <= 128 ? std::malloc(bytes) : std::aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!block) throw std::bad_alloc();
  return block;
}

void give_back(void* block, std::size_t bytes) noexcept {
#if defined(__unix__)
  if (bytes >= mapped_block) {
    munmap(block, bytes);
    return;
  }
#endif
  freed_since_trim += bytes;
  std::free(block);
}

/// The large blocks that a thread freed last: their pages are there already, which is most of what
/// memory costs.
class LargeBlocks {
 public:
  void* take(std::size_t bytes) noexcept {
    for (int i = count_ - 1; i >= 0; --i) {
      if (kept_[i].bytes == bytes) {
        void* block = kept_[i].block;
        remove(i);
        return block;
      }
    }
    return nullptr;
  }

  void keep(void* block, std::size_t bytes) noexcept {
    if (bytes > large_limit / 2) return give_back(block, bytes);
    while (count_ == most || bytes_ + bytes > large_limit) {
      give_back(kept_[0].block, kept_[0].bytes);
      remove(0);
    }
    kept_[count_++] = {block, bytes};
    bytes_ += bytes;
  }

  void clear() noexcept {
    while (count_ > 0) {
      give_back(kept_[count_ - 1].block, kept_[count_ - 1].bytes);
      remove(count_ - 1);
    }
  }

 private:
  static constexpr int most = 64;
  struct Kept {
    void* block;
    std::size_t bytes;
  };

  void remove(int at) noexcept {
    bytes_ -= kept_[at].bytes;
    for (--count_; at < count_; ++at) kept_[at] = kept_[at + 1];
  }

  Kept kept_[most];  // oldest first
  int count_ = 0;
  std::size_t bytes_ = 0;
};

thread_local constinit LargeBlocks* large_blocks = nullptr;  // a pointer: a library's TLS is scarce

/// Empties the cache of a thread that ends.
struct CacheOwner {
  CacheOwner() {
    large_blocks = new LargeBlocks;
    cache.is_registered = true;
  }
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
    large_blocks->clear();
    delete std::exchange(large_blocks, nullptr);
  }
};

}  // namespace

void* allocate_slowly(std::size_t bytes) {
  if (!cache.is_registered) {
    static thread_local CacheOwner owner;
    (void)owner;
  }
  if (bytes <= cached_block) return obtain(class_bytes(size_class(bytes)));
  const std::size_t rounded = large_bytes(bytes);
  void* block = large_blocks ? large_blocks->take(rounded) : nullptr;
  return block ? block : obtain(rounded);
}

void release_slowly(void* block, std::size_t bytes) noexcept {
  if (bytes <= cached_block) return give_back(block, class_bytes(size_class(bytes)));
  if (large_blocks) return large_blocks->keep(block, large_bytes(bytes));
  give_back(block, large_bytes(bytes));
}

void trim_after_release() noexcept {
  if (freed_since_trim < trim_threshold) return;
  freed_since_trim = 0;
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace wg::memory
