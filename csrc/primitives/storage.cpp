#include "primitives/storage.h"

#include <vector>

#include "core/copy.h"
#include "core/host.h"
#include "graph/gradient_cell.h"
#include "graph/untracked.h"
#include "primitives/complex.h"
#include "primitives/strided.h"

namespace wg {
namespace {

/// The block that has the memory.
const Block* owner_of(const Array& array) {
  return array.has_block() ? &array.block()->owner() : nullptr;
}

/// An update in the memory that it is to be stored in would keep that from being written to.
void separate(Tensor& update, const Tensor& target) {
  if (const Block* owner = owner_of(update.value); owner && owner == owner_of(target.value)) {
    update.value = copy_of(update.value).with_weak(update.value.is_weak());
  }
}

Tensor part_of(const Tensor& whole, const Layout& layout, std::int64_t offset) {
  Tensor operands[] = {whole};
  Eager eager;
  return eager.apply(
      structural_row_of<AsStrided>,
      payload_of(AsStrided{
          .shape = Dims(layout.shape()), .strides = Dims(layout.strides()), .offset = offset}),
      operands);
}

Tensor component_of(Tensor value, Component component) {
  Tensor operands[] = {std::move(value)};
  Eager eager;
  return component == Component::real ? eager.apply(structural_row_of<Real>, nullptr, operands)
                                      : eager.apply(structural_row_of<Imag>, nullptr, operands);
}

void show_gradient(const Tensor& tensor) {
  if (GradientCell* cell = gradient_cell(tensor.node.pointer())) cell->show();
}

void hide_gradient(const Tensor& tensor) {
  if (GradientCell* cell = gradient_cell(tensor.node.pointer())) cell->hide();
}

/// One number in one element: nothing is copied, allocated or looked at but that. False if this is
/// no such case, or if the value as it was may be asked for.
bool put(Tensor& target, const Primitive& primitive, Ref<Payload>& payload, Tensor& value) {
  if (!primitive.put || this_thread.trace || this_thread.witness) return false;
  if (!primitive.put(payload.pointer(), target.value, value.value)) return false;
  if (!target.node && !value.node) return true;
  const Tensor before(Array::abstract(target.dtype(), target.value.layout_reference()),
                      std::move(target.node));
  const Tensor* operands[] = {&before, &value};
  record(primitive, std::move(payload), operands, target, true);
  return true;
}

}  // namespace

void update(Tensor& target, const Primitive& primitive, Ref<Payload> payload,
            std::span<Tensor> operands) {
  if (operands.size() == 2 && put(target, primitive, payload, operands[1])) return;
  for (Tensor& operand : operands.subspan(1)) separate(operand, target);
  operands[0] = std::move(target);
  try {
    const LockKept kept;  // others would find nothing here
    Eager eager;
    target = eager.apply(primitive, std::move(payload), operands);
  } catch (...) {
    target = std::move(operands[0]);
    throw;
  }
}

Storage::Storage(Tensor whole, std::uint64_t born) : whole_(std::move(whole)), born_(born) {
  show_gradient(whole_);
}

Storage::~Storage() { hide_gradient(whole_); }

Ref<Storage> Storage::make(Tensor whole, std::uint64_t born) {
  return Ref<Storage>::adopt(new Storage(std::move(whole), born));
}

void Storage::release(Storage* storage) noexcept {
  if (storage->drop()) delete storage;
}

/// What the values were made of goes last: that may call back.
void Storage::write(const Primitive& primitive, Ref<Payload> payload, std::span<Tensor> operands) {
  forget_values();
  update(whole_, primitive, std::move(payload), operands);
}

void Storage::replace(Tensor whole) {
  show_gradient(whole);
  forget_values();
  std::swap(whole_, whole);
  hide_gradient(whole);
}

void Storage::forget_values() {
  while (current_) {
    Window& window = *current_;
    window.unlink();
    const Tensor last = window.forget();
  }
}

Window::Window(Ref<Storage> storage, Tensor& value)
    : storage_(std::move(storage)),
      layout_(storage_->whole().value.is_dense() ? storage_->whole().value.layout_reference()
                                                 : Layout::dense(storage_->whole().value.shape())),
      value_(value) {
  link();
}

Window::Window(Ref<Storage> storage, Ref<Layout> layout, Tensor& value)
    : storage_(std::move(storage)), layout_(std::move(layout)), value_(value), is_whole_(false) {
  link();
}

Window::Window(const Window& parent, Ref<Layout> layout, std::int64_t offset, bool is_writable,
               Tensor& value)
    : storage_(parent.storage_),
      layout_(std::move(layout)),
      offset_(parent.offset_ + offset),
      value_(value),
      is_whole_(false),
      is_writable_(is_writable),
      component_(parent.component_) {
  link();
}

Window::Window(const Window& parent, Component component, Tensor& value)
    : Window(parent, parent.layout_, 0, parent.is_writable_, value) {
  component_ = component;
}

Window::Window(Ref<Storage> storage, const Window& like, Tensor& value)
    : storage_(std::move(storage)),
      layout_(like.layout_),
      offset_(like.offset_),
      value_(value),
      is_whole_(like.is_whole_),
      is_writable_(like.is_writable_),
      is_current_(false),
      component_(like.component_) {}

Window::~Window() {
  if (is_current_) unlink();
}

void Window::link() {
  previous_ = nullptr;
  next_ = storage_->current_;
  if (next_) next_->previous_ = this;
  storage_->current_ = this;
  is_current_ = true;
}

void Window::unlink() {
  (previous_ ? previous_->next_ : storage_->current_) = next_;
  if (next_) next_->previous_ = previous_;
  is_current_ = false;
}

Tensor Window::forget() {
  hide_gradient(value_);
  const Array& value = value_.value;
  return std::exchange(
      value_, Tensor(Array::abstract(value.dtype(), value.layout_reference(), value.is_weak())));
}

Tensor Window::read(const Layout& layout, std::int64_t offset) const {
  Tensor value = part_of(storage_->whole(), layout, offset);
  return component_ == Component::all ? value : component_of(std::move(value), component_);
}

void Window::refresh() {
  // Whoever reads first reads for all: what ends derivatives where he does is no part of the value.
  const TrackedAgain tracked;
  Tensor value = is_whole_ ? storage_->whole() : read(*layout_, offset_);
  show_gradient(value);
  value_ = std::move(value);
  link();
}

Tensor Window::update_of(const Layout& layout, std::int64_t offset, Tensor value) const {
  if (component_ == Component::all) return value;
  Tensor parts[] = {std::move(value), Tensor()};
  const bool is_real = component_ == Component::real;
  parts[1] = component_of(part_of(storage_->whole(), layout, offset),
                          is_real ? Component::imaginary : Component::real);
  if (!is_real) std::swap(parts[0], parts[1]);
  Eager eager;
  return eager.apply(structural_row_of<Complex>, nullptr, parts);
}

void Window::write(const Layout& layout, std::int64_t offset, Tensor value) {
  Tensor operands[] = {Tensor(), update_of(layout, offset, std::move(value))};
  storage_->write(
      structural_row_of<SetAtStrided>,
      payload_of(SetAtStrided{
          .shape = Dims(layout.shape()), .strides = Dims(layout.strides()), .offset = offset}),
      operands);
}

}  // namespace wg
