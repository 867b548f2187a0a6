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

/// The state of a chain taken apart: the vector that its floating parts are packed into, and the
/// others, which no derivative passes and which go from step to step as they are.
class State {
 public:
  explicit State(PyObject* tree) : form_(form_of(tree)) {
    flatten(tree, others_);
    for (Object& leaf : others_) {
      Tensor value;
      if (!read_operand(leaf.get(), value) || !is_inexact(value.dtype())) continue;
      guises_.push_back(guise_of(leaf.get()));
      types_.push_back(value.type());
      dtype_ = types_.size() == 1 ? value.dtype() : promote(dtype_, value.dtype());
      first_.push_back(std::move(value));
      leaf = Object();
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

  /// The vector of the first state.
  Tensor first() const { return packed_parts(first_); }

  /// The vector of what a step returned, which must be like the state; its other parts are kept.
  Tensor take(PyObject* tree) {
    std::vector<Object> leaves;
    flatten_like(form_.get(), tree, "checkpoint_chain: what step returned", leaves);
    std::vector<Tensor> parts;
    for (std::size_t k = 0; k < leaves.size(); ++k) {
      Tensor value;
      const bool is_number = leaves[k] && read_operand(leaves[k].get(), value);
      if (!others_[k]) {
        parts.push_back(part(parts.size(), is_number, std::move(value)));
        continue;
      }
      if (is_number && is_inexact(value.dtype())) {
        fail<DTypeError>("checkpoint_chain: step returned ", name(value.dtype()),
                         " for a part of the state that is no floating number at first; a floating "
                         "number is needed there from the start, or none at all");
      }
      others_[k] = leaves[k] ? leaves[k] : Object::share(Py_None);
    }
    return packed_parts(parts);
  }

  /// The state with this vector, in its containers.
  Object tree(const Tensor& vector, bool is_final) const {
    Eager eager;
    std::vector<Tensor> values;
    if (!types_.empty()) values = unpacked(vector, types_, eager);
    std::vector<Object> leaves = others_;
    std::size_t k = 0;
    for (Object& leaf : leaves) {
      if (leaf) continue;
      Tensor value = convert(eager.var(std::move(values[k])), types_[k].dtype).tensor;
      leaf = Object::take(is_final ? disguised(own(std::move(value)), guises_[k])
                                   : wrap(std::move(value)));
      ++k;
    }
    auto next = leaves.begin();
    return Object::take(unflatten(form_.get(), next));
  }

 private:
  /// A floating part that a step returned, held against that of the state.
  Tensor part(std::size_t k, bool is_number, Tensor value) const {
    if (!is_number) {
      fail<DTypeError>(
          "checkpoint_chain: step returned no array or number for a part of the state "
          "that is ",
          name(types_[k].dtype), "; a Tensor, an array or a number is needed");
    }
    if (!std::ranges::equal(value.value.shape(), types_[k].shape())) {
      fail<ShapeError>("checkpoint_chain: step returned shape ", Dims(value.value.shape()),
                       " for a part of the state of shape ", Dims(types_[k].shape()),
                       "; equal shapes are needed");
    }
    if (is_complex(value.dtype()) && !is_complex(types_[k].dtype)) {
      fail<DTypeError>("checkpoint_chain: step returned ", name(value.dtype()),
                       " for a part of the state that is ", name(types_[k].dtype),
                       "; the state's dtype is needed");
    }
    return value;
  }

  Tensor packed_parts(std::span<const Tensor> parts) const {
    Eager eager;
    std::vector<Tensor> converted;
    for (const Tensor& value : parts) {
      converted.push_back(convert(eager.var(value), dtype_).tensor);
    }
    if (converted.empty()) return Array::zeros(DType::float64, Shape{0});
    return packed(converted, eager);
  }

  Object form_;
  std::vector<Object> others_;  // by leaf; null where the leaf is in the vector
  std::vector<Guise> guises_;   // of the parts in the vector
  std::vector<Type> types_;
  std::vector<Tensor> first_;
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
    State form(args[1]);
    const std::int64_t length = PyLong_AsLongLong(args[2]);
    std::int64_t snapshots = usual_snapshots(length);
    if (args[3] != Py_None) snapshots = PyLong_AsLongLong(args[3]);
    if (args[4] != Py_None) {
      const std::int64_t budget = PyLong_AsLongLong(args[4]);
      snapshots = std::max<std::int64_t>(1, budget / std::max<std::int64_t>(1, form.bytes()));
    }
    if (PyErr_Occurred()) throw PythonError();
    const Tensor first = form.first();
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
      Tensor end = form.take(next.get());
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
