#include "bindings/memory_order.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "bindings/calls.h"
#include "core/broadcast.h"
#include "core/memory_order.h"
#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg::bindings {
namespace {

const Window* window_of_operand(PyObject* object) {
  return is_tensor(object) ? window_at(object) : nullptr;
}

/// The strides of NumPy's memory with which an operand is read in the result's shape.
Dims strides_of(PyObject* object, const Tensor& operand, std::span<const std::int64_t> shape) {
  if (const Window* window = window_of_operand(object))
    return broadcast_strides(*window->layout(), shape);
  const std::span<const std::int64_t> own = operand.value.shape();
  Dims strides = dense_strides(own);
  if (PyArray_Check(object)) {
    auto* const array = reinterpret_cast<PyArrayObject*>(object);
    for (int k = 0; k < PyArray_NDIM(array); ++k) strides[k] = PyArray_STRIDE(array, k);
  }
  return broadcast_strides(*Layout::strided(own, strides), shape);
}

Tensor transposed(Tensor x, const Dims& order) {
  Dims axes(order);
  for (std::int64_t& axis : axes) axis -= order.size();
  Tensor one[] = {std::move(x)};
  return apply(structural_row_of<Transpose>, one, payload_of(Transpose{.axes = std::move(axes)}));
}

/// Whether the operand is all of a whole whose axes have this order.
bool is_whole_in_order(const Window& window, const Dims& order) {
  const Layout& layout = *window.layout();
  const Array& whole = window.storage().whole().value;
  if (window.component() != Component::all || layout.ndim() != order.size() ||
      layout.size() != whole.size()) {
    return false;
  }
  const Dims strides = strides_in_order(order, layout.shape());
  for (int k = 0; k < order.size(); ++k) {
    const auto axis = static_cast<std::size_t>(order[k]);
    if (layout.shape()[axis] != whole.shape()[static_cast<std::size_t>(k)] ||
        layout.strides()[axis] != strides[order[k]]) {
      return false;
    }
  }
  return true;
}

/// The operand with as many axes as the result, in the order of memory.
Tensor put_in_order(PyObject* object, Tensor operand, const Dims& order) {
  const int ndim = operand.value.ndim(), rank = order.size();
  if (ndim == 0) return operand;
  const Window* const window = window_of_operand(object);
  if (window && is_whole_in_order(*window, order)) return window->storage().whole();
  if (ndim < rank) {
    Shape shape(rank, 1);
    std::ranges::copy(operand.value.shape(), shape.begin() + (rank - ndim));
    Tensor one[] = {std::move(operand)};
    operand =
        apply(structural_row_of<Reshape>, one, payload_of(Reshape{.shape = std::move(shape)}));
  }
  return transposed(std::move(operand), order);
}

Shape common_shape(const Primitive& primitive, std::span<const Tensor> operands) {
  Shape shape(operands[0].value.shape());
  for (const Tensor& operand : operands.subspan(1)) {
    shape = broadcast_shapes(primitive.name, shape, operand.value.shape());
  }
  return shape;
}

Dims reversed_axes(int ndim) {
  Dims order(ndim);
  for (int k = 0; k < ndim; ++k) order[k] = ndim - 1 - k;
  return order;
}

bool are_by_columns(std::span<const Dims> strides, const Shape& shape) {
  const Dims wanted = strides_in_order(reversed_axes(shape.size()), shape);
  return std::ranges::all_of(strides, [&](const Dims& own) {
    for (int k = 0; k < shape.size(); ++k) {
      if (shape[k] != 1 && own[k] != wanted[k]) return false;
    }
    return true;
  });
}

/// The axes of the result, the outermost in memory first; none in C order.
Dims axes_for(Order order, std::span<const Dims> strides, const Shape& shape) {
  if (order == Order::kept) return kept_order(strides, shape.size());
  const bool by_columns =
      order == Order::columns || (order == Order::any && are_by_columns(strides, shape));
  return by_columns && shape.size() > 1 ? reversed_axes(shape.size()) : Dims();
}

PyObject* axes_in_memory(PyObject*, PyObject* object) {
  return guarded([&]() -> PyObject* {
    const Window* const window = window_of_operand(object);
    const int ndim = read_type(object).value.ndim();
    const Dims strides =
        window ? broadcast_strides(*window->layout(), window->layout()->shape()) : Dims(ndim);
    const Dims order = kept_order(std::span(&strides, 1), ndim);
    Object tuple = Object::take(PyTuple_New(order.size()));
    for (int k = 0; k < order.size(); ++k)
      PyTuple_SET_ITEM(tuple.get(), k, checked(PyLong_FromLongLong(order[k])));
    return tuple.release();
  });
}

PyMethodDef memory_order_functions[] = {
    {"axes_in_memory", axes_in_memory, METH_O,
     "axes_in_memory(tensor, /)\n--\n\nThe axes as they lie in memory, the outermost first; none "
     "where they lie in C order."},
    {}};

}  // namespace

Order order_of(PyObject* name, const char* what) {
  const char* text = name == Py_None ? "K" : PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : "";
  if (!text) throw PythonError();
  if (std::strchr("CFAK", text[0]) && text[0] && !text[1]) return static_cast<Order>(text[0]);
  PyErr_Format(PyExc_ValueError, "%s: order is %R; 'C', 'F', 'A' or 'K' is needed", what, name);
  throw PythonError();
}

PyObject* apply_in_order(const Primitive& primitive, const Ref<Payload>& payload,
                         std::span<PyObject* const> objects, std::span<const Tensor> operands,
                         Order order_asked) {
  const Shape shape = common_shape(primitive, operands);
  std::vector<Dims> strides;
  for (std::size_t i = 0; i < objects.size(); ++i)
    strides.push_back(strides_of(objects[i], operands[i], shape));
  const Dims order = axes_for(order_asked, strides, shape);
  if (order.empty()) return nullptr;
  std::vector<Tensor> put;
  for (std::size_t i = 0; i < objects.size(); ++i)
    put.push_back(put_in_order(objects[i], operands[i], order));
  Tensor whole = apply(primitive, put, payload);
  Dims places(order.size());
  for (int k = 0; k < order.size(); ++k) places[static_cast<int>(order[k])] = k;
  Object result = Object::take(wrap(transposed(whole, places)));
  auto* const handle = reinterpret_cast<TensorObject*>(result.get());
  handle->window =
      new Window(Storage::make(std::move(whole), handle->born),
                 Layout::strided(shape, strides_in_order(order, shape)), handle->tensor);
  return result.release();
}

void add_memory_order(PyObject* module) {
  checked(PyModule_AddFunctions(module, memory_order_functions));
}

}  // namespace wg::bindings
