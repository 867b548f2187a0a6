#include "core/large_blocks.h"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

#include "core/error.h"
#include "core/slabs.h"
#include "core/system_memory.h"

namespace wg::large_blocks {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t megabyte = 1 << 20;
constexpr std::size_t usual_limit = 256 * megabyte;
constexpr std::size_t first_allowance = 20 * megabyte;
// To fetch the limit's pages anew once in this time costs less than a hundredth of it.
constexpr Clock::duration idle_time = std::chrono::seconds(10);

std::size_t limit_of_environment() {
  const char* wanted = std::getenv("WENGERT_CACHE_MB");
  if (!wanted || !*wanted) return usual_limit;
  constexpr long most = 1 << 24;
  char* end = nullptr;
  const long count = std::strtol(wanted, &end, 10);
  if (*end != '\0' || count < 0 || count > most) {
    fail<EnvironmentError>("WENGERT_CACHE_MB: '", wanted,
                           "' was given; a whole number of megabytes from 0 to ", most,
                           " is needed");
  }
  return static_cast<std::size_t>(count) * megabyte;
}

/// A kept block, which says so itself.
struct Kept {
  struct Neighbours {
    Kept* newer = nullptr;
    Kept* older = nullptr;
  };
  std::size_t bytes;
  int size_class;
  Clock::time_point freed;
  Neighbours in_class, in_all;
};

/// Kept blocks by the time at which they were freed.
template <Kept::Neighbours Kept::* neighbours> struct ByTime {
  Kept* newest = nullptr;
  Kept* oldest = nullptr;

  void add(Kept& kept) {
    (kept.*neighbours).older = std::exchange(newest, &kept);
    if (Kept* older = (kept.*neighbours).older) {
      (older->*neighbours).newer = &kept;
    } else {
      oldest = &kept;
    }
  }
  void remove(const Kept& kept) {
    const auto [newer, older] = kept.*neighbours;
    (newer ? (newer->*neighbours).older : newest) = older;
    (older ? (older->*neighbours).newer : oldest) = newer;
  }
};

constexpr int smallest = std::bit_width(slabs::largest_object) - 1;
constexpr int block_classes = (64 - smallest) * 8;  // eight steps to each doubling
constexpr int segment_class = block_classes;

/// The class of a block, so that equal arrays and those that differ a little reuse each other's
/// memory.
int size_class(std::size_t bytes) {
  const int doubling = std::bit_width(bytes - 1) - 1;  // 2^doubling < bytes <= 2^(doubling + 1)
  return (doubling - smallest) * 8 + static_cast<int>((bytes - 1) >> (doubling - 3)) - 8;
}

/// Bytes of a block of a class.
std::size_t class_bytes(int index) {
  if (index == segment_class) return slabs::segment_bytes;
  const auto eighths = static_cast<std::size_t>(index % 8 + 9);
  const int shift = index / 8 + smallest - 3;
  if (std::bit_width(eighths) + shift > 63) throw std::bad_alloc();
  return eighths << shift;
}

void* fetch(int index) {
  const std::size_t bytes = class_bytes(index);
  return index == segment_class ? system_memory::obtain_aligned(bytes)
                                : system_memory::obtain(bytes);
}

class Cache {
 public:
  static Cache& cache() {
    static auto& instance = *new Cache;  // threads may outlive the statics
    return instance;
  }

  void* allocate(int index) {
    {
      const std::lock_guard lock(mutex_);
      if (Kept* kept = classes_[index].newest) {
        remove(*kept);
        return kept;
      }
      regret(index);
    }
    try {
      return fetch(index);
    } catch (const std::bad_alloc&) {
      give_back();
      return fetch(index);
    }
  }

  void release(void* block, int index) noexcept {
    const std::size_t bytes = class_bytes(index);
    const auto now = Clock::now();
    Kept* leaving = nullptr;
    {
      const std::lock_guard lock(mutex_);
      const std::size_t most = std::min(limit_, allowance_);
      auto* kept = ::new (block) Kept{.bytes = bytes, .size_class = index, .freed = now};
      if (bytes <= most) {
        classes_[index].add(*kept);
        all_.add(*kept);
        kept_ += bytes;
        leaving = forget_idle(now);
        while (kept_ > most) leaving = leave(*all_.oldest, leaving, now);
      } else {
        note_given_back(*kept, now);
        leaving = kept;
      }
    }
    give_back(leaving);
  }

  void give_back() noexcept {
    Kept* leaving = nullptr;
    {
      const std::lock_guard lock(mutex_);
      while (all_.oldest) leaving = push(remove(*all_.oldest), leaving);
      allowance_ = first_allowance;
      given_back_.fill(0);
    }
    give_back(leaving);
  }

  std::size_t limit() const { return limit_; }
  std::size_t kept() {
    const std::lock_guard lock(mutex_);
    return kept_;
  }

 private:
  Cache() {
    pthread_atfork([] { cache().mutex_.lock(); }, [] { cache().mutex_.unlock(); },
                   [] { cache().mutex_.unlock(); });
  }

  Kept& remove(Kept& kept) {
    classes_[kept.size_class].remove(kept);
    all_.remove(kept);
    kept_ -= kept.bytes;
    return kept;
  }

  static Kept* push(Kept& kept, Kept* leaving) {
    kept.in_all.older = leaving;
    return &kept;
  }

  Kept* leave(Kept& kept, Kept* leaving, Clock::time_point now) {
    note_given_back(kept, now);
    return push(remove(kept), leaving);
  }

  Kept* forget_idle(Clock::time_point now) {
    Kept* leaving = nullptr;
    while (all_.oldest && now - all_.oldest->freed > idle_time) {
      allowance_ = std::max(first_allowance, allowance_ - std::min(allowance_, all_.oldest->bytes));
      leaving = push(remove(*all_.oldest), leaving);
    }
    return leaving;
  }

  void note_given_back(const Kept& kept, Clock::time_point now) {
    if (now - last_given_back_ > idle_time) given_back_.fill(0);
    last_given_back_ = now;
    ++given_back_[static_cast<std::size_t>(kept.size_class)];
  }

  /// Memory is fetched: if such a block was given back, more should have been kept.
  void regret(int index) {
    std::uint32_t& count = given_back_[static_cast<std::size_t>(index)];
    if (count == 0) return;
    --count;
    allowance_ = std::min(std::max(limit_, first_allowance), allowance_ + class_bytes(index));
  }

  /// Gives back blocks that are linked to one another. Without the mutex: it may take a while.
  static void give_back(Kept* leaving) noexcept {
    while (leaving) {
      Kept& kept = *leaving;
      leaving = kept.in_all.older;
      system_memory::give_back(&kept, kept.bytes);
    }
  }

  std::mutex mutex_;
  const std::size_t limit_ = limit_of_environment();
  std::size_t allowance_ = first_allowance;
  std::size_t kept_ = 0;
  // Blocks of each class that were given back lately because the allowance was used up.
  std::array<std::uint32_t, block_classes + 1> given_back_{};
  Clock::time_point last_given_back_{};
  std::array<ByTime<&Kept::in_class>, block_classes + 1> classes_;
  ByTime<&Kept::in_all> all_;
};

}  // namespace

void* allocate(std::size_t bytes) { return Cache::cache().allocate(size_class(bytes)); }
void release(void* block, std::size_t bytes) noexcept {
  Cache::cache().release(block, size_class(bytes));
}

void* allocate_segment() { return Cache::cache().allocate(segment_class); }
void release_segment(void* segment) noexcept { Cache::cache().release(segment, segment_class); }

std::size_t limit() { return Cache::cache().limit(); }
std::size_t kept() { return Cache::cache().kept(); }
void give_back() noexcept { Cache::cache().give_back(); }

}  // namespace wg::large_blocks
