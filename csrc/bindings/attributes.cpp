#include "bindings/attributes.h"

#include "bindings/calls.h"
#include "bindings/departure.h"
#include "bindings/protocols.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/gradient_cell.h"
#include "graph/trace.h"
#include "graph/untracked.h"
#include "primitives/registry.h"
#include "sweeps/reverse.h"

namespace wg::bindings {
namespace {

GradientCell* cell_of(const Tensor& tensor) { return gradient_cell(tensor.node.pointer()); }

bool is_differentiated(const Tensor& tensor) {
  return tensor.is_tracked() && tensor.node->is_differentiable();
}

/// Fails where what happens to a leaf would not happen again with what is being recorded.
void require_inside(const char* where, const Node& leaf) {
  if (!this_thread.trace || !this_thread.trace->is_older(leaf)) return;
  fail<TraceError>(where,
                   ": a Tensor that requires a gradient was made outside of a function that is "
                   "evaluated again for other values (of vmap, say, or checkpoint), and would be "
                   "changed inside of it; return from the function what is to change it");
}

PyObject* get_shape(PyObject* self, void*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    const auto shape = tensor.value.shape();
    Object tuple = Object::take(PyTuple_New(static_cast<Py_ssize_t>(shape.size())));
    for (std::size_t i = 0; i < shape.size(); ++i) {
      PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i),
                       checked(PyLong_FromLongLong(shape[i])));
    }
    return tuple.release();
  });
}
PyObject* get_ndim(PyObject* self, void*) {
  return PyLong_FromLong(read_in_place(self).value.ndim());
}
PyObject* get_size(PyObject* self, void*) {
  return PyLong_FromLongLong(read_in_place(self).value.size());
}
PyObject* get_dtype(PyObject* self, void*) {
  return reinterpret_cast<PyObject*>(
      PyArray_DescrFromType(number_of_dtype(read_in_place(self).dtype())));
}
PyObject* get_item_size(PyObject* self, void*) {
  return PyLong_FromSize_t(item_size(read_in_place(self).dtype()));
}
PyObject* get_byte_count(PyObject* self, void*) {
  const Array& value = read_in_place(self).value;
  return PyLong_FromLongLong(value.size() * static_cast<long long>(item_size(value.dtype())));
}
PyObject* get_requires_grad(PyObject* self, void*) {
  const Tensor& tensor = read_in_place(self);
  return PyBool_FromLong(is_differentiated(tensor));
}
PyObject* get_is_leaf(PyObject* self, void*) {
  const Tensor& tensor = read_in_place(self);
  return PyBool_FromLong(!tensor.is_tracked() || tensor.node->is_leaf());
}
PyObject* get_is_weak(PyObject* self, void*) {
  return PyBool_FromLong(read_in_place(self).value.is_weak());
}

PyObject* get_grad(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    const Tensor tensor = read(self);
    const GradientCell* cell = cell_of(tensor);
    if (!cell || !cell->gradient().value.is_defined()) Py_RETURN_NONE;
    return wrap(Tensor(cell->gradient()));
  });
}

int set_grad(PyObject* self, PyObject* value, void*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    GradientCell* cell = cell_of(tensor);
    if (value && value != Py_None) {
      fail<DTypeError>("grad: ", Py_TYPE(value)->tp_name, " was given; only None can be set");
    }
    if (cell) cell->set(Tensor());
    return 0;
  });
}

PyObject* zero_grad(PyObject* self, PyObject*) {
  if (set_grad(self, Py_None, nullptr) < 0) return nullptr;
  Py_RETURN_NONE;
}

PyObject* detach(PyObject* self, PyObject*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    note_departure(tensor, "detach");
    return wrap(cut(tensor));
  });
}

PyObject* item(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return guarded([&] {
    const Tensor tensor = read(self);
    observe(tensor, is_integral(tensor.dtype()) ? nullptr : ".item");
    note_departure(tensor, "item");
    const Array& value = tensor.value;
    if (count == 0 && value.size() == 1) return to_python_number(value);
    const Object array = Object::take(view_as_ndarray(value));
    const Object method = Object::take(PyObject_GetAttrString(array.get(), "item"));
    return checked(
        PyObject_Vectorcall(method.get(), args, static_cast<std::size_t>(count), nullptr));
  });
}

PyObject* numpy(PyObject* self, PyObject*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    refuse_to_leave(tensor, "numpy");
    return view_as_ndarray(tensor.value);
  });
}

PyObject* array(PyObject* self, PyObject* args, PyObject* names) {
  return guarded([&]() -> PyObject* {
    PyObject *dtype = Py_None, *copy = Py_None;
    static const char* keywords[] = {"dtype", "copy", nullptr};
    if (!PyArg_ParseTupleAndKeywords(args, names, "|OO:__array__", const_cast<char**>(keywords),
                                     &dtype, &copy)) {
      throw PythonError();
    }
    const Tensor tensor = read(self);
    refuse_to_leave(tensor, "np.asarray");
    Object out = Object::take(copy == Py_True ? to_ndarray(copy_of(tensor.value))
                                              : view_as_ndarray(tensor.value));
    if (dtype == Py_None) return out.release();
    return checked(PyObject_CallMethod(out.get(), "astype", "O", dtype));
  });
}

PyObject* dlpack(PyObject* self, PyObject* args, PyObject* names) {
  return guarded([&] {
    const Tensor tensor = read(self);
    refuse_to_leave(tensor, "dlpack");
    // A copy: DLPack cannot say in every version that memory is read-only.
    const Object out = Object::take(to_ndarray(copy_of(tensor.value)));
    const Object method = Object::take(PyObject_GetAttrString(out.get(), "__dlpack__"));
    return checked(PyObject_Call(method.get(), args, names));
  });
}

PyObject* dlpack_device(PyObject*, PyObject*) { return Py_BuildValue("(ii)", 1, 0); }

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

PyObject* reduce(PyObject* self, PyObject*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    const bool is_leaf = cell_of(tensor) != nullptr;
    if (!is_leaf) refuse_to_leave(tensor, "pickle");
    const Object module = Object::take(PyImport_ImportModule("wengert"));
    const Object make = Object::take(PyObject_GetAttrString(module.get(), "tensor"));
    const Object value = Object::take(to_ndarray(copy_of(tensor.value)));
    return checked(
        Py_BuildValue("(O(OOO))", make.get(), value.get(), Py_None, is_leaf ? Py_True : Py_False));
  });
}

PyObject* format(PyObject* self, PyObject* spec) {
  return guarded([&] {
    const Tensor tensor = read(self);
    const Array& value = tensor.value;
    const Object object = Object::take(
        value.size() == 1 && value.ndim() == 0 ? to_python_number(value) : view_as_ndarray(value));
    return said_of_many(tensor, Object::take(PyObject_Format(object.get(), spec)));
  });
}

PyObject* as_complex(PyObject* self, PyObject*) {
  return guarded([&] {
    const Object number = Object::take(to_python_number(lone_number(self, "complex")));
    return checked(PyObject_CallOneArg(reinterpret_cast<PyObject*>(&PyComplex_Type), number.get()));
  });
}

PyObject* assign(PyObject* self, PyObject* value) {
  return guarded([&]() -> PyObject* {
    const Tensor tensor = read(self);
    const Tensor given = operand_of(value, "assign");
    if (is_differentiated(tensor) && !cell_of(tensor)) {
      fail<DerivativeError>(
          "assign: the Tensor is being differentiated; only the value of a Tensor "
          "that is not can be replaced");
    }
    if (cell_of(tensor)) require_inside("assign", *tensor.node);
    if (is_differentiated(given)) {
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
  auto node = Node::make_leaf(primitive_named("identity"), one[0],
                              Ref<Scope>::share(&Scope::always()), std::move(cell));
  return {std::move(one[0].value), std::move(node)};
}

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

}  // namespace

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
  for (const Ref<Node>& leaf : leaves) require_inside("backward", *leaf);
  // A trace records the sweep in any case, as what no derivative passes if none was asked for.
  const bool is_recorded = create_graph || this_thread.trace;
  const Untracked untracked(!create_graph && this_thread.trace);
  const auto results = reverse_sweep(std::span(&output, 1), std::span(&seed, 1), leaves,
                                     is_recorded ? Policy::eager : Policy::evaluate);
  Eager eager;
  Evaluate evaluate;
  Builder& builder = is_recorded ? static_cast<Builder&>(eager) : evaluate;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    add_gradient(*gradient_cell(leaves[i].pointer()), results[i], builder);
  }
}

PyMethodDef* tensor_methods() {
  static PyMethodDef methods[] = {
      {"backward", as_method(backward), METH_VARARGS | METH_KEYWORDS,
       "backward($self, gradient=None, *, create_graph=False, retain_graph=False)\n--\n\n"
       "Add the derivatives of this Tensor to `.grad` of the Tensors that require a gradient."},
      {"zero_grad", zero_grad, METH_NOARGS, "zero_grad($self)\n--\n\nForget `.grad`."},
      {"detach", detach, METH_NOARGS,
       "detach($self)\n--\n\nThe same value, a constant to every derivative."},
      {"item", as_method(item), METH_FASTCALL,
       "item($self, *index)\n--\n\nOne element as a Python number, a constant to every "
       "derivative."},
      {"numpy", numpy, METH_NOARGS, "numpy($self)\n--\n\nThe value as a read-only ndarray."},
      {"assign", assign, METH_O,
       "assign($self, value, /)\n--\n\nReplace the value by another of the same shape and dtype; "
       "`.grad`, and what was computed, stay."},
      {"__array__", as_method(array), METH_VARARGS | METH_KEYWORDS, nullptr},
      {"__array_ufunc__", as_method(array_ufunc), METH_FASTCALL | METH_KEYWORDS, nullptr},
      {"__array_function__", as_method(array_function), METH_FASTCALL, nullptr},
      {"__dlpack__", as_method(dlpack), METH_VARARGS | METH_KEYWORDS, nullptr},
      {"__dlpack_device__", dlpack_device, METH_NOARGS, nullptr},
      {"__copy__", copied, METH_NOARGS, nullptr},
      {"__deepcopy__", deeply_copied, METH_O, nullptr},
      {"__reduce__", reduce, METH_NOARGS, nullptr},
      {"__format__", format, METH_O, nullptr},
      {"__complex__", as_complex, METH_NOARGS, nullptr},
      {}};
  return methods;
}

PyGetSetDef* tensor_attributes() {
  static PyGetSetDef attributes[] = {
      {"shape", get_shape, nullptr, "The lengths of the axes.", nullptr},
      {"ndim", get_ndim, nullptr, "The number of axes.", nullptr},
      {"size", get_size, nullptr, "The number of elements.", nullptr},
      {"dtype", get_dtype, nullptr, "NumPy's dtype of the elements.", nullptr},
      {"itemsize", get_item_size, nullptr, "Bytes of one element.", nullptr},
      {"nbytes", get_byte_count, nullptr, "Bytes of all elements.", nullptr},
      {"requires_grad", get_requires_grad, nullptr, "Whether operations on it are recorded.",
       nullptr},
      {"is_leaf", get_is_leaf, nullptr, "Whether no recorded operation made it.", nullptr},
      {"is_weak", get_is_weak, nullptr,
       "Whether its dtype yields in promotion, as a Python number's does.", nullptr},
      {"grad", get_grad, set_grad, "The sum of the derivatives that backward() found, or None.",
       nullptr},
      {}};
  return attributes;
}

}  // namespace wg::bindings
