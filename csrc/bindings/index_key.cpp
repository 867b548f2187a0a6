#include "bindings/index_key.h"

#include "bindings/foreign_arrays.h"
#include "bindings/nested.h"
#include "graph/trace.h"

namespace wg::bindings {
namespace {

/// Python's True or False, or NumPy's.
bool is_truth(PyObject* item) { return PyBool_Check(item) || PyArray_IsScalar(item, Bool); }

bool is_array(PyObject* item) {
  return is_tensor(item) || PyArray_Check(item) || is_foreign_array(item);
}

}  // namespace

std::optional<int> mask_axes(PyObject* item) {
  // Slices are asked for no attributes: those that they lack cost an exception each.
  if (PyLong_CheckExact(item) || PySlice_Check(item)) return std::nullopt;
  if (!PyList_Check(item) && !is_array(item)) return std::nullopt;
  const Tensor mask = operand_of(item, "index");
  return mask.dtype() == DType::boolean ? std::optional(mask.value.ndim()) : std::nullopt;
}

Key::Key(PyObject* key, std::span<const std::int64_t> shape) : shape_(shape) {
  if (!PyTuple_Check(key)) {
    add(key, shape_.size());
    return;
  }
  const int missing = shape_.size() - named_axes(key);
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); ++i) add(PyTuple_GET_ITEM(key, i), missing);
}

/// How many axes the items of a tuple name; one ellipsis stands for the others.
int Key::named_axes(PyObject* key) {
  int axes = 0, ellipses = 0;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); ++i) {
    PyObject* item = PyTuple_GET_ITEM(key, i);
    if (item == Py_Ellipsis)
      ++ellipses;
    else if (item != Py_None && !is_truth(item))
      axes += mask_axes(item).value_or(1);
  }
  if (ellipses > 1)
    fail<IndexRangeError>("index: ", ellipses, " ellipses were given; one is enough");
  return axes;
}

std::int64_t Key::next_size() const {
  if (axis_ >= shape_.size()) {
    fail<IndexRangeError>("index: more axes were named than the ", shape_.size(), " there are");
  }
  return shape_[axis_];
}

void Key::add(PyObject* item, int missing) {
  if (PyLong_CheckExact(item)) {
    add_integer(item);
  } else if (PySlice_Check(item)) {
    add_slice(item);
  } else if (item == Py_None) {
    items.push_back({Item::Kind::newaxis, place_});
  } else if (item == Py_Ellipsis) {
    for (int i = 0; i < missing; ++i, ++axis_) items.push_back({Item::Kind::whole, place_});
  } else if (is_truth(item)) {
    add_mask(Array::scalar(PyObject_IsTrue(item) == 1));
  } else if (is_nested(item) || is_array(item)) {
    add_array(item);
  } else if (PyIndex_Check(item)) {
    add_integer(item);
  } else {
    fail<IndexRangeError>("index: ", Py_TYPE(item)->tp_name,
                          " was given; integers, slices, None, ... and arrays of integers or "
                          "booleans are indices");
  }
  ++place_;
}

void Key::add_integer(PyObject* item) {
  const Object number = Object::take(PyNumber_Index(item));
  const long long i = PyLong_AsLongLong(number.get());
  if (i == -1 && PyErr_Occurred()) throw PythonError();
  const std::int64_t at = position(i, axis_, next_size());
  items.push_back({Item::Kind::integer, place_, at});
  ++axis_;
}

void Key::add_slice(PyObject* item) {
  Py_ssize_t start, stop, step;
  if (PySlice_Unpack(item, &start, &stop, &step) < 0) throw PythonError();
  const Py_ssize_t count =
      PySlice_AdjustIndices(static_cast<Py_ssize_t>(next_size()), &start, &stop, step);
  const bool is_whole = start == 0 && step == 1 && count == next_size();
  items.push_back({is_whole ? Item::Kind::whole : Item::Kind::slice, place_, start, count, step});
  ++axis_;
}

void Key::add_array(PyObject* item) {
  Tensor index = operand_of(item, "index");
  const bool is_empty_list = index.value.size() == 0 && is_nested(item);
  if (is_empty_list) index = Tensor(Array::empty(DType::int64, index.value.shape()));
  if (index.dtype() == DType::boolean) {
    observe(index);  // the mask decides a shape
    return add_mask(index.value);
  }
  if (!is_integral(index.dtype())) {
    fail<IndexRangeError>("index: an array of ", name(index.dtype()),
                          " was given; integers or booleans are needed");
  }
  (void)next_size();
  push_array(std::move(index));
}

/// A mask names the places where it is true, on as many axes as it has: none for True and False,
/// which make an axis of one element or of none.
void Key::add_mask(const Array& mask) {
  if (mask.ndim() == 0) {
    const std::int64_t shape[] = {mask.item<bool>() ? 1 : 0};
    items.push_back(
        {Item::Kind::truth, place_, 0, 0, 1, Tensor(Array::zeros(DType::int64, shape))});
    has_arrays = true;
    return;
  }
  for (int i = 0; i < mask.ndim(); ++i) {
    const std::int64_t n = mask.shape()[static_cast<std::size_t>(i)];
    if (axis_ + i >= shape_.size() || shape_[axis_ + i] != n) {
      fail<IndexRangeError>("index: a mask of shape ", Dims(mask.shape()),
                            " was given for the axes from ", axis_, " on of shape ", shape_,
                            "; their lengths must be equal");
    }
  }
  const Object array = Object::take(view_as_ndarray(mask));
  const Object places =
      Object::take(PyArray_Nonzero(reinterpret_cast<PyArrayObject*>(array.get())));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(places.get()); ++i) {
    auto* place = reinterpret_cast<PyArrayObject*>(PyTuple_GET_ITEM(places.get(), i));
    push_array(Tensor(array_of(place, "index")));
  }
}

void Key::push_array(Tensor index) {
  items.push_back({Item::Kind::array, place_, 0, 0, 0, std::move(index)});
  has_arrays = true;
  ++axis_;
}

}  // namespace wg::bindings
