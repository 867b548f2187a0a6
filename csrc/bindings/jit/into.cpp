#include "bindings/jit/into.h"

#include <algorithm>
#include <cstring>

#include "bindings/numpy_api.h"
#include "bindings/numpy_arrays.h"
#include "bindings/numpy_dtypes.h"

namespace wg::bindings {
namespace {

/// The bytes that an array's elements are in.
struct ByteRange {
  const std::byte* begin;
  const std::byte* end;

  bool meets(const ByteRange& other) const { return begin < other.end && other.begin < end; }
};

ByteRange range_of(const Array& x) {
  if (x.size() == 0) return {nullptr, nullptr};
  std::int64_t low = 0, high = 1;
  const auto shape = x.shape(), strides = x.layout().strides();
  for (std::size_t k = 0; k < shape.size(); ++k) {
    const std::int64_t last = (shape[k] - 1) * strides[k];
    (last < 0 ? low : high) += last;
  }
  const auto item = static_cast<std::int64_t>(item_size(x.dtype()));
  return {x.data() + low * item, x.data() + high * item};
}

PyArrayObject* as_array(const Object& leaf) {
  return PyArray_Check(leaf.get()) ? reinterpret_cast<PyArrayObject*>(leaf.get()) : nullptr;
}

/// Whether elements of that type can be written to the array as they are.
bool suits(PyArrayObject* array, const Type& type) {
  if (!array || !PyArray_ISCARRAY(array) || PyArray_NDIM(array) != type.ndim()) return false;
  const std::span<const npy_intp> shape(PyArray_DIMS(array), static_cast<std::size_t>(type.ndim()));
  return dtype_of_number(PyArray_TYPE(array)) == type.dtype &&
         std::ranges::equal(shape, type.shape());
}

}  // namespace

Destinations::Destinations(std::span<const Object> leaves, std::span<const Type> types,
                           std::span<const Array> inputs, const Program& program) {
  std::vector<ByteRange> taken;
  for (const Array& input : inputs) taken.push_back(range_of(input));
  for (const auto& [slot, value] : program.constants) {
    if (value.is_borrowed()) taken.push_back(range_of(value));
  }
  std::vector<Array> arrays;
  for (std::size_t k = 0; k < types.size(); ++k) {
    PyArrayObject* const array = as_array(leaves[k]);
    if (!suits(array, types[k])) return;
    const auto* const data = static_cast<const std::byte*>(PyArray_DATA(array));
    const ByteRange range{data, data + bytes_of(types[k])};
    const auto meets = [&](const ByteRange& other) { return range.meets(other); };
    if (std::ranges::any_of(taken, meets)) return;
    taken.push_back(range);
    // A small one would be copied.
    Array own = array_of(array, "into");
    arrays.push_back(own.is_borrowed() ? std::move(own) : Array());
  }
  leaves_.assign(leaves.begin(), leaves.end());
  arrays_ = std::move(arrays);
}

void Destinations::finish(std::span<const Array> results) const {
  for (std::size_t k = 0; k < arrays_.size(); ++k) {
    if (arrays_[k].is_defined()) continue;
    PyArrayObject* const array = as_array(leaves_[k]);
    const auto bytes = static_cast<std::size_t>(PyArray_NBYTES(array));
    if (bytes > 0) std::memcpy(PyArray_DATA(array), results[k].data(), bytes);
  }
}

}  // namespace wg::bindings
