#include "bindings/numpy_arrays.h"

#include "bindings/numpy_dtypes.h"
#include "core/copy.h"
#include "core/error.h"

namespace wg::bindings {
namespace {

/// Of capsules that keep the memory of an exported array alive.
constexpr const char* exported = "wengert.Array";

bool is_exported(PyObject* base) { return PyCapsule_IsValid(base, exported); }

/// Counts change under the host's lock, which is Python's.
void drop_python_object(void* owner) {
  if (Py_IsInitialized()) Py_DECREF(static_cast<PyObject*>(owner));
}

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

/// Memory that nobody writes to, unless he had a way in before it was closed: all arrays down to
/// the one that has it are read-only.
bool is_frozen(const PyArrayObject* array) {
  while (!PyArray_CHKFLAGS(array, NPY_ARRAY_WRITEABLE)) {
    if (PyArray_CHKFLAGS(array, NPY_ARRAY_OWNDATA)) return true;
    PyObject* const base = PyArray_BASE(array);
    if (!base || !PyArray_Check(base)) return base && (PyBytes_Check(base) || is_exported(base));
    array = reinterpret_cast<const PyArrayObject*>(base);
  }
  return false;
}

// Copying fewer bytes than these costs less than sharing the caller's memory.
constexpr std::size_t small_bytes = 2048;

}  // namespace

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
  const bool is_mutable = fits && array == given && !is_frozen(array);
  return Array::from_block(
      *dtype,
      Block::foreign(std::move(layout), data, owner.release(), drop_python_object, is_mutable),
      is_narrow);
}

namespace {

PyObject* capsule_of(const Array& array) {
  return checked(PyCapsule_New(new Array(array), exported, [](PyObject* capsule) {
    delete static_cast<Array*>(PyCapsule_GetPointer(capsule, exported));
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

PyObject* new_ndarray(DType dtype, std::span<const std::int64_t> shape) {
  npy_intp lengths[NPY_MAXDIMS];
  std::ranges::copy(shape, lengths);
  return checked(PyArray_NewFromDescr(&PyArray_Type, PyArray_DescrFromType(number_of_dtype(dtype)),
                                      static_cast<int>(shape.size()), lengths, nullptr, nullptr, 0,
                                      nullptr));
}

PyObject* to_ndarray(Array array) {
  if (array.has_block() && array.is_writable_alone() && array.is_dense() &&
      array.size() * static_cast<std::int64_t>(item_size(array.dtype())) > 4096) {
    return ndarray_over(array, true);
  }
  Object out = Object::take(new_ndarray(array.dtype(), array.shape()));
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
