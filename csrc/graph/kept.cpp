#include "graph/lasting.h"
#include "graph/node.h"

namespace wg {

Kept::Kind Kept::keep(const Array& value, bool with_memory) {
  if (value.is_scalar() && item_size(value.dtype()) <= sizeof bits_) {
    keep_scalar(value);
    return Kind::scalar;
  }
  if (value.is_scalar()) {
    if (!with_memory) return Kind::nothing;
    auto block = Block::owning(Ref<Layout>::share(const_cast<Layout*>(&Layout::scalar())),
                               item_size(value.dtype()));
    copy_element(value.dtype(), value.data(), block->data());
    bits_ = std::bit_cast<std::uint64_t>(block.detach());
    return Kind::block;
  }
  if (value.has_block() && with_memory) {
    if (value.is_borrowed()) return keep(lasting(value), true);  // callers reuse their work arrays
    value.block()->retain();
    bits_ = std::bit_cast<std::uint64_t>(value.block());
    return Kind::block;
  }
  bits_ = std::bit_cast<std::uint64_t>(value.layout_reference().detach());
  return Kind::layout;
}

Array Kept::restore(Kind kind, DType dtype, bool weak) const {
  switch (kind) {
    case Kind::nothing:
      return Array::abstract(dtype, nullptr, weak);
    case Kind::scalar:
      return Array::scalar_from(dtype, scalar(), weak);
    case Kind::block: {
      auto* block = std::bit_cast<Block*>(bits_);
      if (block->layout().ndim() == 0) return Array::scalar_from(dtype, block->data(), weak);
      return Array::from_block(dtype, Ref<Block>::share(block), weak);
    }
    case Kind::layout:
      return Array::abstract(dtype, Ref<Layout>::share(std::bit_cast<Layout*>(bits_)), weak);
  }
  __builtin_unreachable();
}

}  // namespace wg
