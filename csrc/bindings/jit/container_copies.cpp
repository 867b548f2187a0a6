#include "bindings/jit/container_copies.h"

#include <algorithm>

#include "bindings/containers.h"
#include "bindings/jit/signature.h"
#include "core/error.h"

namespace wg::bindings {
namespace {

/// What a container holds, in order, as a list: of a registered class all leaves, since its parts
/// may be made when they are asked for.
Object contents_of(PyObject* object) {
  if (PyList_CheckExact(object)) return Object::take(PySequence_List(object));
  if (PyDict_Check(object)) {
    Object all = Object::take(PyDict_Keys(object));
    const Object values = Object::take(PyDict_Values(object));
    return Object::take(PySequence_InPlaceConcat(all.get(), values.get()));
  }
  std::vector<Object> leaves;
  flatten(object, leaves);
  Object all = Object::take(PyList_New(0));
  for (const Object& leaf : leaves) checked(PyList_Append(all.get(), leaf.get()));
  return all;
}

/// The very same objects.
bool are_same(PyObject* one, PyObject* other) {
  if (PyList_GET_SIZE(one) != PyList_GET_SIZE(other)) return false;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(one); ++i) {
    if (PyList_GET_ITEM(one, i) != PyList_GET_ITEM(other, i)) return false;
  }
  return true;
}

}  // namespace

Object ContainerCopies::kept(PyObject* given, Object copy, std::size_t first) {
  numbers_[given] = copies_.size();
  copies_.push_back({Object::share(given), copy, contents_of(copy.get()), next_ - first});
  return copy;
}

Object ContainerCopies::of(PyObject* object) {
  if (next_ < leaves_.size() && leaves_[next_].get() == object) {
    return captures_.argument(next_++);
  }
  if (Pattern::is_constant(object)) return Object::share(object);
  const Level level;
  if (const auto known = numbers_.find(object); known != numbers_.end()) {
    next_ += copies_[known->second].leaves;
    return copies_[known->second].copy;
  }
  const std::size_t first = next_;
  if (PyDict_CheckExact(object)) {
    Object out = Object::take(PyDict_New());
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(object, &at, &key, &value);) {
      checked(PyDict_SetItem(out.get(), key, of(value).get()));
    }
    return kept(object, std::move(out), first);
  }
  if (!is_container(object)) return of_registered(object, first);
  Object list = Object::take(PyList_New(PySequence_Fast_GET_SIZE(object)));
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i) {
    PyList_SET_ITEM(list.get(), i, of(PySequence_Fast_GET_ITEM(object, i)).release());
  }
  if (PyList_CheckExact(object)) return kept(object, std::move(list), first);
  if (PyTuple_CheckExact(object)) return Object::take(PyList_AsTuple(list.get()));
  auto* const type = reinterpret_cast<PyObject*>(Py_TYPE(object));
  return Object::take(PyObject_CallMethod(type, "_make", "O", list.get()));
}

Object ContainerCopies::of_registered(PyObject* object, std::size_t first) {
  const Object found = registered_parts(object);
  if (!found) return Object::share(object);
  const Object children = Object::take(PySequence_List(PyTuple_GET_ITEM(found.get(), 0)));
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(children.get()); ++i) {
    Object child = of(PyList_GET_ITEM(children.get(), i));
    checked(PyList_SetItem(children.get(), i, child.release()));
  }
  return kept(object,
              Object::take(PyObject_CallFunctionObjArgs(PyTuple_GET_ITEM(found.get(), 3),
                                                        PyTuple_GET_ITEM(found.get(), 1),
                                                        children.get(), nullptr)),
              first);
}

std::vector<ContainerCopies::Copy> ContainerCopies::changed() const {
  std::vector<Copy> all;
  for (const Copy& own : copies_) {
    if (are_same(contents_of(own.copy.get()).get(), own.contents.get())) continue;
    PyObject* const given = own.given.get();
    const bool is_dict = PyDict_Check(given), is_list = PyObject_HasAttrString(given, "extend");
    if (!is_dict && !is_list) {
      fail<TraceError>("jit: the function changes an object of type ", Py_TYPE(given)->tp_name,
                       " that it was given; return a changed one, or call it in no_jit()");
    }
    PyObject* const copy = own.copy.get();
    all.push_back({own.given, Object::take(is_dict ? PyDict_Copy(copy) : PySequence_List(copy)),
                   own.contents, own.leaves});
  }
  return all;
}

Object ContainerCopies::with_given(PyObject* tree, Object made) const {
  for (const Copy& own : copies_) {
    if (own.copy.get() == tree) return own.given;
  }
  const Level level;
  if (PyDict_CheckExact(tree)) {
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(tree, &at, &key, &value);) {
      const Object part = Object::share(PyDict_GetItemWithError(made.get(), key));
      checked(PyDict_SetItem(made.get(), key, with_given(value, part).get()));
    }
  } else if (PyList_CheckExact(tree) || PyTuple_CheckExact(tree)) {
    Object parts = Object::take(PySequence_List(made.get()));
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(tree); ++i) {
      Object part = Object::share(PyList_GET_ITEM(parts.get(), i));
      part = with_given(PySequence_Fast_GET_ITEM(tree, i), std::move(part));
      checked(PyList_SetItem(parts.get(), i, part.release()));
    }
    return PyList_CheckExact(tree) ? parts : Object::take(PyList_AsTuple(parts.get()));
  }
  return made;
}

void ContainerCopies::fill(PyObject* container, PyObject* contents) {
  const char* const add = PyDict_Check(container) ? "update" : "extend";
  (void)Object::take(PyObject_CallMethod(container, "clear", nullptr));
  (void)Object::take(PyObject_CallMethod(container, add, "O", contents));
}

}  // namespace wg::bindings
