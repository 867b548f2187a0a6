#include "bindings/backward.h"

#include "bindings/calls.h"
#include "bindings/leaves.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/trace.h"
#include "graph/untracked.h"
#include "primitives/registry.h"
#include "sweeps/reverse.h"

namespace wg::bindings {
namespace {

/// The addition may give the lock up: it is done again where another thread changed the gradient
/// meanwhile.
void add_gradient(GradientCell& cell, const Tensor& term, Builder& builder) {
  static const Primitive& plus = primitive_named("add");
  if (!cell.is_shown()) return;
  while (cell.gradient().value.is_defined()) {
    const std::uint64_t seen = cell.changes();
    Tensor both[] = {cell.gradient(), term};
    Tensor sum = builder.apply(plus, nullptr, both);
    if (cell.changes() == seen) return cell.set(std::move(sum));
  }
  // A cotangent may be shared with other leaves or with the seed.
  cell.set(term.node ? term : Tensor(copy_of(term.value).with_weak(false)));
}

/// Whether the graph that leads to a leaf was made before the recording, which does not have it.
bool is_left_to_this_call(const Node& leaf) {
  if (!is_outside(leaf)) return false;
  Outside* const outside = this_thread.trace->outside();
  if (!outside) require_inside("backward", leaf);
  outside->give_up("calls backward() through what was computed outside");
  return true;
}

/// Where the gradient of a leaf is seen.
GradientCell& cell_seen_of(const Node& leaf) {
  GradientCell& cell = *gradient_cell(&leaf);
  Trace* const trace = this_thread.trace;
  return trace && trace->is_older(leaf) ? trace->outside()->inside(cell) : cell;
}

void backward_from(const Tensor& output, PyObject* gradient, bool create_graph) {
  require_in_reach(output);
  if (!output.is_tracked()) {
    fail<DerivativeError>(
        "backward: this Tensor does not depend on one that requires a gradient; make "
        "those with wengert.tensor(data, requires_grad=True)");
  }
  Tensor seed;
  if (gradient == Py_None) {
    if (output.value.size() != 1) {
      fail<ShapeError>("backward: the Tensor is of shape ", Dims(output.value.shape()),
                       "; without `gradient` it must have one element");
    }
    seed = ones_like(output.value);
  } else {
    seed = operand_of(gradient, "backward");
    if (!std::ranges::equal(seed.value.shape(), output.value.shape())) {
      fail<ShapeError>("backward: gradient is of shape ", Dims(seed.value.shape()),
                       "; the Tensor's own shape ", Dims(output.value.shape()), " is needed");
    }
    if (is_complex(seed.dtype()) && !is_complex(output.dtype())) {
      fail<DTypeError>("backward: gradient is ", name(seed.dtype()), "; the Tensor's own dtype ",
                       name(output.dtype()), " is needed");
    }
    seed = convert_tensor(std::move(seed), output.dtype());
  }
  const auto leaves = gradient_leaves(output);
  bool is_traced = this_thread.trace;
  for (const Ref<Node>& leaf : leaves) is_traced &= !is_left_to_this_call(*leaf);
  // A trace records the sweep in any case, as what no derivative passes if none was asked for.
  const bool is_recorded = create_graph || is_traced;
  const Untracked untracked(!create_graph && is_traced);
  const auto results = reverse_sweep(std::span(&output, 1), std::span(&seed, 1), leaves,
                                     is_recorded ? Policy::eager : Policy::evaluate);
  Eager eager;
  Evaluate evaluate;
  Builder& builder = is_recorded ? static_cast<Builder&>(eager) : evaluate;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    add_gradient(cell_seen_of(*leaves[i]), results[i], builder);
  }
}

PyObject* get_grad(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    GradientCell* const cell = cell_of(read(self));
    if (!cell || !cell->gradient().value.is_defined()) Py_RETURN_NONE;
    Object gradient = Object::take(wrap(Tensor(cell->gradient())));
    make_read_only(gradient.get());  // what is written there would not reach the leaf
    return gradient.release();
  });
}

int set_grad(PyObject* self, PyObject* object, void*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    GradientCell* const cell = cell_of(tensor);
    if (!object || object == Py_None) {
      if (cell) cell->set(Tensor());
      return 0;
    }
    const Tensor value = operand_of(object, "grad");
    if (!cell) {
      fail<DerivativeError>("grad: only a Tensor that requires a gradient has one");
    }
    require_inside("grad", *tensor.node);
    if (value.is_differentiated()) {
      fail<DerivativeError>("grad: the value is being differentiated; use .detach()");
    }
    if (!std::ranges::equal(value.value.shape(), tensor.value.shape())) {
      fail<ShapeError>("grad: the value is of shape ", Dims(value.value.shape()),
                       "; the Tensor's own shape ", Dims(tensor.value.shape()), " is needed");
    }
    cell->set(make_tensor_value("grad", value, tensor.dtype(), nullptr));
    return 0;
  });
}

PyObject* zero_grad(PyObject* self, PyObject*) {
  if (set_grad(self, Py_None, nullptr) < 0) return nullptr;
  Py_RETURN_NONE;
}

PyObject* backward(PyObject* self, PyObject* args, PyObject* names) {
  return guarded([&]() -> PyObject* {
    PyObject* gradient = Py_None;
    int create_graph = 0, retain_graph = 0;
    static const char* keywords[] = {"gradient", "create_graph", "retain_graph", nullptr};
    if (!PyArg_ParseTupleAndKeywords(args, names, "|O$pp:backward", const_cast<char**>(keywords),
                                     &gradient, &create_graph, &retain_graph)) {
      throw PythonError();
    }
    backward_from(read(self), gradient, create_graph != 0);
    Py_RETURN_NONE;
  });
}

}  // namespace

void add_backward_methods(std::vector<PyMethodDef>& methods) {
  methods.insert(
      methods.end(),
      {{"backward", as_method(backward), METH_VARARGS | METH_KEYWORDS,
        "backward($self, gradient=None, *, create_graph=False, retain_graph=False)\n--\n\n"
        "Add the derivatives of this Tensor to `.grad` of the Tensors that require a gradient."},
       {"zero_grad", zero_grad, METH_NOARGS, "zero_grad($self)\n--\n\nForget `.grad`."}});
}

void add_gradient_attribute(std::vector<PyGetSetDef>& attributes) {
  attributes.push_back({"grad", get_grad, set_grad,
                        "The sum of the derivatives that backward() found, or None. It is not "
                        "written to: set another, as in ``w.grad = 0.5 * w.grad``.",
                        nullptr});
}

}  // namespace wg::bindings
