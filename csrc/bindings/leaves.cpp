#include "bindings/leaves.h"

#include "bindings/calls.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/trace.h"
#include "graph/untracked.h"
#include "primitives/registry.h"

namespace wg::bindings {
namespace {

/// Another handle of the same value and node.
PyObject* copied(PyObject* self, PyObject*) {
  return guarded([&] { return wrap(read(self)); });
}

/// A leaf gets a gradient of its own.
PyObject* deeply_copied(PyObject* self, PyObject*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    if (!cell_of(tensor)) return wrap(Tensor(tensor));
    return wrap(make_tensor_value("deepcopy", tensor, tensor.dtype(), new_cell()));
  });
}

PyObject* assign(PyObject* self, PyObject* value) {
  return guarded([&]() -> PyObject* {
    const Tensor tensor = read(self);
    const Tensor given = operand_of(value, "assign");
    if (tensor.is_differentiated() && !cell_of(tensor)) {
      fail<DerivativeError>(
          "assign: the Tensor is being differentiated; only the value of a Tensor "
          "that is not can be replaced");
    }
    if (cell_of(tensor)) require_inside("assign", *tensor.node);
    if (given.is_differentiated()) {
      fail<DerivativeError>("assign: the value is being differentiated; use .detach()");
    }
    if (!std::ranges::equal(given.value.shape(), tensor.value.shape()) ||
        (given.dtype() != tensor.dtype() && !given.value.is_weak())) {
      fail<ShapeError>("assign: the value is ", name(given.dtype()), " of shape ",
                       Dims(given.value.shape()), "; ", name(tensor.dtype()), " of shape ",
                       Dims(tensor.value.shape()), " is needed");
    }
    write(self,
          make_tensor_value("assign", given, tensor.dtype(), Ref<Payload>::share(cell_of(tensor))));
    Py_RETURN_NONE;
  });
}

}  // namespace

GradientCell* cell_of(const Tensor& tensor) { return gradient_cell(tensor.node.pointer()); }

bool is_outside(const Node& leaf) {
  Trace* const trace = this_thread.trace;
  if (!trace || trace->is_older(leaf)) return trace != nullptr;
  const GradientCell* const cell = gradient_cell(&leaf);
  return cell && cell->stands_for_another() && !trace->outside();
}

void require_inside(const char* where, const Node& leaf) {
  if (!is_outside(leaf)) return;
  fail<TraceError>(where,
                   ": a Tensor that requires a gradient was made outside of a function that is "
                   "evaluated again for other values (of vmap, say, or checkpoint), and would be "
                   "changed inside of it; return from the function what is to change it");
}

Ref<Payload> new_cell() { return Ref<Payload>::adopt(new GradientCell); }

Tensor make_tensor_value(const char* where, const Tensor& given, DType dtype, Ref<Payload> cell) {
  if (is_complex(given.dtype()) && !is_complex(dtype)) {
    fail<DTypeError>(where, ": ", name(given.dtype()), " was given for a Tensor of ", name(dtype),
                     "; a real value is needed (take its real part)");
  }
  Tensor one[] = {given};
  const bool is_recorded = this_thread.trace && given.is_tracked();
  if (!is_recorded) one[0] = copy_of(given.value).with_weak(false);
  if (is_recorded || given.dtype() != dtype) {
    const Primitive& convert = primitive_named("convert");
    const ParameterValue parameter = dtype;
    const Untracked untracked;
    one[0] = apply(convert, one, convert.make(std::span(&parameter, 1)));
  }
  if (!cell) return std::move(one[0]);
  if (!is_inexact(dtype)) {
    fail<DTypeError>("tensor: requires_grad of dtype ", name(dtype),
                     " was asked for; only floating and complex Tensors have gradients");
  }
  return leaf_with(std::move(one[0]), std::move(cell));
}

Tensor leaf_with(Tensor value, Ref<Payload> cell) {
  auto node = Node::make_leaf(identity_primitive(), value, Ref<Scope>::share(&Scope::always()),
                              std::move(cell));
  return {std::move(value.value), std::move(node)};
}

void add_leaf_methods(std::vector<PyMethodDef>& methods) {
  methods.insert(
      methods.end(),
      {{"assign", assign, METH_O,
        "assign($self, value, /)\n--\n\nReplace the value by another of the same shape and dtype; "
        "`.grad`, and what was computed, stay."},
       {"__copy__", copied, METH_NOARGS, nullptr},
       {"__deepcopy__", deeply_copied, METH_O, nullptr}});
}

}  // namespace wg::bindings
