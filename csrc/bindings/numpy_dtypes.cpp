#include "bindings/numpy_dtypes.h"

#include "core/error.h"

namespace wg::bindings {

std::optional<DType> dtype_of_number(int type_number) {
  switch (type_number) {
    case NPY_BOOL:
      return DType::boolean;
    case NPY_INT32:
      return DType::int32;
    case NPY_FLOAT:
      return DType::float32;
    case NPY_DOUBLE:
      return DType::float64;
    case NPY_CFLOAT:
      return DType::complex64;
    case NPY_CDOUBLE:
      return DType::complex128;
    default:
      break;
  }
  if (type_number == NPY_LONG || type_number == NPY_LONGLONG) {
    return sizeof(long) == 8 || type_number == NPY_LONGLONG ? DType::int64 : DType::int32;
  }
  return std::nullopt;
}

int number_of_dtype(DType dtype) {
  constexpr int numbers[] = {NPY_BOOL,   NPY_INT32,  NPY_INT64,  NPY_FLOAT,
                             NPY_DOUBLE, NPY_CFLOAT, NPY_CDOUBLE};
  return numbers[index(dtype)];
}

DType dtype_of_object(PyObject* object, const char* where) {
  PyArray_Descr* descr = nullptr;
  if (!PyArray_DescrConverter(object, &descr)) throw PythonError();
  const Object owner = Object::take(reinterpret_cast<PyObject*>(descr));
  if (const auto dtype = dtype_of_number(descr->type_num)) return *dtype;
  const Object text = Object::take(PyObject_Str(owner.get()));
  fail<DTypeError>(where, ": dtype ", PyUnicode_AsUTF8(text.get()),
                   " was asked for; it must be bool, int32, int64, float32, float64, complex64 or "
                   "complex128");
}

}  // namespace wg::bindings
