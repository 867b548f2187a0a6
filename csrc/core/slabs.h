/// Memory of counted objects: nodes, arrays, layouts, parameters.
///
/// Objects of nearly one size share a slab, and a slab whose objects are all gone begins anew. So
/// the objects of a recording lie in the order in which they were made, however those before it
/// were freed. Like counts, slabs change only under the host's lock, whichever thread frees what
/// another made.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>

#include "core/reference.h"

namespace wg::slabs {

// Aligned to this: an address tells its segment.
inline constexpr std::size_t segment_bytes = 4 << 20;
inline constexpr std::size_t fine_object = 1 << 10;      // up to here slabs are small
inline constexpr std::size_t largest_object = 64 << 10;  // what is larger is a large block

inline constexpr int fine_shift = 16, coarse_shift = 19;  // slabs of 64 kB, of 512 kB

struct Free {
  Free* next;
};

/// Where objects of one size class lie.
struct alignas(64) Slab {
  Free* free = nullptr;        // what has been freed, or prepared in the order of addresses
  std::uint32_t used = 0;      // objects that live here
  std::uint32_t notify = 0;    // when as few are left, the slab is put where it will be found
  std::byte* fresh = nullptr;  // from here on nothing has been prepared
  std::byte* end = nullptr;
  Slab* previous = nullptr;  // among those of the class with room
  Slab* next = nullptr;
  std::uint32_t object_bytes = 0;
  std::uint16_t size_class = 0;
  bool is_listed = false;
};

inline constexpr int size_classes = 16 + 14 + 8 * 6;

/// The class whose objects have at least `bytes`: steps of 8, so that nothing of a node is wasted,
/// of 64 from 128 on, so that elements behind a header start on a cache line, then eight to a
/// doubling.
constexpr int size_class(std::size_t bytes) {
  if (bytes <= 128) return static_cast<int>((bytes - 1) >> 3);
  if (bytes <= 1024) return 14 + static_cast<int>((bytes - 1) >> 6);
  const int doubling = std::bit_width(bytes - 1) - 1;  // 2^doubling < bytes <= 2^(doubling + 1)
  const auto eighth = (bytes - 1) >> (doubling - 3);   // 8 .. 15
  return 30 + (doubling - 10) * 8 + static_cast<int>(eighth) - 8;
}

/// Bytes of an object of a class.
constexpr std::size_t class_bytes(int index) {
  if (index < 16) return static_cast<std::size_t>(index + 1) << 3;
  if (index < 30) return static_cast<std::size_t>(index - 13) << 6;
  return static_cast<std::size_t>((index - 30) % 8 + 9) << (7 + (index - 30) / 8);
}

/// The slab of each class that objects are taken from.
extern constinit std::array<Slab*, size_classes> current;

void* allocate_slowly(std::size_t bytes);
void release_large(void* object, std::size_t bytes) noexcept;
void notified(Slab& slab) noexcept;

/// Memory for an object of `bytes`, at least one, aligned to 64 if it is larger than 128 bytes,
/// else to 8.
inline void* allocate(std::size_t bytes) {
  assert(!is_unlocked);
  if (bytes <= largest_object) [[likely]] {
    Slab& slab = *current[size_class(bytes)];
    if (Free* object = slab.free) [[likely]] {
      slab.free = object->next;
      ++slab.used;
      return object;
    }
  }
  return allocate_slowly(bytes);
}

/// The slab of an object: descriptions stand at the start of its segment.
inline Slab& slab_of(void* object, std::size_t bytes) {
  const auto address = reinterpret_cast<std::uintptr_t>(object);
  const auto within = address & (segment_bytes - 1);
  auto* const slabs = reinterpret_cast<Slab*>(address - within) + 1;
  return slabs[within >> (bytes <= fine_object ? fine_shift : coarse_shift)];
}

/// Gives back the memory of an object of `bytes`.
inline void release(void* object, std::size_t bytes) noexcept {
  assert(!is_unlocked);
  if (bytes > largest_object) [[unlikely]]
    return release_large(object, bytes);
  Slab& slab = slab_of(object, bytes);
  slab.free = ::new (object) Free{slab.free};
  if (--slab.used == slab.notify) [[unlikely]]
    notified(slab);
}

}  // namespace wg::slabs
