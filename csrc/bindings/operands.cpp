#include "bindings/operands.h"

#include <vector>

#include "bindings/foreign_arrays.h"
#include "bindings/nested.h"
#include "bindings/object_arrays.h"
#include "core/error.h"
#include "graph/trace.h"
#include "primitives/promotion.h"

namespace wg::bindings {
namespace {

bool read_number(PyObject* object, Array& value) {
  if (PyFloat_CheckExact(object)) {
    value = Array::scalar(PyFloat_AS_DOUBLE(object), true);
    return true;
  }
  if (PyBool_Check(object)) {
    value = Array::scalar(object == Py_True);
    return true;
  }
  if (PyLong_CheckExact(object)) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow) {
      // Beyond 64 bits an integer still is a fine operand of floating-point work.
      const double real = PyLong_AsDouble(object);
      if (real == -1 && PyErr_Occurred()) throw PythonError();
      value = Array::scalar(real, true);
    } else {
      value = Array::scalar(static_cast<std::int64_t>(number), true);
    }
    return true;
  }
  if (PyComplex_CheckExact(object)) {
    const Py_complex z = PyComplex_AsCComplex(object);
    value = Array::scalar(std::complex<double>(z.real, z.imag), true);
    return true;
  }
  return false;
}

bool read_numpy_scalar(PyObject* object, Array& value) {
  if (!PyArray_IsScalar(object, Generic)) return false;
  if (PyArray_IsScalar(object, Double)) {
    value = Array::scalar(PyArrayScalar_VAL(object, Double));
  } else if (PyArray_IsScalar(object, Float)) {
    value = Array::scalar(PyArrayScalar_VAL(object, Float));
  } else {
    const Object array = Object::take(PyArray_FromScalar(object, nullptr));
    value = array_of(reinterpret_cast<PyArrayObject*>(array.get()), "NumPy scalar");
  }
  return true;
}

/// Subclasses of ndarray whose operations mean something else than an array's.
void refuse_other_meanings(PyObject* array) {
  if (is_instance(array, "numpy.ma", "MaskedArray")) {
    fail<DTypeError>(
        "array: a masked array was given, whose mask would be lost; an array is needed: "
        "x.filled(value), or x.data and np.where(x.mask, ...)");
  }
  if (is_instance(array, "numpy", "matrix")) {
    fail<DTypeError>(
        "array: a np.matrix was given, whose * is a matrix product; an array is needed: "
        "np.asarray(x), and @ for products of matrices");
  }
}

}  // namespace

bool read_native(PyObject* object, Tensor& operand) {
  if (is_tensor(object)) {
    operand = read(object);
    require_in_reach(operand);
    return true;
  }
  if (read_number(object, operand.value)) return true;
  if (PyArray_Check(object)) {
    if (!PyArray_CheckExact(object)) refuse_other_meanings(object);
    auto* const array = reinterpret_cast<PyArrayObject*>(object);
    if (is_object_array(object))
      operand = joined(array, "array");
    else
      operand.value = array_of(array, "array");
    return true;
  }
  if (read_numpy_scalar(object, operand.value)) return true;
  // Numbers of a subclass, an IntEnum say, are as strong as NumPy's.
  if (PyFloat_Check(object)) {
    operand.value = Array::scalar(PyFloat_AS_DOUBLE(object));
    return true;
  }
  if (PyLong_Check(object)) {
    const Object number = Object::take(PyNumber_Long(object));
    if (!PyLong_CheckExact(number.get()) || !read_number(number.get(), operand.value)) return false;
    operand.value = operand.value.with_weak(false);
    return true;
  }
  return false;
}

bool read_operand(PyObject* object, Tensor& operand) {
  return read_native(object, operand) || read_foreign(object, operand);
}

Tensor operand_of(PyObject* object, const char* where) {
  Tensor operand;
  if (read_native(object, operand)) return operand;
  if (is_nested(object)) return read_nested(object, where);
  if (read_foreign(object, operand)) return operand;
  fail<DTypeError>(where, ": ", Py_TYPE(object)->tp_name,
                   " was given; a Tensor, an array or a number is needed");
}

namespace {

/// promoted_dtype(what, *operands)
PyObject* promoted_dtype_of(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return guarded([&] {
    if (count < 2) fail<DTypeError>("promoted_dtype: a name and an operand are needed");
    const char* const what = PyUnicode_AsUTF8(args[0]);
    if (!what) throw PythonError();
    std::vector<Type> types;
    types.reserve(static_cast<std::size_t>(count - 1));
    for (Py_ssize_t i = 1; i < count; ++i) types.push_back(operand_of(args[i], what).type());
    const int number = number_of_dtype(promoted_dtype(types));
    return checked(reinterpret_cast<PyObject*>(PyArray_DescrFromType(number)));
  });
}

PyMethodDef operands_functions[] = {
    {"promoted_dtype", as_method(promoted_dtype_of), METH_FASTCALL,
     "promoted_dtype(what, /, *operands)\n--\n\nThe dtype that the operands of `what` have in "
     "common; Python numbers yield."},
    {}};

}  // namespace

void add_operands(PyObject* module) { checked(PyModule_AddFunctions(module, operands_functions)); }

}  // namespace wg::bindings
