#include "bindings/checkpoint_chain.h"

#include <algorithm>

#include "bindings/call_on_leaves.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/trace.h"
#include "primitives/indexing.h"
#include "primitives/registry.h"
#include "sweeps/chain_builder.h"
#include "sweeps/schedule.h"

namespace wg::bindings {
namespace {

/// The state of a chain taken apart: its floating parts, and the others, which no derivative passes
/// and which go from step to step as they are.
class State {
 public:
  explicit State(PyObject* tree) : form_(form_of(tree)) {
    flatten(tree, others_);
    for (Object& leaf : others_) {
      Tensor value;
      if (!read_operand(leaf.get(), value) || !is_inexact(value.dtype())) continue;
      guises_.push_back(guise_of(leaf.get()));
      first_.push_back(std::move(value));
      leaf = Object();
    }
  }

  std::int64_t bytes() const {
    std::int64_t count = 0;
    for (const Tensor& part : first_) {
      count += part.value.size() * static_cast<std::int64_t>(item_size(part.dtype()));
    }
    return count;
  }

  const std::vector<Tensor>& first() const { return first_; }

  /// The floating parts of what a step returned, which must be like the state; the others are kept.
  std::vector<Tensor> take(PyObject* tree) {
    std::vector<Object> leaves;
    flatten_like(form_.get(), tree, "checkpoint_chain: what step returned", leaves);
    std::vector<Tensor> parts;
    for (std::size_t k = 0; k < leaves.size(); ++k) {
      Tensor value;
      const bool is_number = leaves[k] && read_operand(leaves[k].get(), value);
      if (!others_[k]) {
        parts.push_back(part(first_[parts.size()].value, is_number, std::move(value)));
        continue;
      }
      if (is_number && is_inexact(value.dtype())) {
        fail<DTypeError>("checkpoint_chain: step returned ", name(value.dtype()),
                         " for a part of the state that is no floating number at first; a floating "
                         "number is needed there from the start, or none at all");
      }
      others_[k] = leaves[k] ? leaves[k] : Object::share(Py_None);
    }
    return parts;
  }

  /// After the end of the trace of a step: what the step computed of the parts without derivatives
  /// is of the trace around, or nothing but a value.
  void end_step() {
    for (Object& leaf : others_) {
      if (!leaf || !is_tensor(leaf.get())) continue;
      const Tensor& value = read_in_place(leaf.get());
      if (!value.node || !value.node->is_bound() || Trace::is_seen(*value.node)) continue;
      leaf = Object::take(wrap(this_thread.trace && value.is_tracked()
                                   ? this_thread.trace->adopt(identity_primitive(), value)
                                   : Tensor(value.value)));
    }
  }

  /// The state with these parts, in its containers.
  Object tree(std::vector<Tensor> parts, bool is_final) const {
    std::vector<Object> leaves = others_;
    std::size_t k = 0;
    for (Object& leaf : leaves) {
      if (leaf) continue;
      leaf = Object::take(is_final ? disguised(own(std::move(parts[k])), guises_[k])
                                   : wrap(std::move(parts[k])));
      ++k;
    }
    auto next = leaves.begin();
    return Object::take(unflatten(form_.get(), next));
  }

 private:
  /// A floating part that a step returned, in the dtype of that of the state.
  static Tensor part(const Array& like, bool is_number, Tensor value) {
    if (!is_number) {
      fail<DTypeError>(
          "checkpoint_chain: step returned no array or number for a part of the state "
          "that is ",
          name(like.dtype()), "; a Tensor, an array or a number is needed");
    }
    if (!std::ranges::equal(value.value.shape(), like.shape())) {
      fail<ShapeError>("checkpoint_chain: step returned shape ", Dims(value.value.shape()),
                       " for a part of the state of shape ", Dims(like.shape()),
                       "; equal shapes are needed");
    }
    if (is_complex(value.dtype()) && !is_complex(like.dtype())) {
      fail<DTypeError>("checkpoint_chain: step returned ", name(value.dtype()),
                       " for a part of the state that is ", name(like.dtype()),
                       "; the state's dtype is needed");
    }
    return convert_tensor(std::move(value), like.dtype());
  }

  Object form_;
  std::vector<Object> others_;  // by leaf; null where the leaf is one of the parts
  std::vector<Guise> guises_;   // of the parts
  std::vector<Tensor> first_;
};

/// What is scanned: arrays of which each step sees one element, in their containers.
class Scanned {
 public:
  explicit Scanned(PyObject* tree) : form_(form_of(tree)) {
    std::vector<Object> leaves;
    flatten(tree, leaves);
    for (const Object& leaf : leaves) {
      arrays_.push_back(operand_of(leaf.get(), "checkpoint_chain: xs"));
      Array& value = arrays_.back().value;
      if (value.is_borrowed()) value = copy_of(value);  // callers reuse their arrays
    }
  }
  const std::vector<Tensor>& arrays() const { return arrays_; }
  std::vector<Tensor> elements(std::int64_t k) const {
    Dims index;
    basic_index::add_integer(index, k);
    std::vector<Tensor> all;
    Eager eager;
    for (const Tensor& array : arrays_) all.push_back(slice(eager.var(array), index).tensor);
    return all;
  }
  Object tree(std::vector<Tensor> elements) const {
    std::vector<Object> leaves;
    for (Tensor& element : elements) leaves.push_back(Object::take(wrap(std::move(element))));
    auto next = leaves.begin();
    return Object::take(unflatten(form_.get(), next));
  }

 private:
  Object form_;
  std::vector<Tensor> arrays_;
};

/// Leaves of a trace in the places of values; linked to these if a trace around has to follow what
/// Python reads.
std::vector<Tensor> leaves_of(Trace& trace, std::span<const Tensor> values, bool is_linked,
                              bool is_moving) {
  std::vector<Tensor> leaves;
  for (const Tensor& value : values) {
    leaves.push_back(trace.leaf(identity_primitive(), is_linked ? value : Tensor(value.value),
                                is_inexact(value.dtype()) && is_moving));
  }
  return leaves;
}

/// checkpoint_chain(step, state, length, snapshots, budget, xs): each of the last three may be
/// None.
PyObject* checkpoint_chain(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    State form(args[1]);
    const Scanned scanned(args[5]);
    const std::int64_t length = PyLong_AsLongLong(args[2]);
    std::int64_t snapshots = usual_snapshots(length);
    if (args[3] != Py_None) snapshots = PyLong_AsLongLong(args[3]);
    if (args[4] != Py_None) {
      const std::int64_t budget = PyLong_AsLongLong(args[4]);
      snapshots = std::max<std::int64_t>(1, budget / std::max<std::int64_t>(1, form.bytes()));
    }
    if (PyErr_Occurred()) throw PythonError();
    const std::vector<Tensor> first = form.first();
    if (length == 0) return form.tree(first, true).release();
    ChainBuilder chain(length, snapshots, scanned.arrays());
    const bool is_linked = this_thread.trace != nullptr;
    bool is_moving = std::ranges::any_of(first, &Tensor::is_differentiated) ||
                     std::ranges::any_of(scanned.arrays(), &Tensor::is_differentiated);
    std::vector<Tensor> state = first;
    for (std::int64_t k = 0; k < length; ++k) {
      std::vector<Array> before;
      for (const Tensor& part : state) before.push_back(part.value);
      chain.enter(k, std::move(before));
      const std::vector<Tensor> elements = scanned.elements(k);
      Trace trace;
      const Object tree = form.tree(leaves_of(trace, state, is_linked, is_moving), false);
      const Object element = scanned.tree(leaves_of(trace, elements, is_linked, is_moving));
      const Object next = Object::take(PyObject_CallFunction(
          args[0], "OLO", tree.get(), static_cast<long long>(k), element.get()));
      std::vector<Tensor> end = form.take(next.get());
      is_moving |= std::ranges::any_of(end, &Tensor::is_differentiated);
      trace.close();
      form.end_step();
      chain.take(program_of({.results = end, .leaves = trace.leaves(), .since = trace.since()}),
                 state.size());
      state = std::move(end);
      if (is_linked) continue;
      for (Tensor& part : state) part.node = nullptr;
    }
    std::vector<Array> last;
    for (Tensor& part : state) last.push_back(std::move(part.value));
    return form.tree(chain.finish(first, std::move(last)), true).release();
  });
}

/// steps_to_snapshot(steps, snapshots): see sweeps/schedule.h.
PyObject* next_snapshot(PyObject*, PyObject* const* args, Py_ssize_t) {
  return PyLong_FromLongLong(
      steps_to_snapshot(PyLong_AsLongLong(args[0]), PyLong_AsLongLong(args[1])));
}

PyMethodDef checkpoint_chain_functions[] = {
    {"checkpoint_chain", as_method(checkpoint_chain), METH_FASTCALL, nullptr},
    {"steps_to_snapshot", as_method(next_snapshot), METH_FASTCALL, nullptr},
    {}};

}  // namespace

void add_checkpoint_chain(PyObject* module) {
  checked(PyModule_AddFunctions(module, checkpoint_chain_functions));
}

}  // namespace wg::bindings
