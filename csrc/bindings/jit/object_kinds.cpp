#include "bindings/jit/object_kinds.h"

#include <algorithm>
#include <array>
#include <string>

namespace wg::bindings {
namespace {

PyObject* attribute_of(const char* module, const char* name) {
  return checked(PyObject_GetAttrString(Object::take(PyImport_ImportModule(module)).get(), name));
}

/// Whether it is an object of one of these classes.
template <std::size_t N> bool is_of_one(PyObject* object, const std::array<PyObject*, N>& types) {
  return std::ranges::any_of(types, [&](PyObject* type) {
    return PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject*>(type));
  });
}

}  // namespace

bool is_called(PyTypeObject* type, std::string_view name) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
    if (reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(type->tp_mro, i))->tp_name == name)
      return true;
  }
  return false;
}

bool is_partial(PyObject* object) {
  static const std::array types{attribute_of("functools", "partial"),
                                attribute_of("functools", "partialmethod")};
  return is_of_one(object, types);
}

bool is_getter(PyObject* object) {
  static const std::array types{attribute_of("operator", "attrgetter"),
                                attribute_of("operator", "methodcaller")};
  return is_of_one(object, types);
}

bool is_array_like(PyObject* object) {
  if (PyType_Check(object) || PyModule_Check(object)) return false;
  if (PyObject_CheckBuffer(object)) return true;
  static PyObject* const array = PyUnicode_InternFromString("__array__");
  static PyObject* const interface = PyUnicode_InternFromString("__array_interface__");
  return _PyType_Lookup(Py_TYPE(object), array) || _PyType_Lookup(Py_TYPE(object), interface);
}

bool goes_on(PyObject* object) {
  if (PyType_Check(object)) return false;
  if (PyIter_Check(object)) return true;
  PyTypeObject* const type = Py_TYPE(object);
  return is_called(type, "numpy.random._generator.Generator") ||
         is_called(type, "numpy.random.mtrand.RandomState") ||
         is_called(type, "numpy.random.bit_generator.BitGenerator") ||
         is_called(type, "_random.Random");
}

bool is_reflecting(PyObject* object) {
  if (!PyCFunction_Check(object)) return false;
  const std::string_view name = reinterpret_cast<PyCFunctionObject*>(object)->m_ml->ml_name;
  const bool is_one = name == "getattr" || name == "hasattr" || name == "vars" || name == "dir";
  PyObject* const builtins = PyEval_GetBuiltins();
  return is_one && PyDict_GetItemString(builtins, std::string(name).c_str()) == object;
}

bool is_made_by_transform(PyObject* object) {
  static const std::array types{attribute_of("wengert._transformed", "Made")};
  return is_of_one(object, types);
}

bool is_environment(PyObject* object) {
  static const std::array all{attribute_of("os", "environ"), attribute_of("os", "environb"),
                              attribute_of("os", "getenv"), attribute_of("os", "getenvb")};
  return std::ranges::find(all, object) != all.end();
}

}  // namespace wg::bindings
