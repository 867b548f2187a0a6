#include "bindings/jit/shared_memory.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "bindings/jit/place.h"
#include "bindings/leaves.h"
#include "core/copy.h"
#include "core/error.h"

namespace wg::bindings {
namespace {

/// The bytes between the first and the last of an array.
struct Range {
  const char *begin, *end;
};

Range range_of(PyArrayObject* array) {
  const char* begin = PyArray_BYTES(array);
  const char* end = begin + PyArray_ITEMSIZE(array);
  for (int i = 0; i < PyArray_NDIM(array); ++i) {
    const npy_intp length = PyArray_DIM(array, i), stride = PyArray_STRIDE(array, i);
    if (length == 0) return {begin, begin};
    (stride < 0 ? begin : end) += (length - 1) * stride;
  }
  return {begin, end};
}

/// Arguments that are found to share memory, joined pair by pair.
class Sets {
 public:
  explicit Sets(std::size_t count) : firsts_(count) {
    std::iota(firsts_.begin(), firsts_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t k) const {
    while (firsts_[k] != k) k = firsts_[k];
    return k;
  }
  void join(std::size_t one, std::size_t other) {
    one = find(one);
    other = find(other);
    firsts_[std::max(one, other)] = std::min(one, other);
  }
  std::vector<std::size_t> firsts() const {
    std::vector<std::size_t> all;
    for (std::size_t k = 0; k < firsts_.size(); ++k) all.push_back(find(k));
    return all;
  }

 private:
  std::vector<std::size_t> firsts_;
};

}  // namespace

bool do_share_memory(PyObject* one, PyObject* other) {
  const Range mine = range_of(reinterpret_cast<PyArrayObject*>(one));
  const Range its = range_of(reinterpret_cast<PyArrayObject*>(other));
  return mine.begin < its.end && its.begin < mine.end;
}

bool may_overlap_itself(PyObject* object) {
  auto* const array = reinterpret_cast<PyArrayObject*>(object);
  if (PyArray_IS_C_CONTIGUOUS(array) || PyArray_IS_F_CONTIGUOUS(array)) return false;
  std::vector<std::pair<npy_intp, npy_intp>> axes;  // strides and lengths
  for (int i = 0; i < PyArray_NDIM(array); ++i) {
    if (PyArray_DIM(array, i) == 0) return false;
    if (PyArray_DIM(array, i) == 1) continue;
    axes.emplace_back(std::abs(PyArray_STRIDE(array, i)), PyArray_DIM(array, i));
  }
  std::ranges::sort(axes);
  npy_intp extent = PyArray_ITEMSIZE(array);  // of the axes before
  for (const auto& [stride, length] : axes) {
    if (stride < extent) return true;
    extent += (length - 1) * stride;
  }
  return false;
}

std::vector<std::size_t> firsts_that_share(const Leaves& arguments) {
  Sets sets(arguments.size());
  std::unordered_map<const void*, std::size_t> seen;
  const auto see = [&](const void* memory, std::size_t k) {
    if (const auto [found, is_new] = seen.try_emplace(memory, k); !is_new)
      sets.join(found->second, k);
  };
  std::vector<std::pair<Range, std::size_t>> arrays;
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    PyObject* const object = arguments[k].get();
    if (is_tensor(object)) {
      see(Place::memory(object).identity(), k);
      if (const GradientCell* cell = cell_of(memory_of(object))) see(cell, k);
    } else if (PyArray_Check(object)) {
      const Range range = range_of(reinterpret_cast<PyArrayObject*>(object));
      if (range.begin < range.end) arrays.emplace_back(range, k);
    }
  }
  std::ranges::sort(arrays, {}, [](const auto& own) { return own.first.begin; });
  for (std::size_t i = 1; i < arrays.size(); ++i) {
    Range& range = arrays[i].first;
    const Range& before = arrays[i - 1].first;
    if (range.begin < before.end) sets.join(arrays[i].second, arrays[i - 1].second);
    range.end = std::max(range.end, before.end);
  }
  return sets.firsts();
}

std::vector<std::size_t> firsts_that_are_same(const Leaves& leaves, std::size_t argument_count) {
  std::vector<std::size_t> firsts;
  if (leaves.size() == argument_count) return firsts;
  std::unordered_map<const PyObject*, std::size_t> seen;
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    PyObject* const leaf = leaves[k].get();
    const bool is_memory = is_tensor(leaf) || PyArray_Check(leaf);
    firsts.push_back(is_memory ? seen.try_emplace(leaf, k).first->second : k);
  }
  return firsts;
}

Flat::Flat(std::span<PyArrayObject* const> arrays) {
  Range all = range_of(arrays[0]);
  for (PyArrayObject* array : arrays) {
    const Range own = range_of(array);
    all = {std::min(all.begin, own.begin), std::max(all.end, own.end)};
  }
  const npy_intp item = PyArray_ITEMSIZE(arrays[0]);
  const auto count = [&](npy_intp bytes, bool is_alike = true) {
    if (!is_alike || bytes % item != 0) {
      fail<TraceError>(
          "jit: arguments that share memory are written to, and the elements of one do not lie "
          "among those of the other; give the function copies, or call it under no_jit()");
    }
    return static_cast<std::int64_t>(bytes / item);
  };
  npy_intp length = count(all.end - all.begin), stride = item;
  for (PyArrayObject* array : arrays) {
    (void)count(0, PyArray_TYPE(array) == PyArray_TYPE(arrays[0]));
    Dims strides;
    for (int i = 0; i < PyArray_NDIM(array); ++i)
      strides.push_back(count(PyArray_STRIDE(array, i)));
    const std::span<const npy_intp> shape(PyArray_DIMS(array),
                                          static_cast<std::size_t>(PyArray_NDIM(array)));
    parts.push_back(
        {Layout::strided(Shape(shape), strides), count(PyArray_BYTES(array) - all.begin)});
  }
  const Object flat =
      Object::take(PyArray_New(&PyArray_Type, 1, &length, PyArray_TYPE(arrays[0]), &stride,
                               const_cast<char*>(all.begin), 0, 0, nullptr));
  value = copy_of(operand_of(flat.get(), "jit").value);
}

}  // namespace wg::bindings
