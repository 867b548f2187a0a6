#include "bindings/jit/libraries.h"

#include <string>
#include <string_view>

#include "bindings/origin.h"
#include "bindings/python_values.h"

namespace wg::bindings {
namespace {

/// Where the files of Python itself are.
std::string_view standard_library() {
  static const std::string directory = [] {
    const Object module = Object::take(PyImport_ImportModule("os"));
    const Object file = Object::take(PyObject_GetAttrString(module.get(), "__file__"));
    std::string path = PyUnicode_AsUTF8(file.get());
    return path.substr(0, path.find_last_of("/\\") + 1);
  }();
  return directory;
}

/// The file of a module, or a directory of a package that has none; empty if there is neither.
Object file_of(PyObject* globals) {
  PyObject* const file = PyDict_GetItemString(globals, "__file__");
  if (file && PyUnicode_Check(file)) return Object::share(file);
  PyObject* const directories = PyDict_GetItemString(globals, "__path__");
  const Object list = Object::own(directories ? PySequence_List(directories) : nullptr);
  PyErr_Clear();
  if (!list || PyList_GET_SIZE(list.get()) == 0) return {};
  PyObject* const first = PyList_GET_ITEM(list.get(), 0);
  return PyUnicode_Check(first) ? Object::share(first) : Object();
}

std::string_view module_of(PyTypeObject* type) {
  PyObject* const name = PyDict_GetItemString(dict_of_type(type), "__module__");
  return name ? text_of(name) : std::string_view();
}

}  // namespace

PyObject* dict_of_type(PyTypeObject* type) {
#if PY_VERSION_HEX >= 0x030c0000
  PyObject* const dict = PyType_GetDict(type);
  Py_XDECREF(dict);  // the type has it
  return dict;
#else
  return type->tp_dict;
#endif
}

bool is_of_library(PyObject* globals) {
  const Object file = file_of(globals);
  if (!file) {
    PyObject* const spec = PyDict_GetItemString(globals, "__spec__");
    return spec && spec != Py_None;
  }
  const std::string_view path = text_of(file.get());
  return path.starts_with(library_root()) || path.starts_with(standard_library()) ||
         path.find("-packages/") != path.npos || path.find("-packages\\") != path.npos;
}

bool is_of_user(PyTypeObject* type) {
  if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) return false;
  PyObject* const name = PyDict_GetItemString(dict_of_type(type), "__module__");
  PyObject* const modules = PyImport_GetModuleDict();
  PyObject* const module = name ? PyDict_GetItemWithError(modules, name) : nullptr;
  return !module || !PyModule_Check(module) || !is_of_library(PyModule_GetDict(module));
}

bool is_container_in_python(PyTypeObject* type) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
    auto* const base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(type->tp_mro, i));
    if (!PyType_HasFeature(base, Py_TPFLAGS_HEAPTYPE)) continue;
    const std::string_view module = module_of(base);
    if (module == "collections" || module == "weakref" || module == "queue") return true;
  }
  return false;
}

bool has_methods_of_library(PyTypeObject* type) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
    auto* const base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(type->tp_mro, i));
    if (!PyType_HasFeature(base, Py_TPFLAGS_HEAPTYPE) || is_of_user(base)) continue;
    PyObject* const name = PyDict_GetItemString(dict_of_type(base), "__module__");
    PyObject* const module = PyDict_GetItemWithError(PyImport_GetModuleDict(), name);
    const Object file = file_of(PyModule_GetDict(module));
    if (file && !text_of(file.get()).starts_with(standard_library())) {
      return true;
    }
  }
  return false;
}

}  // namespace wg::bindings
