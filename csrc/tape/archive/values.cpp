#include "tape/archive/values.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "core/copy.h"

namespace wg {
namespace {

constexpr std::size_t most_axes = 64;

/// The axes by falling stride, if with them in this order the array lies dense; else as they are.
Dims order_in_memory(const Array& array) {
  const Layout& layout = array.layout();
  Dims order(layout.ndim());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::int64_t a, std::int64_t b) {
    return layout.strides()[static_cast<std::size_t>(a)] >
           layout.strides()[static_cast<std::size_t>(b)];
  });
  Dims shape, strides;
  for (const std::int64_t axis : order) {
    shape.push_back(layout.shape()[static_cast<std::size_t>(axis)]);
    strides.push_back(layout.strides()[static_cast<std::size_t>(axis)]);
  }
  if (strides != dense_strides(shape)) std::iota(order.begin(), order.end(), 0);
  return order;
}

/// The same memory with its axes in this order.
Ref<Layout> permuted(const Layout& layout, const Dims& order) {
  Dims shape, strides;
  for (const std::int64_t axis : order) {
    shape.push_back(layout.shape()[static_cast<std::size_t>(axis)]);
    strides.push_back(layout.strides()[static_cast<std::size_t>(axis)]);
  }
  return Layout::strided(shape, strides);
}

std::span<const std::byte> bytes_of(const Array& array) {
  return {array.data(), static_cast<std::size_t>(array.size()) * item_size(array.dtype())};
}

void require_shape(std::span<const std::int64_t> shape) {
  const auto is_negative = [](std::int64_t n) { return n < 0; };
  if (shape.size() > most_axes || std::ranges::any_of(shape, is_negative)) {
    ByteReader::refuse("a shape is none");
  }
  (void)element_count(shape);  // fails if it has more than can be counted
}

}  // namespace

void write(std::span<const std::int64_t> dims, ByteWriter& out) {
  out.count(dims.size());
  for (const std::int64_t n : dims) out.number(n);
}

Dims read_dims(ByteReader& in) {
  Dims dims;
  for (std::size_t left = in.length(); left > 0; --left) dims.push_back(in.number());
  return dims;
}

DType read_dtype(ByteReader& in) { return static_cast<DType>(in.below(dtype_count)); }

void write(const Type& type, ByteWriter& out) {
  out.byte(static_cast<unsigned>(type.dtype));
  out.byte(type.is_weak);
  write(type.shape(), out);
}

Type read_type(ByteReader& in) {
  const DType dtype = read_dtype(in);
  const bool is_weak = in.flag();
  const Dims shape = read_dims(in);
  require_shape(shape);
  return {dtype, std::span<const std::int64_t>(shape), is_weak};
}

void ArrayWriter::write(const Array& array, ByteWriter& out) {
  const auto strides = array.layout().strides(), shape = array.shape();
  std::vector<std::int64_t> lies(shape.begin(), shape.end());
  lies.insert(lies.end(), strides.begin(), strides.end());
  if (array.has_block()) {
    const auto [found, is_new] = known_.try_emplace(
        Place(array.data(), array.dtype(), array.is_weak(), std::move(lies)), held_.size());
    if (!is_new) return out.count(found->second + 1);
  }  // numbers are shorter than their number
  held_.push_back(array);
  out.count(0);
  out.byte(static_cast<unsigned>(array.dtype()));
  out.byte(array.is_weak());
  wg::write(shape, out);
  const Dims order = order_in_memory(array);
  wg::write(order, out);
  out.raw(
      bytes_of(array.has_block() ? dense(array.view(permuted(array.layout(), order), 0)) : array));
}

Array ArrayReader::read(ByteReader& in) {
  if (const std::uint64_t number = in.count()) {
    if (number > known_.size()) ByteReader::refuse("an array is not there");
    return known_[number - 1];
  }
  const DType dtype = read_dtype(in);
  const bool is_weak = in.flag();
  const Dims shape = read_dims(in), order = read_dims(in);
  require_shape(shape);
  Dims sorted(order);
  std::ranges::sort(sorted);
  Dims axes(shape.size());
  std::iota(axes.begin(), axes.end(), 0);
  if (sorted != axes) ByteReader::refuse("the axes of an array are not in an order");
  const std::int64_t size = element_count(shape);
  const auto item = static_cast<std::int64_t>(item_size(dtype));
  if (size > INT64_MAX / item) ByteReader::refuse("it ends too early");
  const auto bytes = in.raw(static_cast<std::size_t>(size * item));

  Dims lies, back(shape.size());
  for (int i = 0; i < order.size(); ++i) {
    lies.push_back(shape[static_cast<int>(order[i])]);
    back[static_cast<int>(order[i])] = i;
  }
  Array array = Array::empty(dtype, std::span<const std::int64_t>(lies));
  if (!bytes.empty()) std::memcpy(array.mutable_data(), bytes.data(), bytes.size());
  if (dtype == DType::boolean) {
    const auto is_neither = [](std::byte b) { return b > std::byte{1}; };
    if (std::ranges::any_of(bytes, is_neither)) ByteReader::refuse("a truth value is neither");
  }
  if (order != axes) array = array.view(permuted(array.layout(), back), 0);
  array.set_weak(is_weak);
  known_.push_back(array);
  return array;
}

}  // namespace wg
