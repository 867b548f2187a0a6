#include "bindings/indexing.h"

#include <algorithm>

#include "bindings/calls.h"
#include "bindings/destination.h"
#include "bindings/selection.h"
#include "core/error.h"
#include "primitives/indexing.h"
#include "primitives/selection.h"

namespace wg::bindings {
namespace {

Py_ssize_t length(PyObject* self) {
  const Array& value = read_type(self).value;
  if (value.ndim() == 0) {
    PyErr_SetString(PyExc_TypeError, "len: a Tensor of shape () has no length");
    return -1;
  }
  return static_cast<Py_ssize_t>(value.shape()[0]);
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

bool takes_first(const Key& key, const Tensor& x) { return x.is_tracked() && takes_less(key, x); }

Dims basic_index_of(const Key& key) {
  Dims index;
  for (const Item& item : key.items) add_to(index, item);
  return index;
}

/// The part that a basic index names: of the object a view, which is no leaf, or a number.
PyObject* part_of_object(PyObject* self, Dims index) {
  const Window* window = window_at(self);
  if (window && !window->is_whole()) return part_of_view(self, index);
  Tensor operands[] = {read(self)};  // held before anything can change it
  const Ref<Payload> payload = payload_of(Slice{.index = std::move(index)});
  NewTensor part;
  const Tensor* const made =
      ::new (part.place()) Tensor(apply(structural_row_of<Slice>, operands, Ref<Payload>(payload)));
  if (!made->value.has_block()) return part.release();
  Object object = Object::take(part.release());
  link_view(self, object.get(), structural_row_of<Slice>, payload.pointer());
  return object.release();
}

/// One element, or one row: the index of loops.
Dims index_of_element(const Array& x, std::int64_t i) {
  if (x.ndim() == 0) fail<IndexRangeError>("index: a Tensor of shape () has no axis to index");
  Dims index;
  basic_index::add_integer(index, position(i, 0, x.shape()[0]));
  return index;
}

std::int64_t integer_of(PyObject* key) {
  int overflow = 0;
  const long long i = PyLong_AsLongLongAndOverflow(key, &overflow);
  if (overflow) fail<IndexRangeError>("index: an integer beyond 64 bits was given");
  return i;
}

/// A vector's is a number, which sees no memory.
PyObject* element(PyObject* self, std::int64_t i) {
  Dims index = index_of_element(read_type(self).value, i);
  const Window* window = window_at(self);
  if (read_type(self).value.ndim() > 1 || (window && !window->is_whole())) {
    return part_of_object(self, std::move(index));
  }
  Tensor operands[] = {read(self)};
  NewTensor number;
  ::new (number.place()) Tensor(
      apply(structural_row_of<Slice>, operands, payload_of(Slice{.index = std::move(index)})));
  return number.release();
}

}  // namespace

PyObject* element_of(PyObject* self, std::int64_t i) {
  return guarded([&] { return element(self, i); });
}

namespace {

PyObject* subscript(PyObject* self, PyObject* key) {
  return guarded([&] {
    if (PyLong_CheckExact(key)) {
      return element(self, integer_of(key));
    }
    Key read_key(key, read_type(self).value.shape());
    if (!read_key.has_arrays) return part_of_object(self, basic_index_of(read_key));
    const Tensor x = read(self);
    return wrap(with_arrays([&] {
      const Selection selection(read_key, x.value.ndim(), takes_first(read_key, x));
      Tensor taken = selection.taken(selection.view_of(x));
      return is_whole(selection.after) ? taken : viewed(taken, selection.after);
    }));
  });
}

/// Axes of length 1 in front of a value are no axes, as in NumPy.
Tensor without_ones_in_front(Tensor value) {
  int ones = 0;
  const auto shape = value.value.shape();
  while (ones < value.value.ndim() && shape[static_cast<std::size_t>(ones)] == 1) ++ones;
  if (ones == 0) return value;
  Dims first;
  for (int i = 0; i < ones; ++i) basic_index::add_integer(first, 0);
  return viewed(value, std::move(first));
}

/// One value for each place where a mask of all axes is true has one axis, as in NumPy.
void require_one_axis(PyObject* key, int rank, int value_axes) {
  if (value_axes < 2) return;
  if (PyTuple_Check(key) && PyTuple_GET_SIZE(key) == 1) key = PyTuple_GET_ITEM(key, 0);
  if (PyTuple_Check(key) || mask_axes(key) != rank) return;
  fail<DTypeError>("index: a mask of all axes and a value of ", value_axes,
                   " axes were given; a value of one axis, or a number, is needed");
}

/// A mask of the first axes of x, where one value goes wherever it is true: no shape depends on it.
bool set_where(Destination& destination, PyObject* key, const Tensor& value) {
  if (value.value.ndim() != 0 || (!is_tensor(key) && !PyArray_Check(key))) return false;
  Tensor mask = operand_of(key, "index");
  const Tensor& x = destination.value();
  const int rank = x.value.ndim(), named = mask.value.ndim();
  if (mask.dtype() != DType::boolean || named == 0 || named > rank) return false;
  const auto lengths = x.value.shape().first(static_cast<std::size_t>(named));
  if (!std::ranges::equal(mask.value.shape(), lengths)) return false;
  Dims index;
  for (int i = 0; i < named; ++i) basic_index::add_whole(index);
  for (int i = named; i < rank; ++i) basic_index::add_newaxis(index);
  Tensor operands[] = {viewed(mask, std::move(index)), convert_tensor(value, x.dtype()), x};
  destination.replace(apply(structural_row_of<Where>, operands));
  return true;
}

void set_selected(Destination& destination, Key& key, Tensor value) {
  // No value of the destination is held when that is written: it could not be written to in place.
  const Tensor& x = destination.value();
  const Selection selection(key, x.value.ndim(), takes_less(key, x));
  const bool is_all = is_whole(selection.before);
  selection.require_arrays(is_all ? x : viewed(x, selection.before));
  std::vector<Tensor> operands{is_all ? Tensor() : viewed(x, selection.before), std::move(value)};
  if (!is_whole(selection.after)) {
    Tensor both[] = {selection.taken(selection.view_of(destination.value())),
                     std::move(operands[1])};
    operands[1] = apply(structural_row_of<SetAtSlice>, both,
                        payload_of(SetAtSlice{.index = selection.after}));
  }
  operands.insert(operands.end(), selection.indices.begin(), selection.indices.end());
  Ref<Payload> payload = payload_of(SetAt{.axes = selection.axes, .behind = selection.behind});
  if (is_all) return destination.apply(structural_row_of<SetAt>, std::move(payload), operands);
  Tensor part = apply(structural_row_of<SetAt>, operands, std::move(payload));
  operands.clear();
  destination.set(selection.before, std::move(part));
}

void set(PyObject* self, PyObject* key, PyObject* given) {
  Destination destination(self, "index");
  const DType dtype = read_type(self).dtype();
  if (PyLong_CheckExact(key)) {
    Dims index = index_of_element(read_type(self).value, integer_of(key));
    if (destination.is_seen_by(given, index)) return;
    Tensor value = cast_for(operand_of(given, "index"), dtype, "index");
    return destination.set(std::move(index), without_ones_in_front(std::move(value)));
  }
  Tensor value = cast_for(operand_of(given, "index"), dtype, "index");
  require_one_axis(key, read_type(self).value.ndim(), value.value.ndim());
  value = without_ones_in_front(std::move(value));
  if (set_where(destination, key, value)) return;
  Key read_key(key, read_type(self).value.shape());
  if (read_key.has_arrays) {
    return set_selected(destination, read_key, std::move(value));
  }
  Dims index = basic_index_of(read_key);
  if (destination.is_seen_by(given, index)) return;
  destination.set(std::move(index), std::move(value));
}

int assign_item(PyObject* self, PyObject* key, PyObject* value) {
  return guarded([&] {
    if (!value) fail<ShapeError>("index: elements of a Tensor cannot be deleted");
    set(self, key, value);
    return 0;
  });
}

}  // namespace

void add_indexing_slots(std::vector<PyType_Slot>& slots) {
  slots.push_back({Py_sq_length, reinterpret_cast<void*>(length)});
  slots.push_back({Py_mp_length, reinterpret_cast<void*>(length)});
  slots.push_back({Py_mp_subscript, reinterpret_cast<void*>(subscript)});
  slots.push_back({Py_mp_ass_subscript, reinterpret_cast<void*>(assign_item)});
}

}  // namespace wg::bindings
