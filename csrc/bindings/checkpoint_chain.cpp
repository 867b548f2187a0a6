#include "bindings/checkpoint_chain.h"

#include <algorithm>

#include "bindings/body_recording.h"
#include "bindings/recorded_call.h"
#include "core/error.h"
#include "graph/leaf_cell.h"
#include "primitives/promotion.h"
#include "primitives/registry.h"
#include "primitives/selection.h"
#include "primitives/shape.h"
#include "sweeps/chain.h"
#include "sweeps/packing.h"
#include "sweeps/schedule.h"

namespace wg::bindings {
namespace {

/// The state of a chain taken apart: its leaves, and the vector that they are packed into.
class State {
 public:
  State(PyObject* tree) : form_(Object::take(form_of(tree).release())) {
    std::vector<Object> leaves;
    flatten(tree, leaves);
    for (const Object& leaf : leaves) {
      Tensor value = operand_of(leaf.get(), "checkpoint_chain");
      if (!is_inexact(value.dtype())) {
        fail<DTypeError>("checkpoint_chain: the state holds ", name(value.dtype()),
                         "; floating or complex dtypes are needed (the second argument of step is "
                         "the number of the step)");
      }
      guises_.push_back(guise_of(leaf.get()));
      types_.push_back(value.type());
      dtype_ = types_.size() == 1 ? value.dtype() : promote(dtype_, value.dtype());
      values_.push_back(std::move(value));
    }
    for (const Type& type : types_) {
      if (is_complex(type.dtype) != is_complex(dtype_)) {
        fail<DTypeError>(
            "checkpoint_chain: the state holds real and complex values; values of one "
            "kind are needed");
      }
    }
  }

  std::int64_t bytes() const {
    std::int64_t count = 0;
    for (const Type& type : types_) count += type.size();
    return count * static_cast<std::int64_t>(item_size(dtype_));
  }

  Tensor vector() const { return vector_of(values_); }

  /// What a step returned, which must be like the state.
  Tensor vector(PyObject* tree) const {
    std::vector<Object> leaves;
    flatten_like(form_.get(), tree, "checkpoint_chain: what step returned", leaves);
    std::vector<Tensor> values;
    for (std::size_t k = 0; k < leaves.size(); ++k) {
      if (!leaves[k]) {
        fail<DTypeError>(
            "checkpoint_chain: step returned None for a part of the state; a Tensor, an array or a "
            "number is needed");
      }
      values.push_back(operand_of(leaves[k].get(), "checkpoint_chain"));
      if (!std::ranges::equal(values[k].value.shape(), types_[k].shape())) {
        fail<ShapeError>("checkpoint_chain: step returned shape ", Dims(values[k].value.shape()),
                         " for a part of the state of shape ", Dims(types_[k].shape()),
                         "; equal shapes are needed");
      }
      if (!can_hold(types_[k].dtype, values[k].dtype())) {
        fail<DTypeError>("checkpoint_chain: step returned ", name(values[k].dtype()),
                         " for a part of the state that is ", name(types_[k].dtype),
                         "; the state's dtype is needed");
      }
    }
    return vector_of(values);
  }

  Object tree(const Tensor& vector, bool is_final) const {
    Eager eager;
    std::vector<Tensor> values = unpacked(vector, types_, eager);
    std::vector<Object> leaves;
    for (std::size_t k = 0; k < values.size(); ++k) {
      Tensor value = convert(eager.var(std::move(values[k])), types_[k].dtype).tensor;
      leaves.push_back(Object::take(is_final ? disguised(own(std::move(value)), guises_[k])
                                             : wrap(std::move(value))));
    }
    auto next = leaves.begin();
    return Object::take(unflatten(form_.get(), next));
  }

 private:
  static bool can_hold(DType state, DType given) {
    return is_complex(state) == is_complex(given) || is_complex(state);
  }

  Tensor vector_of(std::span<const Tensor> values) const {
    Eager eager;
    std::vector<Tensor> converted;
    for (const Tensor& value : values) {
      converted.push_back(convert(eager.var(value), dtype_).tensor);
    }
    if (converted.empty()) return Array::zeros(DType::float64, Shape{0});
    return packed(converted, eager);
  }

  Object form_;
  std::vector<Guise> guises_;
  std::vector<Type> types_;
  std::vector<Tensor> values_;
  DType dtype_ = DType::float64;
};

/// What the state of a step belongs to, also where a step that fails has put it away.
struct StepScope {
  const Ref<Scope> scope = Scope::open();
  ~StepScope() { scope->close(); }
};

/// checkpoint_chain(step, state, length, snapshots, budget): either of the last two may be None.
PyObject* checkpoint_chain(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    static const Primitive& identity = primitive_named("identity");
    const State form(args[1]);
    const std::int64_t length = PyLong_AsLongLong(args[2]);
    std::int64_t snapshots = usual_snapshots(length);
    if (args[3] != Py_None) snapshots = PyLong_AsLongLong(args[3]);
    if (args[4] != Py_None) {
      const std::int64_t budget = PyLong_AsLongLong(args[4]);
      snapshots = std::max<std::int64_t>(1, budget / std::max<std::int64_t>(1, form.bytes()));
    }
    if (PyErr_Occurred()) throw PythonError();
    const Tensor first = form.vector();
    ChainBuilder chain(length, snapshots);
    // A recording around that is evaluated again must be able to follow what Python reads.
    const bool is_linked = recording.open != nullptr;
    Tensor state = is_linked ? first : Tensor(first.value);
    Eager eager;
    for (std::int64_t k = 0; k < length; ++k) {
      chain.enter(k, state.value);
      const StepScope scope;
      const Ref<Node> leaf = linked_leaf(identity, state, scope.scope);
      BodyRecording body;
      const Tensor before(state.value, leaf);
      const Object tree = form.tree(before, false);
      const Object next =
          Object::take(PyObject_CallFunction(args[0], "OL", tree.get(), static_cast<long long>(k)));
      Tensor end = form.vector(next.get());
      if (!end.is_tracked() || end.node->sequence() <= body.since()) {
        // A step that is no operation, or does not read its state, becomes one that does.
        const Var never = eager.constant(Array::scalar(false));
        end = where(never, eager.var(before), eager.var(end)).tensor;
      }
      body.close();
      chain.take(end, body.since(), *leaf);
      state = is_linked ? std::move(end) : Tensor(std::move(end.value));
    }
    if (length == 0) return form.tree(first, true).release();
    return form.tree(chain.finish(first, std::move(state.value)), true).release();
  });
}

/// steps_to_snapshot(steps, snapshots): see sweeps/schedule.h.
PyObject* next_snapshot(PyObject*, PyObject* const* args, Py_ssize_t) {
  return PyLong_FromLongLong(
      steps_to_snapshot(PyLong_AsLongLong(args[0]), PyLong_AsLongLong(args[1])));
}

PyMethodDef functions[] = {
    {"checkpoint_chain", as_method(checkpoint_chain), METH_FASTCALL, nullptr},
    {"steps_to_snapshot", as_method(next_snapshot), METH_FASTCALL, nullptr},
    {}};

}  // namespace

void add_checkpoint_chain(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
