#include "bindings/object_arrays.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bindings/calls.h"
#include "bindings/errors.h"
#include "bindings/origin.h"
#include "core/error.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg::bindings {
namespace {

// Whether NumPy has held a Tensor as an object since the innermost recorded call began.
thread_local bool is_one_held = false;

/// Whether an exception is about objects, and is not one of the library's, which say what to do.
bool is_about_objects(const std::string& text) {
  if (text.find("wengert") != std::string::npos) return false;
  return std::ranges::any_of(
      std::array{"object", "'O'", "Tensor", "for the input types", "loop of ufunc"},
      [&](const char* word) { return text.find(word) != std::string::npos; });
}

// From so many on, one object at a time is what a program spends its time on.
constexpr std::size_t many = 4096;

Dims shape_of(PyArrayObject* array) {
  return Dims(std::span<const npy_intp>(PyArray_DIMS(array),
                                        static_cast<std::size_t>(PyArray_NDIM(array))));
}

/// The index of an element by its number in C order.
Dims place_of(std::size_t number, const Dims& shape) {
  Dims place(shape);
  auto rest = static_cast<std::int64_t>(number);
  for (int axis = shape.size(); axis-- > 0;) {
    place[axis] = rest % shape[axis];
    rest /= shape[axis];
  }
  return place;
}

[[noreturn]] void refuse(const char* where, PyObject* element, const Tensor& read,
                         const Dims& place) {
  if (read.value.is_defined()) {
    fail<DTypeError>(where, ": an array of objects holds a ", Py_TYPE(element)->tp_name,
                     " of shape ", Dims(read.value.shape()), " at ", place,
                     "; numbers alone are joined, see np.stack, np.concatenate and "
                     "wengert.numpy.array for arrays");
  }
  fail<DTypeError>(where, ": an array of objects holds a ", Py_TYPE(element)->tp_name, " at ",
                   place, "; an array of numbers, or of Tensors without axes, is needed");
}

/// The elements in C order, borrowed; `owner` keeps them.
std::span<PyObject* const> elements_of(PyArrayObject* objects, Object& owner) {
  owner = Object::take(PyArray_FROM_OF(reinterpret_cast<PyObject*>(objects), NPY_ARRAY_IN_ARRAY));
  auto* const dense = reinterpret_cast<PyArrayObject*>(owner.get());
  return {static_cast<PyObject* const*>(PyArray_DATA(dense)),
          static_cast<std::size_t>(PyArray_SIZE(dense))};
}

void warn_of_many(const char* where, std::size_t count) {
  const std::string text =
      std::string(where) + ": " + std::to_string(count) +
      " numbers that NumPy held as objects were joined, each an operation of its own; operations "
      "on "
      "whole arrays, np.stack of parts, or np.zeros(n, like=x) filled in place cost a fraction";
  checked(PyErr_WarnEx(performance_warning(), text.c_str(), frames_of_library() + 1));
}

}  // namespace

void note_that_one_is_held() { is_one_held = true; }

Object call_recorded(PyObject* function, PyObject* args, PyObject* keywords) {
  const bool was_one_held = std::exchange(is_one_held, false);
  try {
    Object result = Object::take(PyObject_Call(function, args, keywords));
    is_one_held |= was_one_held;
    return result;
  } catch (const PythonError& error) {
    // Said once: for the calls around this one nothing is held.
    const std::string text = error.text();
    if (std::exchange(is_one_held, false) && is_about_objects(text)) {
      std::string note =
          "wengert: NumPy held numbers that are being differentiated as objects, as in "
          "np.array([x[0], 2.0]), and met a function that knows none; make the array by "
          "wengert.numpy.array([x[0], 2.0]), or call the function of this name in wengert.numpy or "
          "wengert.scipy";
      // What np.linalg.eigvals says, which finds the roots of NumPy's polynomials.
      if (text.find("isfinite") != std::string::npos) {
        note +=
            "; if it was the roots of a Polynomial p, these are wengert.numpy.roots(p.coef[::-1])";
      }
      error.add_note(note.c_str());
    }
    throw;
  }
}

Tensor joined(PyArrayObject* objects, const char* where) {
  Object owner;
  const auto elements = elements_of(objects, owner);
  const Dims shape = shape_of(objects);
  if (elements.empty()) return Tensor(Array::empty(DType::float64, shape));
  std::vector<Tensor> numbers;
  numbers.reserve(elements.size());
  bool has_tensors = false;
  for (PyObject* element : elements) {
    Tensor number;
    if (!element || !read_operand(element, number) || number.value.ndim() > 0) {
      refuse(where, element ? element : Py_None, number, place_of(numbers.size(), shape));
    }
    has_tensors |= is_tensor(element);
    numbers.push_back(std::move(number));
  }
  if (has_tensors && numbers.size() >= many) warn_of_many(where, numbers.size());
  if (shape.size() == 0) return std::move(numbers[0]);
  Tensor row[] = {apply(structural_row_of<Stack>, numbers, payload_of(Stack{.axis = -1}))};
  if (shape.size() == 1) return std::move(row[0]);
  return apply(structural_row_of<Reshape>, row, payload_of(Reshape{.shape = shape}));
}

bool holds_tensors(PyArrayObject* objects) {
  Object owner;
  const auto elements = elements_of(objects, owner);
  const auto is_number = [](PyObject* element) {
    return element &&
           (is_tensor(element)
                ? read_type(element).value.ndim() == 0
                : PyFloat_Check(element) || PyLong_Check(element) || PyComplex_Check(element) ||
                      PyArray_IsScalar(element, Number) || PyArray_IsScalar(element, Bool));
  };
  const auto is_a_tensor = [](PyObject* element) { return element && is_tensor(element); };
  return std::ranges::any_of(elements, is_a_tensor) && std::ranges::all_of(elements, is_number);
}

PyObject* taken_apart(const Tensor& tensor) {
  npy_intp lengths[NPY_MAXDIMS];
  std::ranges::copy(tensor.value.shape(), lengths);
  Object out = Object::take(PyArray_SimpleNew(tensor.value.ndim(), lengths, NPY_OBJECT));
  auto* const places =
      static_cast<PyObject**>(PyArray_DATA(reinterpret_cast<PyArrayObject*>(out.get())));
  const Dims shape(tensor.value.shape());
  const auto count = static_cast<std::size_t>(tensor.value.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Dims place = place_of(i, shape);
    Dims index;
    for (const std::int64_t k : place) basic_index::add_integer(index, k);
    Tensor whole[] = {tensor};
    PyObject* element =
        wrap(apply(structural_row_of<Slice>, whole, payload_of(Slice{.index = std::move(index)})));
    Py_XSETREF(places[i], element);
  }
  return out.release();
}

}  // namespace wg::bindings
