#include "bindings/batch_axes.h"

#include "bindings/containers.h"
#include "core/error.h"

namespace wg::bindings {

void spread_axes(PyObject* axes, PyObject* tree, const char* what,
                 std::vector<std::optional<Py_ssize_t>>& out) {
  if (axes == Py_None || PyLong_Check(axes)) {
    std::optional<Py_ssize_t> axis;
    if (axes != Py_None) {
      axis = PyLong_AsSsize_t(axes);
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
  if ((PyList_Check(axes) || PyTuple_Check(axes)) && is_list) {
    if (PySequence_Fast_GET_SIZE(axes) != PySequence_Fast_GET_SIZE(tree)) {
      fail<ShapeError>("vmap: ", what, " has ", PySequence_Fast_GET_SIZE(axes),
                       " entries where there are ", PySequence_Fast_GET_SIZE(tree));
    }
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(tree); ++i) {
      spread_axes(PySequence_Fast_GET_ITEM(axes, i), PySequence_Fast_GET_ITEM(tree, i), what, out);
    }
  } else if (PyDict_Check(axes) && PyDict_CheckExact(tree)) {
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(tree, &at, &key, &value);) {
      PyObject* axis = PyDict_GetItemWithError(axes, key);
      if (!axis && PyErr_Occurred()) throw PythonError();
      if (!axis) mismatch();
      spread_axes(axis, value, what, out);
    }
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
