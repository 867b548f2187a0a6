#include "bindings/stated_call.h"

#include <memory>

#include "bindings/calls.h"
#include "bindings/containers.h"
#include "primitives/registry.h"
#include "sweeps/order.h"

namespace wg::bindings {
namespace {

/// What is made meanwhile stays linked to all that it was made of, which a transform that pushes
/// tangents would let go.
class Linked {
 public:
  Linked() { ++this_thread.linked_depth; }
  Linked(const Linked&) = delete;
  Linked& operator=(const Linked&) = delete;
  ~Linked() { --this_thread.linked_depth; }
};

/// What a function was given when it was called.
///
/// This is no Trace: nothing is ever evaluated again from what the function records, since its rule
/// runs instead. So what it computes under no_grad need not be kept, it may change Tensors from
/// outside and use threads, and what leaves it otherwise than as its result is a value like any.
struct Given {
  std::uint64_t since = sequence_of_now();  // what is older was there before
  std::vector<Ref<Node>> nodes;             // of the fresh Tensors
};

constexpr const char* given_capsule = "wengert.given";

Object capsule_of(std::unique_ptr<Given> given) {
  Object capsule = Object::take(PyCapsule_New(given.get(), given_capsule, [](PyObject* object) {
    delete static_cast<Given*>(PyCapsule_GetPointer(object, given_capsule));
  }));
  (void)given.release();
  return capsule;
}

/// call_stated(fun, args) -> (result, given): calls fun with fresh Tensors in the place of those
/// that are recorded, so that what it closes over can be told from what it is given, though one be
/// made of the other.
PyObject* call_stated(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    auto given = std::make_unique<Given>();
    std::vector<Object> leaves;
    flatten(args[1], leaves);
    join_objects(leaves);
    const Linked linked;
    for (Object& leaf : leaves) {
      if (!is_tensor(leaf.get()) || !read_in_place(leaf.get()).is_tracked()) continue;
      Tensor one[] = {operand_of(leaf.get(), "call_stated")};
      const Trace::Anew anew;
      Tensor fresh = apply(identity_primitive(), one);
      if (fresh.node) given->nodes.push_back(fresh.node);
      leaf = Object::take(wrap(std::move(fresh)));
    }
    auto next = leaves.begin();
    const Object fresh_args = Object::take(unflatten(args[1], next));
    const Object result = Object::take(PyObject_CallObject(args[0], fresh_args.get()));
    const Object capsule = capsule_of(std::move(given));
    return checked(PyTuple_Pack(2, result.get(), capsule.get()));
  });
}

/// closes_over(given, values): whether a derivative of a value passes something that the function
/// was not given, but found.
PyObject* closes_over(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    const auto* given = static_cast<const Given*>(PyCapsule_GetPointer(args[0], given_capsule));
    if (!given) throw PythonError();
    NodeSet seen;
    std::vector<const Node*> stack;
    for (const Ref<Node>& node : given->nodes) seen.insert(node.pointer());
    const auto visit = [&](const Node* node) {
      const bool passes = node && node->is_tracked() && node->is_differentiable();
      if (passes && seen.insert(node)) stack.push_back(node);
    };
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(args[1]); ++k) {
      visit(read_in_place(PyList_GET_ITEM(args[1], k)).node.pointer());
    }
    while (!stack.empty()) {
      const Node* node = stack.back();
      stack.pop_back();
      if (node->sequence() <= given->since) return PyBool_FromLong(1);
      for (const Operand& operand : node->operands()) visit(operand.node());
    }
    return PyBool_FromLong(0);
  });
}

PyMethodDef stated_call_functions[] = {
    {"call_stated", as_method(call_stated), METH_FASTCALL, nullptr},
    {"closes_over", as_method(closes_over), METH_FASTCALL, nullptr},
    {}};

}  // namespace

void add_stated_calls(PyObject* module) {
  checked(PyModule_AddFunctions(module, stated_call_functions));
}

}  // namespace wg::bindings
