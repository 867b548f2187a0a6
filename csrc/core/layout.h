/// Shape and strides of an array: immutable and shared, so that equal shapes cost a pointer.
#pragma once

#include <cstdint>
#include <span>

#include "core/dims.h"
#include "core/reference.h"

namespace wg {

/// Strides are in elements. The numbers follow the object in one block of memory.
class Layout : public Counted {
 public:
  static Ref<Layout> dense(std::span<const std::int64_t> shape);
  static Ref<Layout> strided(std::span<const std::int64_t> shape,
                             std::span<const std::int64_t> strides);
  /// The layout of everything of shape ().
  static const Layout& scalar();
  /// A dense layout in memory that the caller gives, `bytes(shape.size())` of it. Nobody owns it.
  static const Layout& dense_in(std::byte* memory, std::span<const std::int64_t> shape);
  static constexpr std::size_t bytes(int ndim);
  static void release(Layout* layout) noexcept {
    if (layout->drop()) destroy(layout);
  }

  int ndim() const { return ndim_; }
  std::int64_t size() const { return size_; }
  bool is_dense() const { return is_dense_; }  // C order, without gaps
  std::span<const std::int64_t> shape() const {
    return {numbers(), static_cast<std::size_t>(ndim_)};
  }
  std::span<const std::int64_t> strides() const {
    return {numbers() + ndim_, static_cast<std::size_t>(ndim_)};
  }

 private:
  Layout() = default;
  static Layout* make(int ndim);
  void lie_dense(std::span<const std::int64_t> shape, std::int64_t size);
  static void destroy(Layout* layout) noexcept;
  void finish();
  std::int64_t* numbers() { return reinterpret_cast<std::int64_t*>(this + 1); }
  const std::int64_t* numbers() const { return reinterpret_cast<const std::int64_t*>(this + 1); }

  std::int16_t ndim_ = 0;
  bool is_dense_ = true;
  std::int64_t size_ = 1;
};

constexpr std::size_t Layout::bytes(int ndim) {
  return sizeof(Layout) + sizeof(std::int64_t) * 2 * static_cast<std::size_t>(ndim);
}

/// The number of elements of a shape; fails when it does not fit 63 bits.
std::int64_t element_count(std::span<const std::int64_t> shape);

inline bool same_shape(const Layout& a, const Layout& b) {
  return &a == &b || std::ranges::equal(a.shape(), b.shape());
}

/// The strides of a dense array of `shape`.
Dims dense_strides(std::span<const std::int64_t> shape);

}  // namespace wg
