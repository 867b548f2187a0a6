#include "bindings/indexing.h"

#include <optional>

#include "bindings/calls.h"
#include "core/error.h"
#include "graph/recording.h"
#include "primitives/indexing.h"

namespace wg::bindings {
namespace {

Py_ssize_t length(PyObject* self) {
  const Array& value = read_in_place(self).value;
  if (value.ndim() == 0) {
    PyErr_SetString(PyExc_TypeError, "len: a Tensor of shape () has no length");
    return -1;
  }
  return static_cast<Py_ssize_t>(value.shape()[0]);
}

std::int64_t position(std::int64_t i, int axis, std::int64_t size) {
  if (i < -size || i >= size) {
    fail<IndexRangeError>("index: ", i, " was given for axis ", axis, ", which has ", size,
                          " elements");
  }
  return i < 0 ? i + size : i;
}

/// What stands between the brackets, one entry for each axis that it takes or makes.
struct Item {
  enum class Kind { integer, slice, whole, newaxis, array, truth };
  Kind kind;
  int place;  // in the key: a mask of two axes makes two items of one place
  std::int64_t start = 0, count = 0, step = 1;  // of an integer or a slice
  Tensor array;                                 // integers
};

/// Reads a key against the shape that it indexes.
class Key {
 public:
  Key(PyObject* key, std::span<const std::int64_t> shape) : shape_(shape) {
    if (!PyTuple_Check(key)) {
      add(key, shape_.size());
      return;
    }
    const int missing = shape_.size() - named_axes(key);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); ++i) add(PyTuple_GET_ITEM(key, i), missing);
  }

  std::vector<Item> items;
  bool has_arrays = false;

 private:
  /// How many axes the items of a tuple name; one ellipsis stands for the others.
  static int named_axes(PyObject* key) {
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

  /// Python's True or False, or NumPy's.
  static bool is_truth(PyObject* item) {
    return PyBool_Check(item) || PyArray_IsScalar(item, Bool);
  }

  /// The number of axes of a boolean array.
  static std::optional<int> mask_axes(PyObject* item) {
    if (!is_tensor(item) && !PyArray_Check(item) && !PyList_Check(item)) return std::nullopt;
    const Tensor mask = operand_of(item, "index");
    return mask.dtype() == DType::boolean ? std::optional(mask.value.ndim()) : std::nullopt;
  }

  std::int64_t next_size() const {
    if (axis_ >= shape_.size()) {
      fail<IndexRangeError>("index: more axes were named than the ", shape_.size(), " there are");
    }
    return shape_[axis_];
  }

  void add(PyObject* item, int missing) {
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
    } else if (is_tensor(item) || PyArray_Check(item) || PyList_Check(item) ||
               PyTuple_Check(item)) {
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

  void add_integer(PyObject* item) {
    const Object number = Object::take(PyNumber_Index(item));
    const long long i = PyLong_AsLongLong(number.get());
    if (i == -1 && PyErr_Occurred()) throw PythonError();
    const std::int64_t at = position(i, axis_, next_size());
    items.push_back({Item::Kind::integer, place_, at});
    ++axis_;
  }

  void add_slice(PyObject* item) {
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(item, &start, &stop, &step) < 0) throw PythonError();
    const Py_ssize_t count =
        PySlice_AdjustIndices(static_cast<Py_ssize_t>(next_size()), &start, &stop, step);
    const bool is_whole = start == 0 && step == 1 && count == next_size();
    items.push_back({is_whole ? Item::Kind::whole : Item::Kind::slice, place_, start, count, step});
    ++axis_;
  }

  void add_array(PyObject* item) {
    Tensor index = operand_of(item, "index");
    const bool is_empty_list = index.value.size() == 0 && !is_tensor(item) && !PyArray_Check(item);
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
  void add_mask(const Array& mask) {
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

  void push_array(Tensor index) {
    items.push_back({Item::Kind::array, place_, 0, 0, 0, std::move(index)});
    has_arrays = true;
    ++axis_;
  }

  Shape shape_;
  int axis_ = 0;   // the next axis of x
  int place_ = 0;  // the next item of the key
};

/// A view by the integers, slices and newaxes; then, where there are arrays, a gather along the
/// axes that they name. Beside arrays an integer is an array of shape (), as in NumPy.
Tensor take(const Tensor& x, PyObject* object) {
  Key key(object, x.value.shape());
  Dims index;
  std::vector<int> axes, places;  // of the arrays: in the view, and in the key
  std::vector<Tensor> operands(1);
  int axis = 0;
  for (Item& item : key.items) {
    if (item.kind == Item::Kind::integer && !key.has_arrays) {
      basic_index::add_integer(index, item.start);
      continue;
    }
    const bool is_truth = item.kind == Item::Kind::truth;
    if (is_truth || item.kind == Item::Kind::integer || item.kind == Item::Kind::array) {
      if (is_truth)
        basic_index::add_newaxis(index);
      else
        basic_index::add_whole(index);
      axes.push_back(axis++);
      places.push_back(item.place);
      operands.push_back(item.kind == Item::Kind::integer ? Tensor(Array::scalar(item.start))
                                                          : std::move(item.array));
      continue;
    }
    if (item.kind == Item::Kind::slice) {
      basic_index::add_slice(index, item.start, item.count, item.step);
    } else if (item.kind == Item::Kind::whole) {
      basic_index::add_whole(index);
    } else {
      basic_index::add_newaxis(index);
    }
    ++axis;
  }
  operands[0] = x;
  Tensor view = x;
  // Arrays alone take from x itself: a view's cotangent, as large as x, would be made for each.
  const bool is_whole = std::ranges::all_of(index, [](auto i) { return i == basic_index::whole; });
  if (axes.empty() ? !index.empty() : !is_whole) {
    view = apply(structural_row_of<Slice>, std::span(operands.data(), 1),
                 payload_of(Slice{.index = std::move(index)}));
  }
  if (axes.empty()) return view;
  const int rank = view.value.ndim(), kept = rank - static_cast<int>(axes.size());
  Gather gather;
  bool is_together = true;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    gather.axes.push_back(axes[i] - rank);
    is_together &= i == 0 || places[i] - places[i - 1] <= 1;
  }
  // Arrays that stand together put their axes where they stand, others in front.
  gather.behind = is_together ? kept - axes[0] : kept;
  operands[0] = std::move(view);
  try {
    return apply(structural_row_of<Gather>, operands, payload_of(std::move(gather)));
  } catch (const ShapeError& e) {  // index arrays that do not broadcast: to Python, an IndexError
    throw IndexRangeError(e.what());
  }
}

/// One element, or one row: the index of loops.
Tensor element(const Tensor& x, std::int64_t i) {
  if (x.value.ndim() == 0)
    fail<IndexRangeError>("index: a Tensor of shape () has no axis to index");
  Dims index;
  basic_index::add_integer(index, position(i, 0, x.value.shape()[0]));
  Tensor operands[] = {x};
  return apply(structural_row_of<Slice>, operands, payload_of(Slice{.index = std::move(index)}));
}

PyObject* subscript(PyObject* self, PyObject* key) {
  return guarded([&] {
    const Tensor x = read(self);
    if (PyLong_CheckExact(key)) {
      int overflow = 0;
      const long long i = PyLong_AsLongLongAndOverflow(key, &overflow);
      if (overflow) fail<IndexRangeError>("index: an integer beyond 64 bits was given");
      return wrap(element(x, i));
    }
    return wrap(take(x, key));
  });
}

PyObject* item(PyObject* self, Py_ssize_t i) {
  return guarded([&] { return wrap(element(read(self), i)); });
}

PyObject* iterator(PyObject* self) {
  if (read_in_place(self).value.ndim() == 0) {
    PyErr_SetString(PyExc_TypeError, "iter: a Tensor of shape () has no elements to iterate over");
    return nullptr;
  }
  return PySeqIter_New(self);
}

int refuse_assignment(PyObject*, PyObject*, PyObject*) {
  PyErr_SetString(
      PyExc_TypeError,
      "index: a Tensor is not written to; use wengert.numpy.where, concatenate or stack");
  return -1;
}

}  // namespace

void add_indexing_slots(std::vector<PyType_Slot>& slots) {
  slots.push_back({Py_sq_length, reinterpret_cast<void*>(length)});
  slots.push_back({Py_sq_item, reinterpret_cast<void*>(item)});
  slots.push_back({Py_tp_iter, reinterpret_cast<void*>(iterator)});
  slots.push_back({Py_mp_length, reinterpret_cast<void*>(length)});
  slots.push_back({Py_mp_subscript, reinterpret_cast<void*>(subscript)});
  slots.push_back({Py_mp_ass_subscript, reinterpret_cast<void*>(refuse_assignment)});
}

}  // namespace wg::bindings
