/// Memory that several handles of the host see: what is written through one is read through the
/// others.
///
/// The graph stays pure. A write makes a new version of the whole by a node, and the storage takes
/// that over; a window whose value was dropped meanwhile reads its part of the new version. So a
/// value that was read, or that a node holds, never changes.
#pragma once

#include "core/slabs.h"
#include "graph/trace.h"

namespace wg {

/// Puts the result of an operation in the place of `target`, its first operand, in the same memory
/// where nobody else holds that. If the operation fails, the target stays.
void update(Tensor& target, const Primitive& primitive, Ref<Payload> payload,
            std::span<Tensor> operands);

/// What of each element a window shows: its real or imaginary part is an element of its own.
enum class Component : std::uint8_t { all, real, imaginary };

class Window;

/// It shows the gradient of a leaf as handles do, which have no value for a while.
class Storage final : public Counted {
 public:
  /// `born`: the number of traces that had been opened when the whole was made.
  static Ref<Storage> make(Tensor whole, std::uint64_t born);
  static void release(Storage* storage) noexcept;

  const Tensor& whole() const { return whole_; }
  std::uint64_t born() const { return born_; }
  /// The next version, by an operation whose first operand is the one before.
  void write(const Primitive& primitive, Ref<Payload> payload, std::span<Tensor> operands);
  /// Another value in the place of all.
  void replace(Tensor whole);

 private:
  friend class Window;
  Storage(Tensor whole, std::uint64_t born);
  ~Storage();
  void forget_values();

  Tensor whole_;
  const std::uint64_t born_;
  Window* current_ = nullptr;  // the windows that have a value, linked
};

/// What one handle sees of a storage: the whole, or a part of its elements.
class Window {
 public:
  /// `value` is the handle's own, and current.
  Window(Ref<Storage> storage, Tensor& value);
  /// All of a whole that lies otherwise: its layout over the whole.
  Window(Ref<Storage> storage, Ref<Layout> layout, Tensor& value);
  Window(const Window& parent, Ref<Layout> layout, std::int64_t offset, bool is_writable,
         Tensor& value);
  /// A part of all that complex numbers of `parent` are.
  Window(const Window& parent, Component component, Tensor& value);
  /// What `like` sees, of another storage. The handle has the type alone as yet.
  Window(Ref<Storage> storage, const Window& like, Tensor& value);
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window();

  // As many are made as there are views: from the same memory as nodes.
  static void* operator new(std::size_t bytes) { return slabs::allocate(bytes); }
  static void operator delete(void* block, std::size_t bytes) { slabs::release(block, bytes); }

  Storage& storage() const { return *storage_; }
  bool is_current() const { return is_current_; }
  bool is_whole() const { return is_whole_; }
  bool is_writable() const { return is_writable_; }
  void forbid_writing() { is_writable_ = false; }
  Component component() const { return component_; }
  /// Of the part, over the elements of the whole in C order.
  const Ref<Layout>& layout() const { return layout_; }
  std::int64_t offset() const { return offset_; }

  /// What is in a part of the window now, its layout over the whole.
  Tensor read(const Layout& layout, std::int64_t offset) const;
  /// Reads the part again.
  void refresh();
  /// What is to be stored in a part, its layout over the whole, for this to show `value` there.
  Tensor update_of(const Layout& layout, std::int64_t offset, Tensor value) const;
  /// Stores a value, which broadcasts, in the part, or in a part of that: its layout over the
  /// whole.
  void write(Tensor value) { write(*layout_, offset_, std::move(value)); }
  void write(const Layout& layout, std::int64_t offset, Tensor value);

 private:
  friend class Storage;
  void link();
  void unlink();
  /// Leaves the type alone; gives what was there.
  Tensor forget();

  Ref<Storage> storage_;
  Ref<Layout> layout_;
  std::int64_t offset_ = 0;
  Tensor& value_;
  Window* previous_ = nullptr;
  Window* next_ = nullptr;
  bool is_whole_ = true;
  bool is_writable_ = true;
  bool is_current_ = true;
  Component component_ = Component::all;
};

}  // namespace wg
