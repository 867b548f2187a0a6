#include "bindings/protocols.h"

#include <string>

#include "bindings/calls.h"
#include "bindings/foreign_arrays.h"
#include "core/error.h"

namespace wg::bindings {
namespace {

// NumPy's function -> ours, a dict that wengert.numpy fills; a method of a ufunc is a tuple of
// both.
PyObject* routes = nullptr;

PyObject* known_route_of(PyObject* function) {
  PyObject* ours = PyDict_GetItemWithError(routes, function);  // borrowed
  if (!ours && PyErr_Occurred()) throw PythonError();
  return ours;
}

/// What is called for NumPy's function, borrowed; null if nothing is. The first look-up imports
/// wengert.numpy, which costs more than all the rest of wengert; if another thread is at it, the
/// import waits for that.
PyObject* route_of(PyObject* function) {
  if (PyObject* ours = known_route_of(function)) return ours;
  const Object deferred = Object::take(PyImport_ImportModule("wengert._deferred"));
  Object::take(PyObject_CallMethod(deferred.get(), "load", "s", "wengert.numpy"));
  return known_route_of(function);
}

/// Whether an object has this very one under a name.
bool is_attribute(PyObject* owner, PyObject* name, PyObject* object) {
  const Object found = Object::own(PyObject_GetAttr(owner, name));
  if (!found) PyErr_Clear();
  return found.get() == object;
}

PyObject* route_of_method(PyObject* ufunc, PyObject* method) {
  const Object key = Object::take(PyTuple_Pack(2, ufunc, method));
  return route_of(key.get());
}

/// What serves a ufunc of scipy.special, borrowed; null if nothing does. SciPy is not imported for
/// that: who calls such a ufunc has done so.
PyObject* special_function_for(PyObject* ufunc) {
  PyObject* const modules = PyImport_GetModuleDict();  // borrowed
  PyObject* const theirs = PyDict_GetItemString(modules, "scipy.special");
  const Object name = Object::take(PyObject_GetAttrString(ufunc, "__name__"));
  if (!theirs || !is_attribute(theirs, name.get(), ufunc)) return nullptr;
  const Object deferred = Object::take(PyImport_ImportModule("wengert._deferred"));
  const Object special =
      Object::take(PyObject_CallMethod(deferred.get(), "load", "s", "wengert.scipy.special"));
  const Object ours = Object::own(PyObject_GetAttr(special.get(), name.get()));
  if (!ours) {
    PyErr_Clear();
    return nullptr;
  }
  checked(PyDict_SetItem(routes, ufunc, ours.get()));
  return known_route_of(ufunc);
}

/// As people write it: np.linalg.inv, scipy.special.gamma.
std::string label_of(PyObject* function) {
  const Object name = Object::take(PyObject_GetAttrString(function, "__name__"));
  const std::string text = PyUnicode_AsUTF8(name.get());
  const Object module = Object::own(PyObject_GetAttrString(function, "__module__"));
  PyErr_Clear();
  if (module && PyUnicode_Check(module.get())) {
    std::string path = PyUnicode_AsUTF8(module.get());
    if (path.starts_with("numpy")) path.replace(0, 5, "np");
    return path + "." + text;
  }
  const Object numpy = Object::take(PyImport_ImportModule("numpy"));
  return (PyObject_HasAttrString(numpy.get(), text.c_str()) ? "np." : "") + text;
}

[[noreturn]] void refuse(PyObject* function, const char* method) {
  const bool is_call = std::string_view(method) == "__call__";
  fail<DTypeError>(
      label_of(function), is_call ? "" : ".", is_call ? "" : method,
      ": is not supported on Tensors; wengert.numpy and wengert.scipy have the functions that are, "
      "and wengert.primitive makes one of any code whose derivative you state");
}

/// Tensor.__array_ufunc__(ufunc, method, *inputs, **keywords).
PyObject* array_ufunc(PyObject*, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  return guarded([&]() -> PyObject* {
    PyObject* ufunc = args[0];
    const char* method = PyUnicode_AsUTF8(args[1]);
    const bool is_call = method[0] == '_';
    PyObject* ours = is_call ? route_of(ufunc) : route_of_method(ufunc, args[1]);
    if (!ours && is_call) ours = special_function_for(ufunc);
    if (!ours) refuse(ufunc, method);
    return PyObject_Vectorcall(ours, args + 2, static_cast<std::size_t>(count - 2), names);
  });
}

/// Tensor.__array_function__(function, types, args, keywords).
PyObject* array_function(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return guarded([&]() -> PyObject* {
    if (count != 4) fail<DTypeError>("__array_function__: four arguments are needed");
    PyObject* ours = route_of(args[0]);
    if (!ours) refuse(args[0], "__call__");
    return PyObject_Call(ours, args[2], args[3]);
  });
}

PyObject* route(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return guarded([&]() -> PyObject* {
    if (count != 2) fail<DTypeError>("route: two arguments are needed");
    checked(PyDict_SetItem(routes, args[0], args[1]));
    Py_RETURN_NONE;
  });
}

PyObject* is_sparse_matrix(PyObject*, PyObject* object) {
  return guarded([&] { return PyBool_FromLong(is_sparse(object)); });
}

PyMethodDef protocols_functions[] = {
    {"is_sparse", is_sparse_matrix, METH_O,
     "is_sparse(x, /)\n--\n\nWhether it is a sparse matrix or array of SciPy."},
    {"route", as_method(route), METH_FASTCALL,
     "route(function, ours, /)\n--\n\nCall `ours` where NumPy's `function`, or (ufunc, method), is "
     "called on a Tensor."},
    {}};

}  // namespace

void add_protocol_methods(std::vector<PyMethodDef>& methods) {
  methods.insert(
      methods.end(),
      {{"__array_ufunc__", as_method(array_ufunc), METH_FASTCALL | METH_KEYWORDS, nullptr},
       {"__array_function__", as_method(array_function), METH_FASTCALL, nullptr}});
}

void add_protocols(PyObject* module) {
  routes = checked(PyDict_New());
  checked(PyModule_AddFunctions(module, protocols_functions));
}

}  // namespace wg::bindings
