#include "bindings/operands.h"

#include <string>

#include "bindings/nested.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/trace.h"
#include "kernels/convert.h"

namespace wg::bindings {
namespace {

/// Counts change under the host's lock, which is Python's.
void drop_python_object(void* owner) {
  if (Py_IsInitialized()) Py_DECREF(static_cast<PyObject*>(owner));
}

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

}  // namespace

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

namespace {

/// The narrowest of our dtypes that holds one of NumPy's others. Beside other dtypes these promote
/// as Python's numbers do: float32 * uint8 is float32. Those of 32 bits promote as what holds them.
int nearest_type(int type_number) {
  switch (type_number) {
    case NPY_INT8:
    case NPY_UINT8:
    case NPY_INT16:
    case NPY_UINT16:
      return NPY_INT32;
    case NPY_UINT32:
      return NPY_INT64;
    case NPY_HALF:
      return NPY_FLOAT;
    default:
      return -1;
  }
}

Object converted(PyArrayObject* array, const char* where) {
  const int target = nearest_type(PyArray_TYPE(array));
  if (target < 0) {
    const Object text =
        Object::take(PyObject_Str(reinterpret_cast<PyObject*>(PyArray_DESCR(array))));
    const char* advice = PyArray_TYPE(array) == NPY_OBJECT
                             ? "; an array of Tensors is made by wengert.numpy.array or np.stack"
                             : "";
    fail<DTypeError>(where, ": an array of dtype ", PyUnicode_AsUTF8(text.get()),
                     " was given; bool, int32, int64, float32, float64, complex64 or complex128 is "
                     "needed",
                     advice);
  }
  return Object::take(PyArray_CastToType(array, PyArray_DescrFromType(target), 0));
}

}  // namespace

// Copying fewer bytes than these costs less than sharing the caller's memory.
constexpr std::size_t small_bytes = 2048;

Array array_of(PyArrayObject* array, const char* where) {
  const PyArrayObject* const given = array;
  bool is_narrow = false;
  Object owner = Object::share(reinterpret_cast<PyObject*>(array));
  const bool is_native = PyArray_ISNOTSWAPPED(array) && PyArray_ISALIGNED(array);
  if (!is_native) {
    owner = Object::take(PyArray_NewCopy(array, NPY_CORDER));
    array = reinterpret_cast<PyArrayObject*>(owner.get());
    if (!PyArray_ISNOTSWAPPED(array)) {
      PyArray_Descr* native = PyArray_DescrNewByteorder(PyArray_DESCR(array), NPY_NATIVE);
      owner = Object::take(PyArray_CastToType(array, native, 0));
      array = reinterpret_cast<PyArrayObject*>(owner.get());
    }
  }
  auto dtype = dtype_of_number(PyArray_TYPE(array));
  if (!dtype) {
    is_narrow = PyArray_TYPE(array) != NPY_UINT32;
    owner = converted(array, where);
    array = reinterpret_cast<PyArrayObject*>(owner.get());
    dtype = dtype_of_number(PyArray_TYPE(array));
  }
  auto* data = static_cast<std::byte*>(PyArray_DATA(array));
  const int ndim = PyArray_NDIM(array);
  if (ndim == 0) return Array::scalar_from(*dtype, data, is_narrow);
  const auto item = static_cast<std::int64_t>(item_size(*dtype));
  Dims shape, strides;
  bool fits = true;
  for (int i = 0; i < ndim; ++i) {
    shape.push_back(PyArray_DIM(array, i));
    strides.push_back(PyArray_STRIDE(array, i) / item);
    fits &= PyArray_STRIDE(array, i) % item == 0;
  }
  if (!fits) {
    owner = Object::take(PyArray_NewCopy(array, NPY_CORDER));
    data = static_cast<std::byte*>(PyArray_DATA(reinterpret_cast<PyArrayObject*>(owner.get())));
    strides = dense_strides(shape);
  }
  const bool is_dense = PyArray_IS_C_CONTIGUOUS(array) || !fits;
  auto layout = is_dense ? Layout::dense(shape) : Layout::strided(shape, strides);
  const auto bytes = static_cast<std::size_t>(layout->size()) * item_size(*dtype);
  if (is_dense && bytes <= small_bytes) {
    Array copy = Array::empty(*dtype, std::move(layout));
    std::memcpy(copy.mutable_data(), data, bytes);
    return copy.with_weak(is_narrow);
  }
  const bool is_mutable = fits && array == given &&
                          !(PyArray_CHKFLAGS(array, NPY_ARRAY_OWNDATA) &&
                            !PyArray_CHKFLAGS(array, NPY_ARRAY_WRITEABLE));
  return Array::from_block(
      *dtype,
      Block::foreign(std::move(layout), data, owner.release(), drop_python_object, is_mutable),
      is_narrow);
}

namespace {

/// Whether an object is of a class of a module, which is loaded if so.
bool is_instance(PyObject* object, const char* module, const char* name) {
  const Object key = Object::take(PyUnicode_FromString(module));
  const Object loaded = Object::own(PyImport_GetModule(key.get()));
  if (!loaded) {
    if (PyErr_Occurred()) throw PythonError();
    return false;
  }
  const Object type = Object::take(PyObject_GetAttrString(loaded.get(), name));
  const int answer = PyObject_IsInstance(object, type.get());
  checked(answer);
  return answer == 1;
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

bool read_operand(PyObject* object, Tensor& operand) {
  if (is_tensor(object)) {
    operand = read(object);
    require_in_reach(operand);
    return true;
  }
  if (read_number(object, operand.value)) return true;
  if (PyArray_Check(object)) {
    if (!PyArray_CheckExact(object)) refuse_other_meanings(object);
    operand.value = array_of(reinterpret_cast<PyArrayObject*>(object), "array");
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

Tensor operand_of(PyObject* object, const char* where) {
  Tensor operand;
  if (read_operand(object, operand)) return operand;
  if (PyList_Check(object) || PyTuple_Check(object)) return read_nested(object, where);
  fail<DTypeError>(where, ": ", Py_TYPE(object)->tp_name,
                   " was given; a Tensor, an array or a number is needed");
}

namespace {

/// Keeps the memory of an exported array alive.
PyObject* capsule_of(const Array& array) {
  return checked(PyCapsule_New(new Array(array), nullptr, [](PyObject* capsule) {
    delete static_cast<Array*>(PyCapsule_GetPointer(capsule, nullptr));
  }));
}

PyObject* ndarray_over(const Array& array, bool is_writable) {
  npy_intp shape[NPY_MAXDIMS], strides[NPY_MAXDIMS];
  const auto item = static_cast<npy_intp>(item_size(array.dtype()));
  for (std::size_t i = 0; i < array.shape().size(); ++i) {
    shape[i] = array.shape()[i];
    strides[i] = array.layout().strides()[i] * item;
  }
  Object out = Object::take(PyArray_New(
      &PyArray_Type, array.ndim(), shape, number_of_dtype(array.dtype()), strides,
      const_cast<std::byte*>(array.data()), 0, is_writable ? NPY_ARRAY_WRITEABLE : 0, nullptr));
  auto* ndarray = reinterpret_cast<PyArrayObject*>(out.get());
  checked(PyArray_SetBaseObject(ndarray, capsule_of(array)));
  PyArray_UpdateFlags(ndarray, NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_F_CONTIGUOUS | NPY_ARRAY_ALIGNED);
  return out.release();
}

}  // namespace

PyObject* to_ndarray(Array array) {
  if (array.has_block() && array.is_writable_alone() && array.is_dense() &&
      array.size() * static_cast<std::int64_t>(item_size(array.dtype())) > 4096) {
    return ndarray_over(array, true);
  }
  npy_intp shape[NPY_MAXDIMS];
  std::ranges::copy(array.shape(), shape);
  Object out = Object::take(PyArray_SimpleNew(array.ndim(), shape, number_of_dtype(array.dtype())));
  const Array packed = dense(array);
  std::memcpy(PyArray_DATA(reinterpret_cast<PyArrayObject*>(out.get())), packed.data(),
              static_cast<std::size_t>(packed.size()) * item_size(packed.dtype()));
  return out.release();
}

PyObject* view_as_ndarray(const Array& array) {
  if (!array.has_block()) {
    Object copy = Object::take(to_ndarray(array));
    PyArray_CLEARFLAGS(reinterpret_cast<PyArrayObject*>(copy.get()), NPY_ARRAY_WRITEABLE);
    return copy.release();
  }
  return ndarray_over(array, false);
}

PyObject* to_numpy_scalar(const Array& array) {
  PyArray_Descr* descr = PyArray_DescrFromType(number_of_dtype(array.dtype()));
  const Object owner = Object::take(reinterpret_cast<PyObject*>(descr));
  return checked(PyArray_Scalar(const_cast<std::byte*>(array.data()), descr, nullptr));
}

PyObject* to_python_number(const Array& array) {
  return visit(array.dtype(), [&](auto tag) -> PyObject* {
    using T = typename decltype(tag)::type;
    const T value = array.item<T>();
    if constexpr (std::is_same_v<T, bool>)
      return checked(PyBool_FromLong(value));
    else if constexpr (std::is_integral_v<T>)
      return checked(PyLong_FromLongLong(value));
    else if constexpr (std::is_floating_point_v<T>)
      return checked(PyFloat_FromDouble(value));
    else
      return checked(PyComplex_FromDoubles(value.real(), value.imag()));
  });
}

}  // namespace wg::bindings
