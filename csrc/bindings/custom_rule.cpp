#include "bindings/custom_rule.h"

#include <algorithm>

#include "bindings/recorded_call.h"
#include "core/error.h"
#include "graph/recording.h"
#include "graph/witness.h"
#include "primitives/custom.h"
#include "sweeps/forward.h"
#include "sweeps/order.h"

namespace wg::bindings {
namespace {

/// A Python object with the methods
///   pull(operands, ct) -> one cotangent or None for each operand
///   push(operands, tangents) -> a tangent; None stands for what does not move
///   pull_many, push_many: the same for seeds with an axis in front, many at once
///   batched(flags) -> the rule of a batch, where the flagged operands have a batch axis in front
///   batch_value(operands, flags) -> the value for such a batch, or None if its own graph gives it
/// Operands are those behind the value.
class PythonRule final : public CustomRule {
 public:
  explicit PythonRule(Object rule) : rule_(std::move(rule)) {}

  void pull(std::span<const Var> x, const Var& ct,
            std::span<Contribution> contributions) const override {
    Builder& builder = *ct.builder;
    const char* method = ct.is_batched() ? "pull_many" : "pull";
    const Object operands = list_of(x.subspan(1));
    const Object seed = object_of(ct);
    const UserAtWork at_work;
    const Object result =
        Object::take(PyObject_CallMethod(rule_.get(), method, "OO", operands.get(), seed.get()));
    const Object parts =
        Object::take(PySequence_Fast(result.get(), "custom rule: a list is needed"));
    for (std::size_t k = 1; k < x.size(); ++k) {
      PyObject* part = PySequence_Fast_GET_ITEM(parts.get(), static_cast<Py_ssize_t>(k - 1));
      if (part != Py_None) contributions[k] = value_of(part, ct.is_batched(), builder);
    }
  }

  Var push(std::span<const Var> x, std::span<const Var> tangents) const override {
    const auto moving =
        std::ranges::find_if(tangents, [](const Var& t) { return static_cast<bool>(t); });
    Builder& builder = *x[0].builder;
    const bool is_many =
        std::ranges::any_of(tangents, [](const Var& t) { return t && t.is_batched(); });
    if (moving == tangents.end()) return {};
    const Object operands = list_of(x.subspan(1));
    const Object all = Object::take(PyList_New(static_cast<Py_ssize_t>(tangents.size()) - 1));
    for (std::size_t k = 1; k < tangents.size(); ++k) {
      PyObject* tangent = tangents[k] ? object_of(tangents[k]).release() : Py_NewRef(Py_None);
      PyList_SET_ITEM(all.get(), static_cast<Py_ssize_t>(k - 1), tangent);
    }
    const char* method = is_many ? "push_many" : "push";
    const UserAtWork at_work;
    const Object result =
        Object::take(PyObject_CallMethod(rule_.get(), method, "OO", operands.get(), all.get()));
    return value_of(result.get(), is_many, builder);
  }

  Var batch_value(std::span<const Var> x, std::span<const bool> is_batched) const override {
    const Object operands = list_of(x.subspan(1)), flags = list_of(is_batched.subspan(1));
    const UserAtWork at_work;
    const Object value = Object::take(
        PyObject_CallMethod(rule_.get(), "batch_value", "OO", operands.get(), flags.get()));
    return value.get() == Py_None ? Var() : value_of(value.get(), false, *x[0].builder);
  }

  Ref<Payload> batched(std::span<const bool> is_batched) const override {
    const Object flags = list_of(is_batched.subspan(1));
    const UserAtWork at_work;
    Object rule = Object::take(PyObject_CallMethod(rule_.get(), "batched", "O", flags.get()));
    return Ref<Payload>::adopt(new PythonRule(std::move(rule)));
  }

 private:
  static Object object_of(const Var& var) {
    Tensor tensor = var.tensor;
    tensor.value.set_batched(false);
    return Object::take(wrap(std::move(tensor)));
  }

  static Object list_of(std::span<const Var> vars) {
    Object list = Object::take(PyList_New(static_cast<Py_ssize_t>(vars.size())));
    for (std::size_t k = 0; k < vars.size(); ++k) {
      PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(k), object_of(vars[k]).release());
    }
    return list;
  }

  static Object list_of(std::span<const bool> flags) {
    Object list = Object::take(PyList_New(static_cast<Py_ssize_t>(flags.size())));
    for (std::size_t k = 0; k < flags.size(); ++k)
      PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(k), PyBool_FromLong(flags[k]));
    return list;
  }

  static Var value_of(PyObject* object, bool is_batched, Builder& builder) {
    Tensor tensor = operand_of(object, "custom rule");
    tensor.value.set_batched(is_batched);
    return builder.var(std::move(tensor));
  }

  Object rule_;
};

/// attach_rule(value, operands, rule): the value, with the derivative that the rule states.
PyObject* attach_rule(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    std::vector<Tensor> operands{operand_of(args[0], "attach_rule")};
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(args[1]); ++k)
      operands.push_back(operand_of(PyList_GET_ITEM(args[1], k), "attach_rule"));
    // How the value came about does not matter any more, but for a recording of other values.
    if (!recording.open) operands[0].node = nullptr;
    settle(operands);
    return wrap(apply(custom_primitive(), operands,
                      Ref<Payload>::adopt(new PythonRule(Object::share(args[2])))));
  });
}

/// value_of(tensor): the value as a read-only ndarray, whatever tracks it.
PyObject* value_of(PyObject*, PyObject* object) {
  return guarded([&] { return view_as_ndarray(operand_of(object, "value_of").value); });
}

/// observe(tensors): a foreign function read these values.
PyObject* observe_all(PyObject*, PyObject* tensors) {
  return guarded([&] {
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(tensors); ++k) {
      observe(read(PyList_GET_ITEM(tensors, k)));
    }
    return Py_NewRef(Py_None);
  });
}

/// closes_over_tracked(values, operands, since): whether a value depends on something tracked that
/// is older than the sequence number `since` and none of the operands.
PyObject* closes_over_tracked(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    NodeSet seen;
    std::vector<const Node*> stack;
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(args[1]); ++k) {
      const Tensor operand = read(PyList_GET_ITEM(args[1], k));
      if (operand.node) seen.insert(operand.node.pointer());
    }
    const std::uint64_t since = PyLong_AsUnsignedLongLong(args[2]);
    const auto visit = [&](const Node* node) {
      if (node && node->is_tracked() && seen.insert(node)) stack.push_back(node);
    };
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(args[0]); ++k)
      visit(read(PyList_GET_ITEM(args[0], k)).node.pointer());
    while (!stack.empty()) {
      const Node* node = stack.back();
      stack.pop_back();
      if (node->sequence() <= since) return PyBool_FromLong(1);
      for (const Operand& operand : node->operands()) visit(operand.node());
    }
    return PyBool_FromLong(0);
  });
}

/// call_linked(fun, args): the result of fun, linked to all that it was made of, which a transform
/// that pushes tangents would let go: closes_over_tracked can then tell.
PyObject* call_linked(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    struct Linked {
      Linked() { ++recording.linked_depth; }
      ~Linked() { --recording.linked_depth; }
    } linked;
    return checked(PyObject_CallObject(args[0], args[1]));
  });
}

PyObject* last_sequence(PyObject*, PyObject*) {
  return PyLong_FromUnsignedLongLong(sequence_of_now());
}

PyMethodDef functions[] = {
    {"attach_rule", as_method(attach_rule), METH_FASTCALL, nullptr},
    {"closes_over_tracked", as_method(closes_over_tracked), METH_FASTCALL, nullptr},
    {"value_of", value_of, METH_O, nullptr},
    {"observe", observe_all, METH_O, nullptr},
    {"call_linked", as_method(call_linked), METH_FASTCALL, nullptr},
    {"last_sequence", last_sequence, METH_NOARGS, nullptr},
    {}};

}  // namespace

void add_custom_rules(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
