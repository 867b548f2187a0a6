#include "bindings/protocols.h"

#include <string>

#include "bindings/calls.h"
#include "core/error.h"
#include "primitives/registry.h"

namespace wg::bindings {
namespace {

PyObject* routes = nullptr;  // NumPy's function -> ours, a dict
PyObject* core_module = nullptr;

PyObject* route_of(PyObject* function) {
  return PyDict_GetItemWithError(routes, function);  // borrowed
}

/// A function of a formula that NumPy does not have: scipy.special.expit, say.
PyObject* formula_named_like(PyObject* ufunc) {
  const Object name = Object::take(PyObject_GetAttrString(ufunc, "__name__"));
  const std::string_view text = PyUnicode_AsUTF8(name.get());
  for (const Primitive* primitive : registry()) {
    if (!primitive->elementwise || primitive->name != text) continue;
    const Object ours = Object::take(PyObject_GetAttr(core_module, name.get()));
    checked(PyDict_SetItem(routes, ufunc, ours.get()));
    return route_of(ufunc);
  }
  return nullptr;
}

/// As people write it: np.linalg.inv, scipy.special.gamma.
std::string label_of(PyObject* function) {
  const Object name = Object::take(PyObject_GetAttrString(function, "__name__"));
  const std::string text = PyUnicode_AsUTF8(name.get());
  const Object module = Object::share(PyObject_GetAttrString(function, "__module__"));
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
      ": is not supported on Tensors; see wengert.numpy for the functions that are, or use "
      ".detach().numpy() where the derivative is meant to end");
}

/// ufunc.at(...): one function of ours for all ufuncs, which is given the ufunc.
PyObject* call_at(PyObject* ufunc, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  const Object key = Object::take(PyUnicode_InternFromString("at"));
  std::vector<PyObject*> given(args + 1, args + count + (names ? PyTuple_GET_SIZE(names) : 0));
  given[0] = ufunc;
  return PyObject_Vectorcall(route_of(key.get()), given.data(), static_cast<std::size_t>(count - 1),
                             names);
}

/// Tensor.__array_ufunc__(ufunc, method, *inputs, **keywords).
PyObject* array_ufunc(PyObject*, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  return guarded([&]() -> PyObject* {
    PyObject* ufunc = args[0];
    const char* method = PyUnicode_AsUTF8(args[1]);
    if (std::string_view(method) == "at") return call_at(ufunc, args, count, names);
    PyObject* ours = method[0] == '_' ? route_of(ufunc) : nullptr;
    if (!ours && PyErr_Occurred()) throw PythonError();
    if (!ours && method[0] == '_') ours = formula_named_like(ufunc);
    if (!ours) refuse(ufunc, method);
    return PyObject_Vectorcall(ours, args + 2, static_cast<std::size_t>(count - 2), names);
  });
}

/// Tensor.__array_function__(function, types, args, keywords).
PyObject* array_function(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return guarded([&]() -> PyObject* {
    if (count != 4) fail<DTypeError>("__array_function__: four arguments are needed");
    PyObject* ours = route_of(args[0]);
    if (!ours) {
      if (PyErr_Occurred()) throw PythonError();
      refuse(args[0], "__call__");
    }
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

PyMethodDef functions[] = {
    {"route", as_method(route), METH_FASTCALL,
     "route(function, ours, /)\n--\n\nCall `ours` where NumPy's `function` is called on a Tensor; "
     "\"at\" stands for that method of every ufunc, which `ours` is given first."},
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
  core_module = module;
  const Object numpy = Object::take(PyImport_ImportModule("numpy"));
  for (const Primitive* primitive : registry()) {
    if (!primitive->elementwise) continue;
    const std::string name(primitive->name);
    const Object ufunc = Object::share(PyObject_GetAttrString(numpy.get(), name.c_str()));
    if (!ufunc) {
      PyErr_Clear();  // a formula that NumPy does not have
      continue;
    }
    const Object ours = Object::take(PyObject_GetAttrString(module, name.c_str()));
    checked(PyDict_SetItem(routes, ufunc.get(), ours.get()));
  }
  checked(PyModule_AddFunctions(module, functions));
}

}  // namespace wg::bindings
