/// Which arguments of a call see the same memory, though they are not the same object.
#pragma once

#include <vector>

#include "bindings/jit/pattern.h"
#include "primitives/storage.h"

namespace wg::bindings {

/// For each argument the first that shares memory with it, or the place of its gradient: itself, if
/// there is none before it.
std::vector<std::size_t> firsts_that_share(const Leaves& arguments);

/// For each leaf the first that is the same object; none if all are arguments, of which the
/// signature tells.
std::vector<std::size_t> firsts_that_are_same(const Leaves& leaves, std::size_t argument_count);

/// Whether the memory of two arrays overlaps.
bool do_share_memory(PyObject* one, PyObject* other);
/// Whether several elements of an array may be one.
bool may_overlap_itself(PyObject* array);

/// Arrays of one dtype that overlap, as parts of one flat array.
struct Flat {
  struct Part {
    Ref<Layout> layout;
    std::int64_t offset;
  };

  /// Fails if the elements of one do not lie among those of the others.
  explicit Flat(std::span<PyArrayObject* const> arrays);

  Array value;  // a copy
  std::vector<Part> parts;
};

}  // namespace wg::bindings
