/// What is known of a value before it is computed: dtype, weakness and shape.
#pragma once

#include "core/array.h"

namespace wg {

struct Type {
  DType dtype = DType::float64;
  bool is_weak = false;  // a Python number, or what operators make of Python numbers
  Ref<Layout> layout;    // null for shape (); of a value at hand, as it lies

  Type() = default;
  Type(DType kind, Ref<Layout> shape_layout, bool weak = false)
      : dtype(kind), is_weak(weak), layout(std::move(shape_layout)) {}
  Type(DType kind, std::span<const std::int64_t> shape, bool weak = false)
      : dtype(kind), is_weak(weak), layout(shape.empty() ? Ref<Layout>() : Layout::dense(shape)) {}

  const Layout& shape_layout() const { return layout ? *layout : Layout::scalar(); }
  std::span<const std::int64_t> shape() const { return shape_layout().shape(); }
  int ndim() const { return layout ? layout->ndim() : 0; }
  std::int64_t size() const { return layout ? layout->size() : 1; }
};

inline std::int64_t bytes_of(const Type& type) {
  return type.size() * static_cast<std::int64_t>(item_size(type.dtype));
}

}  // namespace wg
