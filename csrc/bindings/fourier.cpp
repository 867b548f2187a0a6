#include "bindings/fourier.h"

#include "bindings/guard.h"
#include "bindings/numpy_dtypes.h"
#include "core/fourier.h"
#include "core/reference.h"

namespace wg::bindings {
namespace {

/// Holds Python's lock, whether or not this thread has given it up.
class Locked {
 public:
  Locked() : state_(PyGILState_Ensure()), was_unlocked_(is_unlocked) { is_unlocked = false; }
  ~Locked() {
    is_unlocked = was_unlocked_;
    PyGILState_Release(state_);
  }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  PyGILState_STATE state_;
  bool was_unlocked_;
};

/// The function of numpy.fft that transforms so. They live as long as the process. No static with
/// a guard: an import gives Python's lock up, and another thread would wait for the guard with it.
PyObject* function_of(LineTransforms::Kind kind) {
  constexpr const char* names[] = {"fft", "ifft", "rfft", "irfft"};
  static PyObject* by_kind[std::size(names)] = {};
  const auto i = static_cast<std::size_t>(kind);
  if (!by_kind[i]) {
    const Object module = Object::take(PyImport_ImportModule("numpy.fft"));
    by_kind[i] = checked(PyObject_GetAttrString(module.get(), names[i]));
  }
  return by_kind[i];
}

Object ndarray_over(const LineTransforms::Numbers& numbers) {
  npy_intp shape[NPY_MAXDIMS], strides[NPY_MAXDIMS];
  const auto item = static_cast<npy_intp>(item_size(numbers.dtype));
  for (std::size_t i = 0; i < numbers.shape.size(); ++i) {
    shape[i] = numbers.shape[i];
    strides[i] = numbers.strides[i] * item;
  }
  return Object::take(PyArray_New(&PyArray_Type, static_cast<int>(numbers.shape.size()), shape,
                                  number_of_dtype(numbers.dtype), strides, numbers.data, 0,
                                  NPY_ARRAY_WRITEABLE, nullptr));
}

}  // namespace

void transform_lines(const LineTransforms& lines) {
  const Locked locked;
  PyObject* const function = function_of(lines.kind);
  const Object x = ndarray_over(lines.x);
  const bool is_in_place = lines.x.data == lines.y.data;
  const Object y = is_in_place ? x : ndarray_over(lines.y);
  const auto at = lines.y.shape.size() + static_cast<std::size_t>(lines.axis);
  const bool is_real_inverse = lines.kind == LineTransforms::Kind::real_inverse;
  const Object n = is_real_inverse ? Object::take(PyLong_FromLongLong(lines.y.shape[at]))
                                   : Object::share(Py_None);
  const Object axis = Object::take(PyLong_FromLong(lines.axis));
  const Object norm = Object::take(PyUnicode_FromString(lines.norm));
  PyObject* const args[] = {x.get(), n.get(), axis.get(), norm.get(), y.get()};
  (void)Object::take(PyObject_Vectorcall(function, args, std::size(args), nullptr));
}

}  // namespace wg::bindings
