/// What stands between the brackets of x[...]: the items of a key, read against a shape.
#pragma once

#include <optional>
#include <vector>

#include "bindings/operands.h"
#include "core/error.h"

namespace wg::bindings {

/// One entry for each axis that a key takes or makes.
struct Item {
  enum class Kind { integer, slice, whole, newaxis, array, truth };
  Kind kind;
  int place;  // in the key: a mask of two axes makes two items of one place
  std::int64_t start = 0, count = 0, step = 1;  // of an integer or a slice
  Tensor array;                                 // integers
};

/// The number of axes of a boolean array; nothing of what is none.
std::optional<int> mask_axes(PyObject* item);

/// Counted from the front; fails outside of an axis of `size` elements.
inline std::int64_t position(std::int64_t i, int axis, std::int64_t size) {
  if (i < -size || i >= size) {
    fail<IndexRangeError>("index: ", i, " was given for axis ", axis, ", which has ", size,
                          " elements");
  }
  return i < 0 ? i + size : i;
}

/// Reads a key against the shape that it indexes.
class Key {
 public:
  Key(PyObject* key, std::span<const std::int64_t> shape);

  std::vector<Item> items;
  bool has_arrays = false;

 private:
  static int named_axes(PyObject* key);
  std::int64_t next_size() const;
  void add(PyObject* item, int missing);
  void add_integer(PyObject* item);
  void add_slice(PyObject* item);
  void add_array(PyObject* item);
  void add_mask(const Array& mask);
  void push_array(Tensor index);

  Shape shape_;
  int axis_ = 0;   // the next axis of x
  int place_ = 0;  // the next item of the key
};

}  // namespace wg::bindings
