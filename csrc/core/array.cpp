#include "core/array.h"

#include <new>

#include "core/slabs.h"

namespace wg {
namespace {

constexpr std::size_t header =
    (sizeof(Block) + 63) / 64 * 64;  // elements of large blocks start on a cache line

}  // namespace

Ref<Block> Block::owning(Ref<Layout> layout, std::size_t item_size) {
  const auto elements = static_cast<std::size_t>(layout->size()) * item_size;
  auto* memory = static_cast<std::byte*>(slabs::allocate(header + elements));
  auto* block = ::new (memory) Block;
  block->layout_ = std::move(layout);
  block->data_ = memory + header;
  block->bytes_ = header + elements;
  return Ref<Block>::adopt(block);
}

Ref<Block> Block::viewing(Ref<Layout> layout, std::byte* data, Ref<Block> base) {
  auto* block = ::new (slabs::allocate(sizeof(Block))) Block;
  block->layout_ = std::move(layout);
  block->data_ = data;
  // A view of a view holds what owns the memory, not the chain between.
  block->base_ = base->base_ ? base->base_ : std::move(base);
  block->bytes_ = sizeof(Block);
  return Ref<Block>::adopt(block);
}

Ref<Block> Block::foreign(Ref<Layout> layout, std::byte* data, void* owner, Drop drop,
                          bool is_mutable) {
  auto* block = ::new (slabs::allocate(sizeof(Block))) Block;
  block->layout_ = std::move(layout);
  block->data_ = data;
  block->owner_ = owner;
  block->drop_ = drop;
  block->is_borrowed_ = is_mutable;
  block->bytes_ = sizeof(Block);
  return Ref<Block>::adopt(block);
}

void Block::destroy(Block* block) noexcept {
  const std::size_t bytes = block->bytes_;
  if (block->drop_) block->drop_(block->owner_);
  block->~Block();
  slabs::release(block, bytes);
}

Array Array::empty(DType dtype, Ref<Layout> layout) {
  if (layout && layout->ndim() > 0) {
    return from_block(dtype, Block::owning(std::move(layout), item_size(dtype)));
  }
  Array array;
  array.dtype_ = dtype;
  array.storage_ = Storage::scalar;
  return array;
}

Array Array::empty(DType dtype, std::span<const std::int64_t> shape) {
  return empty(dtype, shape.empty() ? Ref<Layout>() : Layout::dense(shape));
}

Array Array::zeros(DType dtype, std::span<const std::int64_t> shape) {
  Array array = empty(dtype, shape);
  std::memset(array.mutable_data(), 0, static_cast<std::size_t>(array.size()) * item_size(dtype));
  return array;
}

Array Array::view(Ref<Layout> layout, std::int64_t offset) const {
  const std::byte* at = data() + offset * static_cast<std::int64_t>(item_size(dtype_));
  if (layout->ndim() == 0) return scalar_from(dtype_, at);
  if (is_scalar()) {  // give the one element a memory that strides of zero can repeat
    constexpr std::int64_t one[] = {1};
    auto base = Block::owning(Layout::dense(one), item_size(dtype_));
    copy_element(dtype_, at, base->data());
    return from_block(dtype_, Block::viewing(std::move(layout), base->data(), base));
  }
  return from_block(dtype_, Block::viewing(std::move(layout), const_cast<std::byte*>(at),
                                           Ref<Block>::share(block_)));
}

Array Array::from_block(DType dtype, Ref<Block> block, bool weak) {
  Array array;
  array.dtype_ = dtype;
  array.is_weak_ = weak;
  array.storage_ = Storage::block;
  array.block_ = block.detach();
  return array;
}

Array Array::abstract(DType dtype, const Ref<Layout>& layout, bool weak) {
  Array array;
  array.dtype_ = dtype;
  array.is_weak_ = weak;
  array.storage_ = Storage::abstract;
  array.layout_ = Ref<Layout>(layout).detach();
  return array;
}

}  // namespace wg
