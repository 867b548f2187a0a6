#include "bindings/foreign_arrays.h"

#include "bindings/object_arrays.h"
#include "bindings/operands.h"
#include "core/error.h"

namespace wg::bindings {
namespace {

/// An attribute of an object's class; none, without an error, if it has no such.
Object of_class(PyObject* object, const char* name) {
  Object found =
      Object::own(PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(object)), name));
  if (!found) PyErr_Clear();
  return found;
}

bool has(PyObject* object, const char* name) { return static_cast<bool>(of_class(object, name)); }

/// A Series, DataFrame or Index, which leave operators to operands of a higher priority.
bool is_of_pandas(PyObject* object) { return has(object, "__pandas_priority__"); }

/// Numbers of the standard library that float arithmetic takes. It does not take Decimals.
bool read_fraction(PyObject* object, Tensor& operand) {
  if (!PyNumber_Check(object) || !is_instance(object, "fractions", "Fraction")) return false;
  const double number = PyFloat_AsDouble(object);
  if (number == -1 && PyErr_Occurred()) throw PythonError();
  operand.value = Array::scalar(number, true);
  return true;
}

/// A container of labels around a Tensor, as xarray's.
bool read_wrapped(PyObject* object, Tensor& operand) {
  if (!has(object, "__array__") || !has(object, "data")) return false;
  const Object data = Object::take(PyObject_GetAttrString(object, "data"));
  const bool is_within =
      is_tensor(data.get()) ||
      (is_object_array(data.get()) && holds_tensors(reinterpret_cast<PyArrayObject*>(data.get())));
  return is_within && read_native(data.get(), operand);
}

Object array_from_dlpack(PyObject* object) {
  const Object numpy = Object::take(PyImport_ImportModule("numpy"));
  return Object::take(PyObject_CallMethod(numpy.get(), "from_dlpack", "O", object));
}

}  // namespace

bool is_instance(PyObject* object, const char* module, const char* name) {
  const Object key = Object::take(PyUnicode_FromString(module));
  const Object loaded = Object::own(PyImport_GetModule(key.get()));
  if (!loaded) {
    if (PyErr_Occurred()) throw PythonError();
    return false;
  }
  const Object type = Object::own(PyObject_GetAttrString(loaded.get(), name));
  if (!type) {  // a release that does not have it yet, or a module that is being imported
    PyErr_Clear();
    return false;
  }
  const int answer = PyObject_IsInstance(object, type.get());
  checked(answer);
  return answer == 1;
}

bool is_sparse(PyObject* object) {
  return !PyArray_Check(object) && has(object, "tocsr") &&
         (is_instance(object, "scipy.sparse", "spmatrix") ||
          is_instance(object, "scipy.sparse", "sparray"));
}

bool is_foreign_array(PyObject* object) {
  if (PyUnicode_Check(object) || PyBytes_Check(object) || PyType_Check(object) ||
      PyArray_IsScalar(object, Generic)) {
    return false;
  }
  return PyObject_CheckBuffer(object) || has(object, "__array__") ||
         has(object, "__array_interface__") || has(object, "__array_struct__") ||
         has(object, "__dlpack__");
}

bool read_foreign(PyObject* object, Tensor& operand) {
  if (is_sparse(object)) {
    fail<DTypeError>("array: a ", Py_TYPE(object)->tp_name,
                     " of scipy.sparse was given; products with it are A @ t, t @ A and "
                     "wengert.numpy.matmul(A, t), other functions need A.toarray()");
  }
  if (!is_foreign_array(object)) return read_fraction(object, operand);
  if (read_wrapped(object, operand)) return true;
  const bool has_dlpack_alone = !PyObject_CheckBuffer(object) && !has(object, "__array__") &&
                                !has(object, "__array_interface__") &&
                                !has(object, "__array_struct__");
  const Object array =
      has_dlpack_alone ? array_from_dlpack(object) : Object::take(PyArray_FROM_O(object));
  if (!PyArray_Check(array.get())) return read_operand(array.get(), operand);
  const bool is_itself = is_object_array(array.get()) &&
                         PyArray_NDIM(reinterpret_cast<PyArrayObject*>(array.get())) == 0;
  return !is_itself && read_native(array.get(), operand);
}

Object tensor_within(PyObject* object) {
  if (is_tensor(object) || PyArray_Check(object) || !is_foreign_array(object)) return {};
  Tensor wrapped;
  if (read_wrapped(object, wrapped)) return Object::take(wrap(std::move(wrapped)));
  if (!is_of_pandas(object)) return {};
  const Object array = Object::take(PyArray_FROM_O(object));
  auto* const objects = reinterpret_cast<PyArrayObject*>(array.get());
  if (!is_object_array(array.get()) || !holds_tensors(objects)) return {};
  return Object::take(wrap(joined(objects, "array")));
}

bool decides_itself(PyObject* object) {
  const Object protocol = of_class(object, "__array_ufunc__");
  if (!protocol || protocol.get() == Py_None) return static_cast<bool>(protocol);
  return !is_of_pandas(object);
}

}  // namespace wg::bindings
