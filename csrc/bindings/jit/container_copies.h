/// Containers of arguments while a function is recorded: copies, with what stands for the leaves in
/// their places.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "bindings/jit/captures.h"

namespace wg::bindings {

class ContainerCopies {
 public:
  struct Copy {
    Object given, copy;
    Object contents;     // as they were given: keys and values, or items
    std::size_t leaves;  // in it
  };

  /// `leaves`: of all arguments, in order.
  ContainerCopies(std::span<const Object> leaves, const Captures& captures)
      : leaves_(leaves), captures_(captures) {}

  /// What the function is given in the place of the next argument. What is there twice has one
  /// copy.
  Object of(PyObject* object);
  /// Those that hold something else now than they were given, the inner ones first, as plain lists
  /// and dicts of what they hold. Fails where an object of a class does that is neither.
  std::vector<Copy> changed() const;
  /// Has a list or a dict hold what another one does.
  static void fill(PyObject* container, PyObject* contents);
  /// What was made like `tree`, with the caller's containers in the places of their copies.
  Object with_given(PyObject* tree, Object made) const;

 private:
  Object of_registered(PyObject* object, std::size_t first);
  Object kept(PyObject* given, Object copy, std::size_t first);

  const std::span<const Object> leaves_;
  const Captures& captures_;
  std::size_t next_ = 0;  // of the leaves
  std::vector<Copy> copies_;
  std::unordered_map<PyObject*, std::size_t> numbers_;  // of those of containers
};

}  // namespace wg::bindings
