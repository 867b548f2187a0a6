/// Python's strings, numbers, lists and dicts, a line each.
#pragma once

#include <string_view>

#include "bindings/guard.h"

namespace wg::bindings {

/// What a str says; "" of what is none, or cannot be encoded.
inline std::string_view text_of(PyObject* object) {
  if (!PyUnicode_Check(object)) return "";
  Py_ssize_t size = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(object, &size);
  if (!data) PyErr_Clear();
  return data ? std::string_view(data, static_cast<std::size_t>(size)) : std::string_view();
}

/// The entry of a dict, borrowed, or null.
inline PyObject* entry(PyObject* dict, PyObject* name) {
  PyObject* const found = PyDict_GetItemWithError(dict, name);
  if (!found && PyErr_Occurred()) throw PythonError();
  return found;
}

inline PyFunctionObject* function_of(PyObject* object) {
  return reinterpret_cast<PyFunctionObject*>(object);
}

inline Object text(std::string_view value) {
  return Object::take(
      PyUnicode_FromStringAndSize(value.data(), static_cast<Py_ssize_t>(value.size())));
}

inline void append(const Object& list, const Object& item) {
  checked(PyList_Append(list.get(), item.get()));
}

inline void set(const Object& dict, const char* name, const Object& value) {
  checked(PyDict_SetItemString(dict.get(), name, value.get()));
}

inline Object new_list() { return Object::take(PyList_New(0)); }
inline Object new_dict() { return Object::take(PyDict_New()); }
inline Object number(std::size_t value) { return Object::take(PyLong_FromSize_t(value)); }
inline Object number(std::int64_t value) { return Object::take(PyLong_FromLongLong(value)); }
inline Object number(double value) { return Object::take(PyFloat_FromDouble(value)); }

}  // namespace wg::bindings
