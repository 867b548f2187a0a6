#include "bindings/indexing.h"

#include <algorithm>

#include "bindings/calls.h"
#include "bindings/index_key.h"
#include "core/error.h"
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

Tensor viewed(const Tensor& x, Dims index) {
  Tensor operands[] = {x};
  return apply(structural_row_of<Slice>, operands, payload_of(Slice{.index = std::move(index)}));
}

void add_to(Dims& index, const Item& item) {
  if (item.kind == Item::Kind::integer)
    basic_index::add_integer(index, item.start);
  else if (item.kind == Item::Kind::slice)
    basic_index::add_slice(index, item.start, item.count, item.step);
  else if (item.kind == Item::Kind::whole)
    basic_index::add_whole(index);
  else
    basic_index::add_newaxis(index);
}

bool is_whole(const Dims& index) {
  return std::ranges::all_of(index, [](auto i) { return i == basic_index::whole; });
}

/// Whether what the arrays take of x is less than the view of x that they would take it from. For a
/// derivative that is what counts: the view's cotangent is as large as the view.
bool takes_less(const Key& key, const Tensor& x) {
  double taken = 1, seen = 1;
  std::size_t axis = 0;
  std::vector<std::int64_t> block;  // the lengths of the arrays' axes, the last first
  for (const Item& item : key.items) {
    if (item.kind == Item::Kind::truth) return false;
    if (item.kind == Item::Kind::newaxis) continue;
    const auto n = static_cast<double>(x.value.shape()[axis++]);
    if (item.kind == Item::Kind::slice) {
      taken *= n;
      seen *= static_cast<double>(item.count);
    } else if (item.kind != Item::Kind::whole) {
      seen *= n;
    }
    if (item.kind != Item::Kind::array) continue;
    const auto shape = item.array.value.shape();
    block.resize(std::max(block.size(), shape.size()), 1);
    for (std::size_t i = 0; i < shape.size(); ++i)
      block[i] = std::max(block[i], shape[shape.size() - 1 - i]);
  }
  for (const std::int64_t n : block) taken *= static_cast<double>(n);
  return taken < seen;
}

/// What arrays take along the axes that they name, beside which an integer is an array of shape ().
/// Slices and newaxes come before them, as a view of x, or behind, as a view of what was taken.
Tensor gathered(const Tensor& x, Key& key, bool arrays_first) {
  Dims before, in_front, behind;  // of x; of what was taken, around the arrays' axes
  std::vector<int> axes;          // of the arrays, in the view of x
  std::vector<Tensor> operands(1);
  int axis = 0, place = 0;
  bool is_together = true;
  for (Item& item : key.items) {
    const bool is_truth = item.kind == Item::Kind::truth;
    if (is_truth || item.kind == Item::Kind::integer || item.kind == Item::Kind::array) {
      if (is_truth)
        basic_index::add_newaxis(before);
      else
        basic_index::add_whole(before);
      is_together &= axes.empty() || item.place - place <= 1;
      place = item.place;
      axes.push_back(axis++);
      operands.push_back(item.kind == Item::Kind::integer ? Tensor(Array::scalar(item.start))
                                                          : std::move(item.array));
    } else if (!arrays_first) {
      add_to(before, item);
      ++axis;
    } else {
      add_to(axes.empty() ? in_front : behind, item);
      axis += item.kind != Item::Kind::newaxis;
    }
  }
  operands[0] = arrays_first || is_whole(before) ? x : viewed(x, std::move(before));
  const int rank = operands[0].value.ndim(), kept = rank - static_cast<int>(axes.size());
  Gather gather;
  for (const int k : axes) gather.axes.push_back(k - rank);
  // Arrays that stand together put their axes where they stand, others in front.
  gather.behind = is_together ? kept - axes[0] : kept;
  Tensor taken = apply(structural_row_of<Gather>, operands, payload_of(std::move(gather)));
  Dims after;
  if (is_together) std::swap(after, in_front);
  for (int i = taken.value.ndim() - kept; i > 0; --i) basic_index::add_whole(after);
  for (const Dims& part : {in_front, behind}) {
    for (const std::int64_t number : part) after.push_back(number);
  }
  return is_whole(after) ? taken : viewed(taken, std::move(after));
}

Tensor take(const Tensor& x, PyObject* object) {
  Key key(object, x.value.shape());
  if (key.has_arrays) {
    try {
      return gathered(x, key, x.is_tracked() && takes_less(key, x));
    } catch (const ShapeError& e) {  // arrays that do not broadcast: to Python, an IndexError
      throw IndexRangeError(e.what());
    }
  }
  Dims index;
  for (const Item& item : key.items) add_to(index, item);
  return index.empty() ? x : viewed(x, std::move(index));
}

/// One element, or one row: the index of loops. x is held before anything can change it.
PyObject* element(const Tensor& x, std::int64_t i) {
  if (x.value.ndim() == 0)
    fail<IndexRangeError>("index: a Tensor of shape () has no axis to index");
  Dims index;
  basic_index::add_integer(index, position(i, 0, x.value.shape()[0]));
  Tensor operands[] = {x};
  NewTensor part;  // no leaf
  ::new (part.place()) Tensor(
      apply(structural_row_of<Slice>, operands, payload_of(Slice{.index = std::move(index)})));
  return part.release();
}

PyObject* subscript(PyObject* self, PyObject* key) {
  return guarded([&] {
    if (PyLong_CheckExact(key)) {
      int overflow = 0;
      const long long i = PyLong_AsLongLongAndOverflow(key, &overflow);
      if (overflow) fail<IndexRangeError>("index: an integer beyond 64 bits was given");
      return element(read_in_place(self), i);
    }
    return wrap(take(read(self), key));
  });
}

PyObject* item(PyObject* self, Py_ssize_t i) {
  return guarded([&] { return element(read_in_place(self), i); });
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
