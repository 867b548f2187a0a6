#include "bindings/scipy_functions.h"

#include <string>

#include "bindings/calls.h"
#include "core/error.h"

namespace wg::bindings {
namespace {

/// The dict in which a module of Cython keeps what it offers in C: name -> capsule, whose own name
/// is the declaration.
Object functions_in_c(std::string_view needed_for) {
  const Object module = Object::own(PyImport_ImportModule("scipy.special.cython_special"));
  if (!module) {
    if (!PyErr_ExceptionMatches(PyExc_ImportError)) throw PythonError();
    PyErr_Clear();
    fail<EnvironmentError>(needed_for,
                           ": SciPy computes this, and it is not installed; pip install "
                           "'wengert[scipy]' brings it");
  }
  return Object::take(PyObject_GetAttrString(module.get(), "__pyx_capi__"));
}

/// Earlier SciPys have long where later ones have Py_ssize_t.
bool is_long(std::string_view type) {
  return sizeof(long) == sizeof(Py_ssize_t) && type.starts_with("long") &&
         !type.starts_with("long double");
}

/// A declaration as Cython writes it, in the letters of HostFunction.
std::string signature_of(std::string_view declaration) {
  std::string letters;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= declaration.size(); ++i) {
    if (i != declaration.size() && declaration[i] != ',' && declaration[i] != '(' &&
        declaration[i] != ')')
      continue;
    std::string_view part = declaration.substr(begin, i - begin);
    begin = i + 1;
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.empty()) continue;
    const bool is_pointer = part.find('*') != std::string_view::npos;
    letters += part.starts_with("void")                     ? 'v'
               : part.starts_with("double")                 ? 'd'
               : part.starts_with("__pyx_t_double_complex") ? 'c'
               : part.starts_with("Py_ssize_t")             ? 'i'
               : is_long(part)                              ? 'i'
               : part.starts_with("int __pyx_skip")         ? 's'
               : part.starts_with("struct") && is_pointer   ? 'o'
                                                            : '?';
    if (is_pointer && letters.back() != 'o') letters += '*';
  }
  return letters;
}

/// Cython names the kinds of a function of fused types __pyx_fuse_0name, __pyx_fuse_0_1name, ...
bool is_kind_of(std::string_view found, std::string_view name) {
  if (found == name) return true;
  if (!found.starts_with("__pyx_fuse_") || !found.ends_with(name)) return false;
  found.remove_prefix(std::string_view("__pyx_fuse_").size());
  found.remove_suffix(name.size());
  return found.find_first_not_of("0123456789_") == std::string_view::npos;
}

}  // namespace

std::vector<HostFunction> scipy_functions(std::string_view name) {
  const Object all = functions_in_c(name);
  std::vector<HostFunction> found;
  PyObject *key, *capsule;
  for (Py_ssize_t at = 0; PyDict_Next(all.get(), &at, &key, &capsule);) {
    const char* text = PyUnicode_AsUTF8(key);
    if (!text) throw PythonError();
    if (!is_kind_of(text, name)) continue;
    const char* declaration = PyCapsule_GetName(capsule);
    void* address = declaration ? PyCapsule_GetPointer(capsule, declaration) : nullptr;
    if (!address) throw PythonError();
    found.push_back({address, signature_of(declaration)});
  }
  return found;
}

}  // namespace wg::bindings
