/// Memory seen as an array, by those who neither own nor count it.
#pragma once

#include <cstring>

#include "core/dtype.h"
#include "core/layout.h"

namespace wg {

/// What kernels read and write. `is_weak` marks what gives way in promotion (graph/type.h).
struct View {
  std::byte* data;       // null: the value was not kept
  const Layout* layout;  // never null
  DType dtype;
  bool is_weak = false;

  std::span<const std::int64_t> shape() const { return layout->shape(); }
  std::span<const std::int64_t> strides() const { return layout->strides(); }
  int ndim() const { return layout->ndim(); }
  std::int64_t size() const { return layout->size(); }
  bool is_dense() const { return layout->is_dense(); }
  std::int64_t item() const { return static_cast<std::int64_t>(item_size(dtype)); }
  template <class T> T* as() const { return reinterpret_cast<T*>(data); }
};

}  // namespace wg
