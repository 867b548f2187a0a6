#include "bindings/batch_axes.h"

#include "bindings/containers.h"
#include "core/error.h"

namespace wg::bindings {

bool is_axis(PyObject* object) { return PyLong_Check(object) || PyArray_IsScalar(object, Integer); }

void spread_axes(PyObject* axes, PyObject* tree, const char* what,
                 std::vector<std::optional<Py_ssize_t>>& out) {
  if (axes == Py_None || is_axis(axes)) {
    std::optional<Py_ssize_t> axis;
    if (axes != Py_None) {
      axis = PyNumber_AsSsize_t(axes, PyExc_OverflowError);
      if (*axis == -1 && PyErr_Occurred()) throw PythonError();
    }
    std::vector<Object> leaves;
    flatten(tree, leaves);
    out.insert(out.end(), leaves.size(), axis);
    return;
  }
  const auto mismatch = [&] {
    fail<ShapeError>("vmap: ", what, " is a ", Py_TYPE(axes)->tp_name, " where there is a ",
                     Py_TYPE(tree)->tp_name,
                     "; an integer, None, or a container of the same form is needed");
  };
  const bool is_list = PyList_Check(tree) || PyTuple_Check(tree);
  const auto require_length = [&](Py_ssize_t given, Py_ssize_t needed) {
    if (given == needed) return;
    fail<ShapeError>("vmap: ", what, " has ", given, " entries where there are ", needed);
  };
  if ((PyList_Check(axes) || PyTuple_Check(axes)) && is_list) {
    require_length(PySequence_Fast_GET_SIZE(axes), PySequence_Fast_GET_SIZE(tree));
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(tree); ++i) {
      spread_axes(PySequence_Fast_GET_ITEM(axes, i), PySequence_Fast_GET_ITEM(tree, i), what, out);
    }
  } else if (PyDict_Check(axes) && PyDict_CheckExact(tree)) {
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(tree, &at, &key, &value);) {
      PyObject* axis = PyDict_GetItemWithError(axes, key);
      if (!axis && PyErr_Occurred()) throw PythonError();
      if (!axis) {
        const Object text = Object::take(PyObject_Repr(key));
        fail<ShapeError>("vmap: ", what, " has no key ", PyUnicode_AsUTF8(text.get()),
                         "; the keys of what it belongs to are needed");
      }
      spread_axes(axis, value, what, out);
    }
    require_length(PyDict_GET_SIZE(axes), PyDict_GET_SIZE(tree));
  } else {
    mismatch();
  }
}

int normalized(Py_ssize_t axis, int rank, const char* what) {
  if (axis < -rank || axis >= rank) {
    fail<ShapeError>("vmap: ", what, " holds ", axis, " for an array of ", rank,
                     " axes; an axis of it is needed");
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

}  // namespace wg::bindings
