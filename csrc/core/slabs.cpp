#include "core/slabs.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/large_blocks.h"

namespace wg::slabs {
namespace {

constexpr std::size_t prepared_at_once = 4 << 10;
constexpr std::uint32_t never = UINT32_MAX;

/// Stands in the place of a class's slab as long as there is none.
constinit Slab nothing{.notify = never};

/// The start of a segment, before the descriptions of its slabs.
struct alignas(64) Segment {
  std::uint64_t empty = 0;  // a bit for each slab without objects
  Segment* previous = nullptr;
  Segment* next = nullptr;
  int shift = fine_shift;

  int count() const { return static_cast<int>(segment_bytes >> shift); }
  std::uint64_t all() const { return ~std::uint64_t{0} >> (64 - count()); }
  Slab* slabs() { return reinterpret_cast<Slab*>(this) + 1; }
};
static_assert(sizeof(Segment) == sizeof(Slab) && sizeof(Slab) == 64);

Segment& segment_of(Slab& slab) {
  return *reinterpret_cast<Segment*>(reinterpret_cast<std::uintptr_t>(&slab) &
                                     ~(segment_bytes - 1));
}

/// A list whose members know their neighbours.
template <class T> struct List {
  T* first = nullptr;
  T* last = nullptr;

  void add_first(T& member) {
    member.previous = nullptr;
    member.next = std::exchange(first, &member);
    (member.next ? member.next->previous : last) = &member;
  }
  void add_last(T& member) {
    member.next = nullptr;
    member.previous = std::exchange(last, &member);
    (member.previous ? member.previous->next : first) = &member;
  }
  void remove(T& member) {
    (member.previous ? member.previous->next : first) = member.next;
    (member.next ? member.next->previous : last) = member.previous;
  }
};

constinit List<Slab> with_room[size_classes];  // a quarter of each at least
constinit List<Segment> with_empty[2];         // segments of small slabs, of large ones

int shift_of(int size_class) {
  return class_bytes(size_class) <= fine_object ? fine_shift : coarse_shift;
}

Segment& new_segment(int shift) {
  auto& segment = *::new (large_blocks::allocate_segment()) Segment{.shift = shift};
  segment.empty = segment.all();
  std::uninitialized_default_construct_n(segment.slabs(), segment.count());
  with_empty[shift != fine_shift].add_first(segment);
  return segment;
}

/// A slab without objects, made one of this class. The first segment is filled first, so that
/// others may be left without objects.
Slab& empty_slab(int size_class) {
  const int shift = shift_of(size_class);
  auto& segments = with_empty[shift != fine_shift];
  Segment& segment = segments.first ? *segments.first : new_segment(shift);
  const int place = std::countr_zero(segment.empty);
  segment.empty &= segment.empty - 1;
  if (segment.empty == 0) segments.remove(segment);
  Slab& slab = segment.slabs()[place];
  auto* const start = reinterpret_cast<std::byte*>(&segment);
  slab.free = nullptr;
  slab.fresh = place == 0 ? reinterpret_cast<std::byte*>(segment.slabs() + segment.count())
                          : start + (static_cast<std::size_t>(place) << shift);
  slab.end = start + (static_cast<std::size_t>(place + 1) << shift);
  slab.object_bytes = static_cast<std::uint32_t>(class_bytes(size_class));
  slab.size_class = static_cast<std::uint16_t>(size_class);
  return slab;
}

/// Links objects that were never given out, or none since the slab began anew, in order.
void prepare(Slab& slab) {
  const std::size_t bytes = slab.object_bytes;
  const auto left = static_cast<std::size_t>(slab.end - slab.fresh) / bytes;
  const std::size_t count = std::min(left, std::max<std::size_t>(prepared_at_once / bytes, 1));
  std::byte* const end = slab.fresh + count * bytes;
  Free* next = nullptr;
  for (std::byte* at = end; at != slab.fresh;) next = ::new (at -= bytes) Free{next};
  slab.free = next;
  slab.fresh = end;
}

bool has_fresh(const Slab& slab) {
  return static_cast<std::size_t>(slab.end - slab.fresh) >= std::max(slab.object_bytes, 1u);
}

/// The next slab to take objects of a class from; the one before it is full.
Slab& next_slab(int size_class) {
  Slab& full = *current[size_class];
  List<Slab>& listed = with_room[size_class];
  Slab& slab = listed.first ? *listed.first : empty_slab(size_class);
  if (slab.is_listed) listed.remove(slab);
  slab.is_listed = false;
  slab.notify = never;
  current[size_class] = &slab;
  if (&full != &nothing) full.notify = full.used / 4 * 3;
  return slab;
}

template <std::size_t... i> constexpr auto repeated(Slab* slab, std::index_sequence<i...>) {
  return std::array<Slab*, sizeof...(i)>{((void)i, slab)...};
}

}  // namespace

constinit std::array<Slab*, size_classes> current =
    repeated(&nothing, std::make_index_sequence<size_classes>());

void* allocate_slowly(std::size_t bytes) {
  if (bytes > largest_object) return large_blocks::allocate(bytes);
  const int index = size_class(bytes);
  Slab* slab = current[index];
  if (!slab->free && !has_fresh(*slab)) slab = &next_slab(index);
  if (!slab->free) prepare(*slab);
  Free* const object = slab->free;
  slab->free = object->next;
  ++slab->used;
  return object;
}

void release_large(void* object, std::size_t bytes) noexcept {
  large_blocks::release(object, bytes);
}

void notified(Slab& slab) noexcept {
  List<Slab>& listed = with_room[slab.size_class];
  if (slab.used > 0) {
    listed.add_first(slab);
    slab.is_listed = true;
    slab.notify = 0;
    return;
  }
  if (slab.is_listed) listed.remove(slab);
  slab.is_listed = false;
  Segment& segment = segment_of(slab);
  auto& segments = with_empty[segment.shift != fine_shift];
  if (segment.empty == 0) segments.add_last(segment);
  segment.empty |= std::uint64_t{1} << (&slab - segment.slabs());
  if (segment.empty != segment.all()) return;
  segments.remove(segment);
  large_blocks::release_segment(&segment);
}

}  // namespace wg::slabs
