#include "bindings/containers.h"

#include "bindings/foreign_arrays.h"
#include "bindings/object_arrays.h"
#include "bindings/operands.h"
#include "core/error.h"

namespace wg::bindings {
namespace {

bool is_leaf(PyObject* object) {
  return is_tensor(object) || PyFloat_Check(object) || PyLong_Check(object) ||
         PyArray_Check(object) || PyComplex_Check(object) || PyArray_IsScalar(object, Generic) ||
         PyUnicode_Check(object);
}

/// optree's (leaves, structure) of one object of a class that it knows; the children stay as they
/// are.
Object flatten_foreign(PyObject* tree) {
  const Object optree = Object::take(PyImport_ImportModule("optree"));
  const Object flatten_one_level =
      Object::take(PyObject_GetAttrString(optree.get(), "tree_flatten_one_level"));
  Object result = Object::own(PyObject_CallOneArg(flatten_one_level.get(), tree));
  if (!result && PyErr_ExceptionMatches(PyExc_ValueError))
    PyErr_Clear();  // it is a leaf there
  else if (!result)
    throw PythonError();
  return result;
}

bool may_be_foreign(PyObject* tree) {
  return !is_leaf(tree) && tree != Py_None && !PyCallable_Check(tree);
}

}  // namespace

Object registered_parts(PyObject* object) {
  static PyObject* const name = PyUnicode_InternFromString("optree");
  const Object module = Object::own(PyImport_GetModule(name));
  if (!module || !may_be_foreign(object)) return {};
  return flatten_foreign(object);
}

void flatten(PyObject* tree, std::vector<Object>& leaves) {
  if (is_leaf(tree)) return leaves.push_back(Object::share(tree));
  const Level level;
  if (PyTuple_CheckExact(tree)) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tree); ++i)
      flatten(PyTuple_GET_ITEM(tree, i), leaves);
  } else if (PyList_CheckExact(tree)) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(tree); ++i)
      flatten(PyList_GET_ITEM(tree, i), leaves);
  } else if (PyDict_CheckExact(tree)) {
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(tree, &at, &key, &value);) flatten(value, leaves);
  } else if (tree == Py_None) {
  } else if (const Object parts = may_be_foreign(tree) ? flatten_foreign(tree) : Object()) {
    const Object children = Object::take(PySequence_List(PyTuple_GET_ITEM(parts.get(), 0)));
    flatten(children.get(), leaves);
  } else {
    leaves.push_back(Object::share(tree));
  }
}

namespace {

[[noreturn]] void fail_of_form(const std::string& what, PyObject* like, PyObject* tree) {
  fail<DTypeError>(what, " is of type ", Py_TYPE(tree)->tp_name, "; one of type ",
                   Py_TYPE(like)->tp_name, " is needed");
}

void require_length(const std::string& what, Py_ssize_t given, Py_ssize_t needed) {
  if (given != needed) {
    fail<ShapeError>(what, " has ", given, " entries; ", needed, needed == 1 ? " is" : " are",
                     " needed");
  }
}

}  // namespace

void flatten_like(PyObject* like, PyObject* tree, const std::string& what,
                  std::vector<Object>& leaves) {
  const Level level;
  if (tree == Py_None) {
    std::vector<Object> still;
    flatten(like, still);
    leaves.resize(leaves.size() + still.size());
  } else if (PyTuple_CheckExact(like) || PyList_CheckExact(like)) {
    if (Py_TYPE(tree) != Py_TYPE(like)) fail_of_form(what, like, tree);
    const Py_ssize_t count = PySequence_Fast_GET_SIZE(like);
    require_length(what, PySequence_Fast_GET_SIZE(tree), count);
    for (Py_ssize_t i = 0; i < count; ++i) {
      flatten_like(PySequence_Fast_GET_ITEM(like, i), PySequence_Fast_GET_ITEM(tree, i), what,
                   leaves);
    }
  } else if (PyDict_CheckExact(like)) {
    if (!PyDict_CheckExact(tree)) fail_of_form(what, like, tree);
    require_length(what, PyDict_GET_SIZE(tree), PyDict_GET_SIZE(like));
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(like, &at, &key, &value);) {
      PyObject* part = PyDict_GetItemWithError(tree, key);
      if (!part && PyErr_Occurred()) throw PythonError();
      if (!part) {
        const Object text = Object::take(PyObject_Repr(key));
        fail<ShapeError>(what, " has no key ", PyUnicode_AsUTF8(text.get()),
                         "; the keys of what it belongs to are needed");
      }
      flatten_like(value, part, what, leaves);
    }
  } else if (like == Py_None) {
    fail_of_form(what, like, tree);
  } else if (const Object parts = may_be_foreign(like) ? flatten_foreign(like) : Object()) {
    if (Py_TYPE(tree) != Py_TYPE(like)) fail_of_form(what, like, tree);
    const Object others = flatten_foreign(tree);
    const Object children = Object::take(PySequence_List(PyTuple_GET_ITEM(parts.get(), 0)));
    const Object given = Object::take(PySequence_List(PyTuple_GET_ITEM(others.get(), 0)));
    flatten_like(children.get(), given.get(), what, leaves);
  } else {
    leaves.push_back(Object::share(tree));
  }
}

bool join_objects(std::vector<Object>& leaves) {
  bool has_joined = false;
  for (Object& leaf : leaves) {
    if (Object tensor = tensor_within(leaf.get())) {
      leaf = std::move(tensor);
      has_joined = true;
    }
    if (!is_object_array(leaf.get())) continue;
    auto* const objects = reinterpret_cast<PyArrayObject*>(leaf.get());
    if (!holds_tensors(objects)) continue;
    leaf = Object::take(wrap(joined(objects, "array")));
    has_joined = true;
  }
  return has_joined;
}

Object with_joined_objects(Object tree) {
  if (is_tensor(tree.get())) return tree;
  std::vector<Object> leaves;
  flatten(tree.get(), leaves);
  if (!join_objects(leaves)) return tree;
  auto next = leaves.begin();
  return Object::take(unflatten(tree.get(), next));
}

void read_views(PyObject* tree) {
  std::vector<Object> leaves;
  flatten(tree, leaves);
  for (const Object& leaf : leaves) {
    if (is_tensor(leaf.get())) read_in_place(leaf.get());
  }
}

PyObject* unflatten(PyObject* tree, std::vector<Object>::iterator& next) {
  if (is_leaf(tree)) return (next++)->release();
  const Level level;
  if (PyTuple_CheckExact(tree)) {
    Object out = Object::take(PyTuple_New(PyTuple_GET_SIZE(tree)));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tree); ++i) {
      PyTuple_SET_ITEM(out.get(), i, unflatten(PyTuple_GET_ITEM(tree, i), next));
    }
    return out.release();
  }
  if (PyList_CheckExact(tree)) {
    Object out = Object::take(PyList_New(PyList_GET_SIZE(tree)));
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(tree); ++i) {
      PyList_SET_ITEM(out.get(), i, unflatten(PyList_GET_ITEM(tree, i), next));
    }
    return out.release();
  }
  if (PyDict_CheckExact(tree)) {
    Object out = Object::take(PyDict_New());
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(tree, &at, &key, &value);) {
      const Object item = Object::take(unflatten(value, next));
      checked(PyDict_SetItem(out.get(), key, item.get()));
    }
    return out.release();
  }
  if (tree == Py_None) Py_RETURN_NONE;
  if (const Object parts = may_be_foreign(tree) ? flatten_foreign(tree) : Object()) {
    const Object children = Object::take(PySequence_List(PyTuple_GET_ITEM(parts.get(), 0)));
    const Object renewed = Object::take(unflatten(children.get(), next));
    const Object unflatten_one = Object::share(PyTuple_GET_ITEM(parts.get(), 3));
    return checked(PyObject_CallFunctionObjArgs(
        unflatten_one.get(), PyTuple_GET_ITEM(parts.get(), 1), renewed.get(), nullptr));
  }
  return (next++)->release();
}

Object form_of(PyObject* tree) {
  if (is_leaf(tree)) return Object::share(Py_False);
  std::vector<Object> leaves;
  flatten(tree, leaves);
  for (Object& leaf : leaves) leaf = Object::share(Py_False);
  auto next = leaves.begin();
  return Object::take(unflatten(tree, next));
}

}  // namespace wg::bindings
