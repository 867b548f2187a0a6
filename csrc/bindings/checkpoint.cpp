#include "bindings/checkpoint.h"

#include <map>
#include <memory>

#include "bindings/body_recording.h"
#include "bindings/recorded_call.h"
#include "primitives/registry.h"
#include "sweeps/checkpoint.h"
#include "sweeps/packing.h"
#include "sweeps/replay.h"

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

/// The outputs that a body made and that have derivatives, by dtype.
std::map<DType, std::vector<std::size_t>> differentiable(std::span<const Tensor> outputs,
                                                         std::uint64_t since) {
  std::map<DType, std::vector<std::size_t>> groups;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const Tensor& output = outputs[k];
    if (!output.is_tracked() || output.node->sequence() <= since) continue;
    if (output.node->is_differentiable()) groups[output.dtype()].push_back(k);
  }
  return groups;
}

/// checkpoint(fun, args, keywords, keep)
PyObject* checkpoint(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const auto* kept = static_cast<SharedKeep*>(PyCapsule_GetPointer(args[3], keep_name));
    if (!kept) throw PythonError();
    BodyRecording body;
    const Object result = Object::take(PyObject_Call(args[0], args[1], args[2]));
    std::vector<Object> leaves;
    flatten(result.get(), leaves);
    std::vector<Tensor> outputs;
    for (const Object& leaf : leaves) {
      outputs.push_back(is_tensor(leaf.get()) ? read(leaf.get()) : Tensor());
    }
    Eager eager;
    std::vector<std::pair<Tensor, std::vector<std::size_t>>> ends;
    for (auto& [dtype, group] : differentiable(outputs, body.since())) {
      std::vector<Tensor> values;
      for (const std::size_t k : group) values.push_back(outputs[k]);
      ends.emplace_back(packed(values, eager), std::move(group));
    }
    body.close();
    for (auto& [end, group] : ends) {
      std::vector<Type> types;
      for (const std::size_t k : group) types.push_back(outputs[k].type());
      const Tensor one = checkpointed(end, body.since(), *kept);
      std::vector<Tensor> values = unpacked(one, types, eager);
      for (std::size_t i = 0; i < group.size(); ++i) {
        leaves[group[i]] = Object::take(wrap(std::move(values[i])));
      }
    }
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      // What no derivative passes is of use to a recording around this one, and to nobody else.
      const Tensor& output = outputs[k];
      const bool is_own = output.is_tracked() && output.node->sequence() > body.since();
      if (is_own && !output.node->is_differentiable() && !recording.open) {
        leaves[k] = Object::take(wrap(Tensor(output.value)));
      }
    }
    auto next = leaves.begin();
    return unflatten(result.get(), next);
  });
}

/// replayed(): how many operations were evaluated again in this thread.
PyObject* replayed(PyObject*, PyObject*) {
  return PyLong_FromUnsignedLongLong(Replay::operations());
}

PyMethodDef functions[] = {{"checkpoint", as_method(checkpoint), METH_FASTCALL, nullptr},
                           {"keep", keep, METH_O, nullptr},
                           {"replayed", replayed, METH_NOARGS, nullptr},
                           {}};

}  // namespace

void add_checkpoint(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
