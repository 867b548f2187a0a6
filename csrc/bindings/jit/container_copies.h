/// Containers of arguments while a function is recorded: copies, with what stands for the leaves in
/// their places.
#pragma once

#include <vector>

#include "bindings/jit/captures.h"

namespace wg::bindings {

class ContainerCopies {
 public:
  struct Copy {
    Object given, copy;
    Object contents;  // as they were given: keys and values, or items
  };

  /// `leaves`: of all arguments, in order.
  ContainerCopies(std::span<const Object> leaves, const Captures& captures)
      : leaves_(leaves), captures_(captures) {}

  /// What the function is given in the place of the next argument.
  Object of(PyObject* object);
  /// Those that hold something else now than they were given, the inner ones first, as plain lists
  /// and dicts of what they hold. Fails where an object of a class does that is neither.
  std::vector<Copy> changed() const;
  /// Has a list or a dict hold what another one does.
  static void fill(PyObject* container, PyObject* contents);

 private:
  Object of_registered(PyObject* object);
  Object kept(PyObject* given, Object copy);

  const std::span<const Object> leaves_;
  const Captures& captures_;
  std::size_t next_ = 0;  // of the leaves
  std::vector<Copy> copies_;
};

}  // namespace wg::bindings
