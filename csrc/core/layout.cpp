#include "core/layout.h"

#include <new>

#include "core/error.h"
#include "core/slabs.h"

namespace wg {

std::ostream& operator<<(std::ostream& out, const Dims& dims) {
  out << '(';
  for (int i = 0; i < dims.size(); ++i) out << (i ? ", " : "") << dims[i];
  return out << (dims.size() == 1 ? ",)" : ")");
}

std::int64_t element_count(std::span<const std::int64_t> shape) {
  std::int64_t size = 1;
  bool is_empty = false, overflows = false;
  for (const std::int64_t n : shape) {
    if (n < 0) fail<ShapeError>("shape: ", Dims(shape), " has a negative length");
    is_empty |= n == 0;
    overflows |= n != 0 && __builtin_mul_overflow(size, n, &size);
  }
  if (is_empty) return 0;
  if (overflows || size > (std::int64_t{1} << 58))
    fail<ShapeError>("shape: ", Dims(shape), " has more elements than memory can hold");
  return size;
}

Dims dense_strides(std::span<const std::int64_t> shape) {
  Dims strides(static_cast<int>(shape.size()));
  std::int64_t step = 1;
  for (int i = strides.size() - 1; i >= 0; --i) {
    strides[i] = step;
    step *= std::max<std::int64_t>(shape[static_cast<std::size_t>(i)], 1);
  }
  return strides;
}

Layout* Layout::make(int ndim) {
  if (ndim > 64) fail<ShapeError>("shape: ", ndim, " axes; at most 64 are supported");
  auto* layout = ::new (slabs::allocate(bytes(ndim))) Layout;
  layout->ndim_ = static_cast<std::int16_t>(ndim);
  return layout;
}

void Layout::destroy(Layout* layout) noexcept {
  const auto size = bytes(layout->ndim_);
  layout->~Layout();
  slabs::release(layout, size);
}

void Layout::finish() {
  size_ = element_count(shape());
  std::int64_t step = 1;
  is_dense_ = true;
  for (int i = ndim_ - 1; i >= 0 && size_ > 1; --i) {
    const auto k = static_cast<std::size_t>(i);
    if (shape()[k] != 1) is_dense_ &= strides()[k] == step;
    step *= shape()[k];
  }
}

void Layout::lie_dense(std::span<const std::int64_t> shape, std::int64_t size) {
  ndim_ = static_cast<std::int16_t>(shape.size());
  size_ = size;
  std::int64_t* all = numbers();
  std::int64_t step = 1;
  for (int i = ndim_ - 1; i >= 0; --i) {
    const std::int64_t n = shape[static_cast<std::size_t>(i)];
    all[i] = n;
    all[ndim_ + i] = step;
    step *= std::max<std::int64_t>(n, 1);
  }
}

Ref<Layout> Layout::dense(std::span<const std::int64_t> shape) {
  const std::int64_t size = element_count(shape);
  Layout* layout = make(static_cast<int>(shape.size()));
  layout->lie_dense(shape, size);
  return Ref<Layout>::adopt(layout);
}

const Layout& Layout::dense_in(std::byte* memory, std::span<const std::int64_t> shape) {
  auto* layout = ::new (memory) Layout;
  layout->lie_dense(shape, element_count(shape));
  return *layout;
}

Ref<Layout> Layout::strided(std::span<const std::int64_t> shape,
                            std::span<const std::int64_t> strides) {
  auto layout = Ref<Layout>::adopt(make(static_cast<int>(shape.size())));
  std::ranges::copy(shape, layout->numbers());
  std::ranges::copy(strides, layout->numbers() + layout->ndim_);
  layout->finish();
  return layout;
}

const Layout& Layout::scalar() {
  static Layout* const layout = dense({}).detach();  // immortal: shared by every scalar
  return *layout;
}

}  // namespace wg
