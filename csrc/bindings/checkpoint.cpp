#include "bindings/checkpoint.h"

#include <memory>

#include "bindings/call_on_leaves.h"
#include "primitives/registry.h"
#include "sweeps/call.h"
#include "sweeps/interpret.h"

namespace wg::bindings {
namespace {

using SharedKeep = std::shared_ptr<const Keep>;
constexpr const char* keep_name = "wengert.keep";

/// keep(names): the primitives of these names, for checkpoint.
PyObject* keep(PyObject*, PyObject* names) {
  return guarded([&] {
    auto kept = std::make_unique<Keep>();
    const Object all = Object::take(PySequence_Fast(names, "checkpoint: a sequence is needed"));
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(all.get()); ++i) {
      const char* name = PyUnicode_AsUTF8(PySequence_Fast_GET_ITEM(all.get(), i));
      if (!name) throw PythonError();
      kept->insert(&primitive_named(name));
    }
    auto shared = std::make_unique<SharedKeep>(std::move(kept));
    PyObject* capsule = checked(PyCapsule_New(shared.get(), keep_name, [](PyObject* self) {
      delete static_cast<SharedKeep*>(PyCapsule_GetPointer(self, keep_name));
    }));
    shared.release();
    return capsule;
  });
}

/// checkpoint(fun, args, keywords, keep)
PyObject* checkpoint(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const auto* kept = static_cast<SharedKeep*>(PyCapsule_GetPointer(args[3], keep_name));
    if (!kept) throw PythonError();
    Trace trace;
    const Object result = Object::take(PyObject_Call(args[0], args[1], args[2]));
    trace.close();
    std::vector<Object> leaves;
    flatten(result.get(), leaves);
    std::vector<Tensor> outputs;
    for (const Object& leaf : leaves) {
      outputs.push_back(is_tensor(leaf.get()) ? read(leaf.get()) : Tensor());
    }
    std::vector<Tensor> made = checkpointed(outputs, trace.since(), *kept);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      if (made[k].node != outputs[k].node) leaves[k] = Object::take(wrap(std::move(made[k])));
    }
    auto next = leaves.begin();
    return unflatten(result.get(), next);
  });
}

/// replayed(): how many operations were evaluated again in this thread.
PyObject* replayed(PyObject*, PyObject*) {
  return PyLong_FromUnsignedLongLong(Interpreter::operations());
}

PyMethodDef functions[] = {{"checkpoint", as_method(checkpoint), METH_FASTCALL, nullptr},
                           {"keep", keep, METH_O, nullptr},
                           {"replayed", replayed, METH_NOARGS, nullptr},
                           {}};

}  // namespace

void add_checkpoint(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
