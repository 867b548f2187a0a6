#include "core/system_memory.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

#if defined(__unix__)
#include <sys/mman.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace wg::system_memory {
namespace {

constexpr std::size_t mapped_block = 1 << 20;  // from here on the pages are the block's own
constexpr std::size_t huge_page = 2 << 20;
constexpr std::size_t trim_threshold = 96 << 20;
std::atomic<std::size_t> freed_since_trim{0};

#if defined(__unix__)
void* map(std::size_t bytes) {
  void* block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) throw std::bad_alloc();
  return block;
}

void prefer_huge_pages([[maybe_unused]] void* block, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
  madvise(block, bytes, MADV_HUGEPAGE);
#endif
}
#endif

void* obtain_from_library(std::size_t alignment, std::size_t bytes) {
  void* block = bytes <= 128
                    ? std::malloc(bytes)
                    : std::aligned_alloc(alignment, (bytes + alignment - 1) & ~(alignment - 1));
  if (!block) throw std::bad_alloc();
  return block;
}

}  // namespace

void* obtain(std::size_t bytes) {
#if defined(__unix__)
  if (bytes >= mapped_block) {
    void* block = map(bytes);
    if (bytes >= 2 * huge_page) prefer_huge_pages(block, bytes);
    return block;
  }
#endif
  return obtain_from_library(64, bytes);
}

void* obtain_aligned(std::size_t bytes) {
#if defined(__unix__)
  auto* const start = static_cast<std::byte*>(map(2 * bytes));
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(start) & (bytes - 1);
  if (before > 0) munmap(start, before);
  munmap(start + before + bytes, bytes - before);
  prefer_huge_pages(start + before, bytes);
  return start + before;
#else
  return obtain_from_library(bytes, bytes);
#endif
}

void give_back(void* block, std::size_t bytes) noexcept {
#if defined(__unix__)
  if (bytes >= mapped_block) {
    munmap(block, bytes);
    return;
  }
#endif
  freed_since_trim.fetch_add(bytes, std::memory_order_relaxed);
  std::free(block);
}

void trim() noexcept {
  if (freed_since_trim.load(std::memory_order_relaxed) < trim_threshold) return;
  freed_since_trim.store(0, std::memory_order_relaxed);
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace wg::system_memory
