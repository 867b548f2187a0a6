/// Nested containers of arrays, taken apart and put together again.
#pragma once

#include <string>
#include <vector>

#include "bindings/guard.h"

namespace wg::bindings {

/// Containers in containers, up to Python's own limit of recursion.
class Level {
 public:
  Level() { checked(Py_EnterRecursiveCall(" in a nested container") ? -1 : 0); }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  ~Level() { Py_LeaveRecursiveCall(); }
};

/// The arrays and numbers in nested tuples, lists, dicts, namedtuples and classes registered with
/// optree, in order; borrowed from `tree`. None is a container of nothing.
void flatten(PyObject* tree, std::vector<Object>& leaves);

/// The parts of `tree` that stand where `like` has its leaves, in the order of those; null for all
/// that is below a None. `what` begins the error of a tree of another form.
void flatten_like(PyObject* like, PyObject* tree, const std::string& what,
                  std::vector<Object>& leaves);

/// What optree, if it is in use, knows of an object of a registered class: (children, metadata,
/// entries, a function of metadata and children). Empty of others.
Object registered_parts(PyObject* object);

/// Puts Tensors in the places of arrays of objects that hold Tensors, and of other libraries'
/// containers that do; false if there are none.
bool join_objects(std::vector<Object>& leaves);

/// The same of what a function returned, while what it recorded can still be added to.
Object with_joined_objects(Object tree);

/// Reads the views among them again that show what other names have written since, which is
/// recorded where it happens.
void read_views(PyObject* tree);

/// A container like `tree` that stays as it is when that changes, to unflatten by.
Object form_of(PyObject* tree);

/// A container like `tree` of the next leaves, which are taken from `next` on.
PyObject* unflatten(PyObject* tree, std::vector<Object>::iterator& next);

}  // namespace wg::bindings
