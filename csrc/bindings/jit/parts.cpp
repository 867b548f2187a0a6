#include "bindings/jit/parts.h"

#include <cstring>

#include "bindings/containers.h"
#include "bindings/numpy_arrays.h"

namespace wg::bindings {
namespace {

PyTypeObject* deque_type() {
  static PyObject* const type = [] {
    const Object module = Object::take(PyImport_ImportModule("collections"));
    return checked(PyObject_GetAttrString(module.get(), "deque"));
  }();
  return reinterpret_cast<PyTypeObject*>(type);
}

/// Of methods of slots, as `[].__len__` is one.
PyTypeObject* method_wrapper_type() {
  static PyObject* const type = [] {
    const Object list = Object::take(PyList_New(0));
    const Object method = Object::take(PyObject_GetAttrString(list.get(), "__len__"));
    return Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(method.get())));
  }();
  return reinterpret_cast<PyTypeObject*>(type);
}

/// As the class gives them, whatever a subclass makes of it.
Object items_by(PyTypeObject* type, PyObject* object) {
  const Object iterator = Object::take(type->tp_iter(object));
  return Object::take(PySequence_List(iterator.get()));
}

Object list_of_bounds(PyObject* object) {
  Object list = Object::take(PyList_New(0));
  for (const char* const name : {"start", "stop", "step"}) {
    checked(PyList_Append(list.get(), Object::take(PyObject_GetAttrString(object, name)).get()));
  }
  return list;
}

Object list_of(PyObject* object) {
  Object list = Object::take(PyList_New(0));
  if (object) checked(PyList_Append(list.get(), object));
  return list;
}

/// What a method of a class in C is bound to, or null.
Object bound_to(PyObject* object) {
  if (PyCFunction_Check(object)) {
    PyObject* const self = PyCFunction_GET_SELF(object);
    const bool is_method = self && !PyModule_Check(self) && !PyType_Check(self);
    return is_method ? Object::share(self) : Object();
  }
  if (!Py_IS_TYPE(object, method_wrapper_type())) return {};
  return Object::take(PyObject_GetAttrString(object, "__self__"));
}

Object target_of(PyObject* reference) {
#if PY_VERSION_HEX >= 0x030d0000
  PyObject* found = nullptr;
  checked(PyWeakref_GetRef(reference, &found));
  return Object::own(found);
#else
  PyObject* const found = PyWeakref_GetObject(reference);
  return found == Py_None ? Object() : Object::share(found);
#endif
}

bool is_array_of_objects(PyObject* object) {
  return PyArray_Check(object) &&
         PyArray_TYPE(reinterpret_cast<PyArrayObject*>(object)) == NPY_OBJECT;
}

/// The shape, and all elements.
Object elements_of(PyObject* array) {
  Object list = list_of(Object::take(PyObject_GetAttrString(array, "shape")).get());
  const Object flat =
      Object::take(PyArray_Ravel(reinterpret_cast<PyArrayObject*>(array), NPY_CORDER));
  const Object elements = Object::take(PySequence_List(flat.get()));
  return Object::take(PySequence_InPlaceConcat(list.get(), elements.get()));
}

bool have_same_bits(double one, double other) { return std::memcmp(&one, &other, sizeof one) == 0; }

bool are_exactly(PyObject* one, PyObject* other) {
  const Level level;
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(one);
  if (count != PySequence_Fast_GET_SIZE(other)) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    // A comparison may call Python, and that change a list.
    if (i >= PySequence_Fast_GET_SIZE(one) || i >= PySequence_Fast_GET_SIZE(other)) return false;
    const Object mine = Object::share(PySequence_Fast_GET_ITEM(one, i));
    const Object its = Object::share(PySequence_Fast_GET_ITEM(other, i));
    if (!is_exactly(mine.get(), its.get())) return false;
  }
  return true;
}

bool are_same_scalars(PyObject* one, PyObject* other) {
  const Object mine = Object::take(PyArray_FromScalar(one, nullptr));
  const Object its = Object::take(PyArray_FromScalar(other, nullptr));
  auto* const a = reinterpret_cast<PyArrayObject*>(mine.get());
  auto* const b = reinterpret_cast<PyArrayObject*>(its.get());
  if (!PyArray_EquivTypes(PyArray_DESCR(a), PyArray_DESCR(b))) return false;
  if (PyDataType_REFCHK(PyArray_DESCR(a))) return false;
  return std::memcmp(PyArray_DATA(a), PyArray_DATA(b),
                     static_cast<std::size_t>(PyArray_NBYTES(a))) == 0;
}

}  // namespace

Object parts_of(PyObject* object) {
  if (PyAnySet_Check(object)) return items_by(&PySet_Type, object);
  if (PyRange_Check(object) || PySlice_Check(object)) return list_of_bounds(object);
  if (PyObject_TypeCheck(object, deque_type())) return items_by(deque_type(), object);
  if (PyODict_Check(object) || Py_IS_TYPE(object, &PyDictProxy_Type)) {
    return Object::take(PyMapping_Items(object));
  }
  if (PyDictKeys_Check(object) || PyDictValues_Check(object) || PyDictItems_Check(object)) {
    return Object::take(PySequence_List(object));
  }
  if (PyWeakref_CheckRef(object)) return list_of(target_of(object).get());
  if (PyContextVar_CheckExact(object)) {
    PyObject* value = nullptr;
    checked(PyContextVar_Get(object, nullptr, &value));
    return list_of(Object::own(value).get());
  }
  if (is_array_of_objects(object)) return elements_of(object);
  const Object bound = bound_to(object);
  return bound ? list_of(bound.get()) : Object();
}

Object items_of(PyObject* object) {
  if (PyTuple_CheckExact(object) || PyList_CheckExact(object)) return Object::share(object);
  if (PyTuple_Check(object)) {
    return Object::take(PyTuple_GetSlice(object, 0, PyTuple_GET_SIZE(object)));
  }
  if (PyList_Check(object)) {
    return Object::take(PyList_GetSlice(object, 0, PyList_GET_SIZE(object)));
  }
  Object parts = parts_of(object);
  if (parts || !PyDict_Check(object)) return parts;
  const Object keys = Object::take(PyDict_Keys(object));
  const Object values = Object::take(PyDict_Values(object));
  return Object::take(PySequence_InPlaceConcat(keys.get(), values.get()));
}

bool is_known_by_identity(PyObject* object) {
  return PyWeakref_CheckRef(object) || PyContextVar_CheckExact(object) || bound_to(object);
}

bool is_exactly(PyObject* one, PyObject* other) {
  if (Py_TYPE(one) != Py_TYPE(other)) return false;
  if (PyFloat_CheckExact(one)) {
    return have_same_bits(PyFloat_AS_DOUBLE(one), PyFloat_AS_DOUBLE(other));
  }
  if (PyComplex_CheckExact(one)) {
    const Py_complex mine = PyComplex_AsCComplex(one), its = PyComplex_AsCComplex(other);
    return have_same_bits(mine.real, its.real) && have_same_bits(mine.imag, its.imag);
  }
  if (PyTuple_CheckExact(one) || PyList_CheckExact(one)) return are_exactly(one, other);
  if (PyArray_IsScalar(one, Generic)) return are_same_scalars(one, other);
  if (PyDict_CheckExact(one)) {
    const Object mine = Object::take(PyDict_Items(one)), its = Object::take(PyDict_Items(other));
    return are_exactly(mine.get(), its.get());
  }
  const bool has_parts = PyAnySet_CheckExact(one) || PyRange_Check(one) || PySlice_Check(one);
  if (has_parts) return are_exactly(parts_of(one).get(), parts_of(other).get());
  const int answer = PyObject_RichCompareBool(one, other, Py_EQ);
  checked(answer);
  return answer == 1;
}

}  // namespace wg::bindings
