#include "bindings/call_on_leaves.h"

#include <numeric>
#include <unordered_set>

#include "bindings/departure.h"
#include "bindings/object_arrays.h"
#include "bindings/recorded_body.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/gradient_cell.h"
#include "graph/leaf_cell.h"
#include "graph/primitive.h"
#include "primitives/registry.h"
#include "sweeps/forward.h"
#include "sweeps/known_paths.h"
#include "sweeps/order.h"

namespace wg::bindings {

std::optional<Guise> RecordedGuises::known(const Node& node) const {
  const auto found = guises_.find(&node);
  const bool is_it = found != guises_.end() && found->second.sequence == node.sequence();
  return is_it ? std::optional(found->second.guise) : std::nullopt;
}

Guise guise_of(PyObject* object) {
  if (is_tensor(object)) {
    const Tensor& tensor = reinterpret_cast<TensorObject*>(object)->tensor;
    const RecordedGuises* const recorded = tensor.is_tracked() ? RecordedGuises::now : nullptr;
    return recorded ? recorded->guise_of(*tensor.node) : Guise::tensor;
  }
  if (PyArray_Check(object)) return Guise::ndarray;
  if (PyArray_IsScalar(object, Generic)) return Guise::numpy_scalar;
  return Guise::number;
}

PyObject* disguised(Tensor tensor, Guise guise) {
  if (tensor.is_tracked() && RecordedGuises::now) RecordedGuises::now->note(*tensor.node, guise);
  if (guise == Guise::tensor || tensor.is_tracked()) return wrap(std::move(tensor));
  if (guise == Guise::ndarray) return to_ndarray(std::move(tensor.value));
  if (guise == Guise::number && tensor.value.ndim() == 0) return to_python_number(tensor.value);
  if (tensor.value.ndim() == 0) return to_numpy_scalar(tensor.value);
  return to_ndarray(std::move(tensor.value));
}

Tensor own(Tensor tensor) {
  if (tensor.node) return tensor;
  tensor.value = tensor.value.with_weak(false);
  if (tensor.value.has_block() && !(tensor.value.is_writable_alone() && tensor.value.is_dense())) {
    tensor.value = copy_of(tensor.value);
  }
  return tensor;
}

Tensor dual_of(PyObject* object, const Array& like, const std::string& what, const char* of) {
  Tensor dual = operand_of(object, what.substr(0, what.find(':')).c_str());
  if (!std::ranges::equal(dual.value.shape(), like.shape())) {
    fail<ShapeError>(what, " is of shape ", Dims(dual.value.shape()), "; the ", of, "'s shape ",
                     Dims(like.shape()), " is needed");
  }
  if (is_complex(dual.dtype()) && !is_complex(like.dtype())) {
    fail<DTypeError>(what, " is ", wg::name(dual.dtype()), "; the ", of, "'s dtype ",
                     wg::name(like.dtype()), " is needed");
  }
  if (dual.value.is_borrowed()) dual.value = copy_of(dual.value);  // callers reuse their arrays
  return convert_tensor(std::move(dual), like.dtype());
}

namespace {

/// Whether a derivative reaches a value from a leaf of the trace. Leaves of transforms that have
/// ended are what they were made of.
bool is_reached(const Tensor& value, const Trace& trace) {
  std::unordered_set<const Node*> of_trace;
  for (const Ref<Node>& leaf : trace.leaves()) {
    if (leaf->is_differentiable()) of_trace.insert(leaf.pointer());
  }
  SeenNodes seen;
  Table<const Node*> stack{value.node.pointer()};
  while (!stack.empty()) {
    const Node* const node = stack.back();
    stack.pop_back();
    if (!node || !node->is_differentiable() || node->is_cut() || !seen.insert(node)) continue;
    if (of_trace.contains(node) || gradient_cell(node)) return true;
    for (const Operand& operand : node->operands()) stack.push_back(operand.node());
  }
  return false;
}

}  // namespace

void release(std::span<Tensor> values) {
  const Trace* const trace = this_thread.trace;
  // If no transform is open within the recording, all leaves but its own are of such as have ended.
  const bool is_last = trace && trace->outside() && trace->around() == this_thread.departures;
  for (Tensor& value : values) {
    if (is_untracked() || (is_last && value.is_differentiated() && !is_reached(value, *trace))) {
      value = cut(value);
    }
  }
  settle(values);
}

Object CallOnLeaves::run_along(std::vector<Object> tangents) {
  tangents_ = std::move(tangents);
  return run_on_all();
}

Object CallOnLeaves::run_on_all() {
  std::vector<Py_ssize_t> all(static_cast<std::size_t>(PyTuple_GET_SIZE(args_)));
  std::iota(all.begin(), all.end(), 0);
  return run(all);
}

Object CallOnLeaves::run(const std::vector<Py_ssize_t>& numbers) {
  const Py_ssize_t count = PyTuple_GET_SIZE(args_);
  Object replaced = Object::take(PyTuple_New(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyTuple_SET_ITEM(replaced.get(), i, Py_NewRef(PyTuple_GET_ITEM(args_, i)));
  }
  std::vector<bool> is_taken(static_cast<std::size_t>(count));
  for (Py_ssize_t number : numbers) {
    const Py_ssize_t i = number < 0 ? number + count : number;
    if (i < 0 || i >= count) {
      fail<ShapeError>(name_, ": argnums holds ", number, " and the call has ", count,
                       " positional arguments");
    }
    if (is_taken[static_cast<std::size_t>(i)]) {
      fail<ShapeError>(name_, ": argnums names argument ", i, " twice; once is needed");
    }
    is_taken[static_cast<std::size_t>(i)] = true;
    PyObject* fresh = leaves_of(PyTuple_GET_ITEM(args_, i), i);
    Py_SETREF(PyTuple_GET_ITEM(replaced.get(), i), fresh);
  }
  Object result = with_joined_objects(call_recorded(function_, replaced.get(), keywords_));
  read_views(result.get());
  scope_.close();
  return result;
}

std::vector<Ref<Node>> CallOnLeaves::nodes() const {
  std::vector<Ref<Node>> all;
  for (const Argument& argument : arguments_)
    all.insert(all.end(), argument.nodes.begin(), argument.nodes.end());
  return all;
}

std::vector<Object> CallOnLeaves::results(std::vector<Tensor> values) const {
  release(values);
  std::vector<Object> objects;
  std::size_t used = 0;
  for (const Argument& argument : arguments_) {
    for (const Guise guise : argument.guises) {
      objects.push_back(Object::take(disguised(own(std::move(values[used++])), guise)));
    }
  }
  return in_containers(std::move(objects));
}

std::vector<Object> CallOnLeaves::in_containers(std::vector<Object> objects) const {
  std::vector<Object> trees;
  auto next = objects.begin();
  for (const Argument& argument : arguments_) {
    trees.push_back(Object::take(unflatten(argument.form.get(), next)));
  }
  return trees;
}

Object CallOnLeaves::released(PyObject* tree, Guise guise) const {
  std::vector<Object> leaves;
  flatten(tree, leaves);
  std::vector<Tensor> tensors;
  for (Object& leaf : leaves) {
    if (is_tensor(leaf.get())) {
      tensors.push_back(read(leaf.get()));
    } else if (PyArray_Check(leaf.get())) {  // one that the function closes over
      auto* array = reinterpret_cast<PyArrayObject*>(leaf.get());
      leaf = Object::take(checked(PyArray_NewCopy(array, NPY_KEEPORDER)));
    }
  }
  release(tensors);
  auto next_tensor = tensors.begin();
  for (Object& leaf : leaves) {
    if (!is_tensor(leaf.get())) continue;
    Tensor& tensor = *next_tensor++;
    leaf = Object::take(disguised(own(std::move(tensor).let_go()), guise));
  }
  auto next = leaves.begin();
  return Object::take(unflatten(tree, next));
}

void CallOnLeaves::warn_of_departure(std::span<const Tensor> outputs) const {
  const Departure* departure = scope_.departure();
  if (!departure) return;
  const auto leaves = nodes();
  const Order order(nodes_of(outputs), nodes_of(leaves));
  bool is_any_inexact = false;
  for (const Tensor& output : outputs) {
    is_any_inexact |= is_inexact(output.dtype());
    if (!output.node) continue;
    if (order.place(output.node.pointer()) != Order::nowhere) return;
    if (output.node->holds_tangent() && cell_of(*output.node).scope == scope_.scope()) return;
  }
  if (is_any_inexact) warn_of_zero(name_, *departure);
}

namespace {

/// An integer of a container, whose tangent can only be zero.
bool is_still(const Tensor& value, PyObject* tangent) {
  Tensor given;
  if (is_inexact(value.dtype()) || !read_operand(tangent, given) || is_inexact(given.dtype()) ||
      !std::ranges::equal(given.value.shape(), value.value.shape())) {
    return false;
  }
  const Array dense_given = dense(given.value);
  const std::span bytes(dense_given.data(), static_cast<std::size_t>(dense_given.size()) *
                                                item_size(dense_given.dtype()));
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte(0); });
}

}  // namespace

PyObject* CallOnLeaves::leaves_of(PyObject* tree, Py_ssize_t position) {
  std::vector<Object> objects;
  flatten(tree, objects);
  const bool is_alone = objects.size() == 1 && objects[0].get() == tree;
  Argument argument{form_of(tree), {}, {}};
  for (Object& object : objects) {
    guise_ = std::max(guise_, guise_of(object.get()));
    const Object* tangent = tangents_.empty() ? nullptr : &tangents_[tangents_used_++];
    if (tangent && !*tangent) continue;
    Tensor value;
    if (!read_operand(object.get(), value)) {
      fail<DTypeError>(name_, ": argument ", position, " holds ", Py_TYPE(object.get())->tp_name,
                       "; a differentiated argument is made of Tensors, arrays and numbers (",
                       tangent ? "what stays as it is has the tangent None" : "see argnums", ")");
    }
    if (tangent && !is_alone && is_still(value, tangent->get())) continue;
    argument.guises.push_back(guise_of(object.get()));
    object =
        Object::take(wrap(fresh_leaf(std::move(value), position, is_alone, argument, tangent)));
  }
  auto next = objects.begin();
  PyObject* fresh = unflatten(tree, next);
  arguments_.push_back(std::move(argument));
  return fresh;
}

Tensor CallOnLeaves::fresh_leaf(Tensor value, Py_ssize_t position, bool is_alone,
                                Argument& argument, const Object* tangent) {
  if (!is_inexact(value.dtype())) {
    if (!is_alone || value.dtype() == DType::boolean) {
      fail<DTypeError>(name_, ": argument ", position, is_alone ? " is " : " holds ",
                       wg::name(value.dtype()), "; a floating or complex dtype is needed (",
                       tangent ? "what stays as it is has the tangent None"
                               : "labels and indices belong outside argnums",
                       ")");
    }
    const bool is_weak = value.value.is_weak();  // grad(f)(3) is what people write
    value = convert_tensor(std::move(value), DType::float64);
    value.value = value.value.with_weak(is_weak);
  }
  if (value.value.is_borrowed()) value.value = copy_of(value.value);  // callers reuse their arrays
  Tensor pushed = tangent ? tangent_of(*tangent, value.value, position) : Tensor();
  Tensor leaf =
      leaf_over(identity_primitive(), std::move(value), scope_.scope(), std::move(pushed));
  if (tangent && leaf.node->owns_scope() && !this_thread.moving_leaf) {
    this_thread.moving_leaf = leaf.node.pointer();
  }
  argument.nodes.push_back(leaf.node);
  // Nobody else may hold what is made in an attempt.
  const Trace* const capturing = Attempt::open() == 0 ? Trace::capturing() : nullptr;
  if (capturing) {
    capturing->outside()->known_paths().add_leaf(*this_thread.trace, leaf.node);
  }
  return leaf;
}

void require_holomorphic(const char* name, std::span<const Tensor> outputs,
                         std::span<const Ref<Node>> leaves) {
  for (const Ref<Node>& leaf : leaves) {
    if (!is_complex(leaf->dtype())) {
      fail<DTypeError>(name, ": an argument is ", wg::name(leaf->dtype()),
                       " and holomorphic is True; a complex argument is needed");
    }
  }
  const Order order(nodes_of(outputs), nodes_of(leaves));
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] && !is_holomorphic(*order[i])) {
      fail<DerivativeError>(name, ": holomorphic is True and fun uses ", order[i]->primitive().name,
                            ", which is not; without it a real value is needed");
    }
  }
}

Tensor CallOnLeaves::tangent_of(const Object& tangent, const Array& primal,
                                Py_ssize_t position) const {
  Tensor dual = dual_of(
      tangent.get(), primal,
      name_ + std::string(": the tangent of argument ") + std::to_string(position), "primal");
  dual.value = dual.value.with_weak(primal.is_weak());
  if (policy() == Policy::evaluate) dual.node = nullptr;
  return dual;
}

std::vector<Py_ssize_t> numbers_of(const char* name, PyObject* argnums) {
  std::vector<Py_ssize_t> numbers;
  const auto add = [&](PyObject* object) {
    const Py_ssize_t number = PyNumber_AsSsize_t(object, PyExc_IndexError);
    if (number == -1 && PyErr_Occurred()) {
      PyErr_Clear();
      fail<DTypeError>(name, ": argnums holds ", Py_TYPE(object)->tp_name,
                       "; an integer or a tuple of integers is needed");
    }
    numbers.push_back(number);
  };
  if (PyTuple_Check(argnums) || PyList_Check(argnums)) {
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(argnums); ++i) {
      add(PySequence_Fast_GET_ITEM(argnums, i));
    }
  } else {
    add(argnums);
  }
  return numbers;
}

Output split(const char* name, Object result, bool has_aux) {
  if (!has_aux) return {std::move(result), Object()};
  if (!PyTuple_Check(result.get()) || PyTuple_GET_SIZE(result.get()) != 2) {
    fail<DTypeError>(name, ": has_aux is True and fun returned ", Py_TYPE(result.get())->tp_name,
                     "; a tuple (output, aux) is needed");
  }
  return {Object::share(PyTuple_GET_ITEM(result.get(), 0)),
          Object::share(PyTuple_GET_ITEM(result.get(), 1))};
}

}  // namespace wg::bindings
