#include "bindings/forward.h"

#include <memory>

#include "bindings/recorded_call.h"
#include "core/error.h"
#include "sweeps/forward.h"

namespace wg::bindings {
namespace {

/// A function's outputs, and the container that it returned them in.
struct Outputs {
  Object tree;
  std::vector<Object> objects;
  std::vector<Tensor> values;

  Outputs(Object returned, const char* name) : tree(std::move(returned)) {
    flatten(tree.get(), objects);
    for (const Object& object : objects) values.push_back(operand_of(object.get(), name));
  }

  /// Their tangents in the same container; undefined ones are zero.
  Object tangents(std::vector<Tensor> pushed, Guise guise) const {
    std::vector<Object> leaves;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const Array& value = values[i].value;
      Tensor tangent = pushed[i].value.is_defined()
                           ? std::move(pushed[i])
                           : Tensor(Array::zeros(value.dtype(), value.shape()));
      const Guise own_guise = is_tensor(objects[i].get()) ? guise : guise_of(objects[i].get());
      leaves.push_back(Object::take(disguised(own(std::move(tangent)), own_guise)));
    }
    auto next = leaves.begin();
    return Object::take(unflatten(tree.get(), next));
  }
};

/// A tuple of the entries of a tuple or list.
Object tuple_of(PyObject* sequence, const char* what) {
  if (!PyTuple_Check(sequence) && !PyList_Check(sequence)) {
    fail<DTypeError>("jvp: ", what, " is ", Py_TYPE(sequence)->tp_name,
                     "; a tuple or a list is needed, of one entry for each argument of fun");
  }
  return Object::take(PySequence_Tuple(sequence));
}

std::vector<Object> tangents_like(PyObject* primals, PyObject* tangents, const char* name) {
  if (PyTuple_GET_SIZE(primals) != PyTuple_GET_SIZE(tangents)) {
    fail<ShapeError>(name, ": ", PyTuple_GET_SIZE(tangents), " tangents were given for ",
                     PyTuple_GET_SIZE(primals), " primals; one for each is needed");
  }
  std::vector<Object> leaves;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(primals); ++i) {
    flatten_like(PyTuple_GET_ITEM(primals, i), PyTuple_GET_ITEM(tangents, i),
                 name + std::string(": the tangent of argument ") + std::to_string(i), leaves);
  }
  return leaves;
}

/// jvp(fun, primals, tangents, has_aux) -> (out, tangent_out[, aux])
PyObject* jvp(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const bool has_aux = args[3] == Py_True;
    const Object primals = tuple_of(args[1], "primals"), tangents = tuple_of(args[2], "tangents");
    Call call("jvp", args[0], primals.get(), nullptr, true);
    Output output =
        split("jvp", call.run_along(tangents_like(primals.get(), tangents.get(), "jvp")), has_aux);
    const Outputs outputs(std::move(output.value), "jvp");
    auto pushed = forward_sweep(outputs.values, call.nodes(), {}, call.records());
    settle(pushed);
    const Object out = call.released(outputs.tree.get(), call.guise());
    const Object tangent = outputs.tangents(std::move(pushed), call.guise());
    if (!has_aux) return checked(PyTuple_Pack(2, out.get(), tangent.get()));
    const Object aux = call.released(output.aux.get(), call.guise());
    return checked(PyTuple_Pack(3, out.get(), tangent.get(), aux.get()));
  });
}

template <class F> PyCFunction fast(F* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
}

PyMethodDef functions[] = {{"jvp", fast(jvp), METH_FASTCALL, nullptr}, {}};

}  // namespace

void add_forward(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
