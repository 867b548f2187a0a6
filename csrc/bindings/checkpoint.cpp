#include "bindings/checkpoint.h"

#include <map>
#include <memory>
#include <set>

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

/// What a function returned, as outputs of its program and again as objects. Those that see the
/// same memory do so afterwards: of what is older than the trace they are views, and of others the
/// whole is one output.
class Results {
 public:
  Results(PyObject* tree, const Trace& trace) : trace_(trace) {
    flatten(tree, leaves_);
    for (const Object& leaf : leaves_) {
      if (!is_tensor(leaf.get())) continue;
      if (const Storage* inside = storage_made_inside(leaf.get())) seen_[inside].insert(leaf.get());
    }
    for (const Object& leaf : leaves_) outputs_.push_back(output_of(leaf.get()));
    for (const Object& leaf : leaves_) {
      if (!is_tensor(leaf.get())) continue;
      const Storage* inside = storage_made_inside(leaf.get());
      if (!inside || seen_[inside].size() == 1 || wholes_.contains(inside)) continue;
      wholes_[inside] = outputs_.size();
      outputs_.push_back(inside->whole());
    }
  }

  std::span<const Tensor> outputs() const { return outputs_; }

  /// The leaves, with what was made of the outputs in the place of these.
  std::vector<Object> leaves(std::vector<Tensor> made) {
    for (const auto& [storage, k] : wholes_) {
      if (made[k].node == outputs_[k].node) continue;
      storages_[storage] = Storage::make(std::move(made[k]), traces_opened);
    }
    for (std::size_t k = 0; k < leaves_.size(); ++k) {
      Object& again = again_[leaves_[k].get()];
      if (!again) again = object_of(leaves_[k].get(), made[k], outputs_[k]);
    }
    std::vector<Object> all;
    for (const Object& leaf : leaves_) all.push_back(Object::share(again_[leaf.get()].get()));
    return all;
  }

 private:
  bool sees_outside(PyObject* leaf) const {
    const Window* window = window_at(leaf);
    return window && trace_.is_older(window->storage().born());
  }
  const Storage* storage_made_inside(PyObject* leaf) const {
    const Window* window = window_at(leaf);
    return window && !sees_outside(leaf) ? &window->storage() : nullptr;
  }
  /// Of several that see one storage, that is the output.
  Tensor output_of(PyObject* leaf) const {
    if (!is_tensor(leaf) || sees_outside(leaf)) return {};
    const auto seen = seen_.find(storage_made_inside(leaf));
    return seen != seen_.end() && seen->second.size() > 1 ? Tensor() : read(leaf);
  }

  Object object_of(PyObject* leaf, Tensor& made, const Tensor& output) const {
    if (!is_tensor(leaf) || trace_.is_older(handle_of(leaf).born)) return Object::share(leaf);
    if (sees_outside(leaf)) return view_of(leaf, window_at(leaf)->storage());
    const auto found = storages_.find(storage_made_inside(leaf));
    if (found != storages_.end()) return view_of(leaf, *found->second);
    if (made.node == output.node) return Object::share(leaf);
    return Object::take(wrap(std::move(made)));
  }

  static Object view_of(PyObject* leaf, Storage& storage) {
    const Array& value = read_type(leaf).value;
    Object made = Object::take(
        wrap(Tensor(Array::abstract(value.dtype(), value.layout_reference(), value.is_weak()))));
    auto* const handle = reinterpret_cast<TensorObject*>(made.get());
    handle->window = new Window(Ref<Storage>::share(&storage), *window_at(leaf), handle->tensor);
    return made;
  }

  const Trace& trace_;
  std::vector<Object> leaves_;
  std::vector<Tensor> outputs_;
  std::map<const Storage*, std::set<PyObject*>> seen_;
  std::map<const Storage*, std::size_t> wholes_;  // the output that each is
  std::map<const Storage*, Ref<Storage>> storages_;
  std::map<PyObject*, Object> again_;
};

/// checkpoint(fun, args, keywords, keep)
PyObject* checkpoint(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const auto* kept = static_cast<SharedKeep*>(PyCapsule_GetPointer(args[3], keep_name));
    if (!kept) throw PythonError();
    Trace trace;
    const Object result =
        with_joined_objects(Object::take(PyObject_Call(args[0], args[1], args[2])));
    trace.close();
    Results results(result.get(), trace);
    std::vector<Object> leaves =
        results.leaves(checkpointed(results.outputs(), trace.since(), *kept));
    auto next = leaves.begin();
    return unflatten(result.get(), next);
  });
}

/// replayed(): how many operations were evaluated again in this thread.
PyObject* replayed(PyObject*, PyObject*) {
  return PyLong_FromUnsignedLongLong(Interpreter::operations());
}

PyMethodDef checkpoint_functions[] = {{"checkpoint", as_method(checkpoint), METH_FASTCALL, nullptr},
                                      {"keep", keep, METH_O, nullptr},
                                      {"replayed", replayed, METH_NOARGS, nullptr},
                                      {}};

}  // namespace

void add_checkpoint(PyObject* module) {
  checked(PyModule_AddFunctions(module, checkpoint_functions));
}

}  // namespace wg::bindings
