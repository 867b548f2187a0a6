/// An n-dimensional array: dtype, layout and shared memory; scalars are held inline.
#pragma once

#include <cstring>

#include "core/dtype.h"
#include "core/layout.h"
#include "core/view.h"

namespace wg {

/// Memory of an array, with its elements behind it in the same block, or elsewhere: in the block
/// of the array that it views, or in memory that someone else owns.
class Block : public Counted {
 public:
  using Drop = void (*)(void* owner);

  static Ref<Block> owning(Ref<Layout> layout, std::size_t item_size);
  static Ref<Block> viewing(Ref<Layout> layout, std::byte* data, Ref<Block> base);
  static Ref<Block> foreign(Ref<Layout> layout, std::byte* data, void* owner, Drop drop,
                            bool is_mutable);
  static void release(Block* block) noexcept {
    if (block->drop()) destroy(block);
  }

  const Layout& layout() const { return *layout_; }
  const Ref<Layout>& layout_reference() const { return layout_; }
  std::byte* data() const { return data_; }
  /// The block that has the memory: another one, if this is a view.
  const Block& owner() const { return base_ ? *base_ : *this; }
  /// Nobody else sees this memory.
  bool is_sole_owner() const { return !drop_ && !base_ && !is_shared(); }
  /// The memory belongs to the caller, who may write to it behind our back.
  bool is_borrowed() const { return base_ ? base_->is_borrowed() : is_borrowed_; }

 private:
  Block() = default;
  static void destroy(Block* block) noexcept;

  bool is_borrowed_ = false;
  Ref<Layout> layout_;
  std::byte* data_ = nullptr;
  Ref<Block> base_;
  void* owner_ = nullptr;
  Drop drop_ = nullptr;
  std::size_t bytes_ = 0;  // of the whole block
};

/// A value. Copies share memory; nothing writes to memory that is shared.
class Array {
 public:
  Array() = default;
  Array(const Array& other) noexcept { copy_from(other); }
  Array(Array&& other) noexcept { move_from(other); }
  Array& operator=(const Array& other) noexcept {
    Array copy(other);
    return *this = std::move(copy);
  }
  Array& operator=(Array&& other) noexcept {
    if (this != &other) {
      clear();
      move_from(other);
    }
    return *this;
  }
  ~Array() { clear(); }

  template <class T> static Array scalar(T value, bool weak = false) {
    Array array;
    array.dtype_ = dtype_of<T>;
    array.is_weak_ = weak;
    array.storage_ = Storage::scalar;
    std::memcpy(array.scalar_, &value, sizeof value);
    return array;
  }
  /// A scalar from the bytes of one element.
  static Array scalar_from(DType dtype, const std::byte* element, bool weak = false) {
    Array array;
    array.dtype_ = dtype;
    array.is_weak_ = weak;
    array.storage_ = Storage::scalar;
    copy_element(dtype, element, array.scalar_);
    return array;
  }
  /// Makes a scalar of at most eight bytes of what was nothing.
  void become_scalar(DType dtype, const std::byte* element) {
    dtype_ = dtype;
    is_weak_ = false;
    storage_ = Storage::scalar;
    std::memcpy(scalar_, element, 8);
  }
  void reset() noexcept { clear(); }
  /// Uninitialised and dense.
  static Array empty(DType dtype, Ref<Layout> layout);
  static Array empty(DType dtype, std::span<const std::int64_t> shape);
  static Array zeros(DType dtype, std::span<const std::int64_t> shape);
  /// A view of the same memory: `offset` elements on, with another layout.
  Array view(Ref<Layout> layout, std::int64_t offset) const;
  static Array from_block(DType dtype, Ref<Block> block, bool weak = false);
  /// Type and layout of a value that was not kept.
  static Array abstract(DType dtype, const Ref<Layout>& layout, bool weak = false);

  bool is_defined() const { return storage_ != Storage::nothing; }
  bool is_scalar() const { return storage_ == Storage::scalar; }
  bool is_abstract() const { return storage_ == Storage::abstract; }
  bool has_block() const { return storage_ == Storage::block; }

  DType dtype() const { return dtype_; }
  bool is_weak() const { return is_weak_; }
  /// A bit for whoever holds the array, without a meaning here.
  bool has_mark() const { return has_mark_; }
  void set_mark(bool mark) { has_mark_ = mark; }
  void set_weak(bool weak) { is_weak_ = weak; }
  Array with_weak(bool weak) const {
    Array copy(*this);
    copy.is_weak_ = weak;
    return copy;
  }
  const Layout& layout() const {
    return has_block() ? block_->layout() : is_abstract() && layout_ ? *layout_ : Layout::scalar();
  }
  /// Null for a number.
  Ref<Layout> layout_reference() const {
    if (has_block()) return block_->layout_reference();
    return is_abstract() ? Ref<Layout>::share(layout_) : nullptr;
  }
  std::span<const std::int64_t> shape() const { return layout().shape(); }
  int ndim() const { return is_scalar() ? 0 : layout().ndim(); }
  std::int64_t size() const { return is_scalar() ? 1 : layout().size(); }
  bool is_dense() const { return is_scalar() || layout().is_dense(); }

  const std::byte* data() const { return is_scalar() ? scalar_ : block_->data(); }
  std::byte* mutable_data() { return is_scalar() ? scalar_ : block_->data(); }
  template <class T> const T* data() const { return reinterpret_cast<const T*>(data()); }
  template <class T> T* mutable_data() { return reinterpret_cast<T*>(mutable_data()); }
  template <class T> T item() const {
    T value;
    std::memcpy(&value, data(), sizeof value);
    return value;
  }
  /// Writing here is seen by nobody else.
  bool is_writable_alone() const { return is_scalar() || (has_block() && block_->is_sole_owner()); }
  bool is_borrowed() const { return has_block() && block_->is_borrowed(); }
  Block* block() const { return block_; }

 private:
  enum class Storage : std::uint8_t { nothing, scalar, block, abstract };

  void copy_from(const Array& other) noexcept {
    std::memcpy(static_cast<void*>(this), &other, sizeof *this);
    if (storage_ == Storage::block) block_->retain();
    if (storage_ == Storage::abstract && layout_) layout_->retain();
  }
  void move_from(Array& other) noexcept {
    std::memcpy(static_cast<void*>(this), &other, sizeof *this);
    other.storage_ = Storage::nothing;
  }
  void clear() noexcept {
    if (storage_ == Storage::block) Block::release(block_);
    if (storage_ == Storage::abstract && layout_) Layout::release(layout_);
    storage_ = Storage::nothing;
  }

  DType dtype_ = DType::float64;
  Storage storage_ = Storage::nothing;
  bool is_weak_ = false;
  bool has_mark_ = false;
  union {
    alignas(8) std::byte scalar_[16];
    Block* block_;
    Layout* layout_;
  };
};

static_assert(sizeof(Array) == 24);

/// The array as kernels see it, as long as it is there; who writes to it knows that he may.
inline View view_of(const Array& array) {
  auto* data = array.is_abstract() ? nullptr : const_cast<std::byte*>(array.data());
  return {data, &array.layout(), array.dtype(), array.is_weak()};
}

}  // namespace wg
