#include "bindings/forward.h"

#include <memory>

#include "bindings/call_on_leaves.h"
#include "core/error.h"
#include "sweeps/forward.h"

namespace wg::bindings {
namespace {

/// A function's outputs, and the form of the container that it returned them in.
struct Outputs {
  Object form;
  std::vector<Guise> guises;
  std::vector<Tensor> values;

  Outputs(PyObject* tree, Guise of_tensors, const char* name) : form(form_of(tree)) {
    std::vector<Object> leaves;
    flatten(tree, leaves);
    for (const Object& leaf : leaves) {
      guises.push_back(is_tensor(leaf.get()) ? of_tensors : guise_of(leaf.get()));
      values.push_back(operand_of(leaf.get(), name));
    }
  }

  /// Their tangents in the same form; undefined ones are zero.
  Object tangents(std::vector<Tensor> pushed) const {
    release(pushed);
    std::vector<Object> leaves;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Array& value = values[i].value;
      Tensor tangent = pushed[i].value.is_defined()
                           ? std::move(pushed[i])
                           : Tensor(Array::zeros(value.dtype(), value.shape()));
      leaves.push_back(Object::take(disguised(own(std::move(tangent)), guises[i])));
    }
    auto next = leaves.begin();
    return Object::take(unflatten(form.get(), next));
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
    CallOnLeaves call("jvp", args[0], primals.get(), nullptr, true);
    Output output =
        split("jvp", call.run_along(tangents_like(primals.get(), tangents.get(), "jvp")), has_aux);
    const Outputs outputs(output.value.get(), call.guise(), "jvp");
    call.warn_of_departure(outputs.values);
    const Object tangent =
        outputs.tangents(forward_sweep(outputs.values, call.nodes(), {}, call.policy()));
    const Object out = call.released(output.value.get(), call.guise());
    if (!has_aux) return checked(PyTuple_Pack(2, out.get(), tangent.get()));
    const Object aux = call.released(output.aux.get(), call.guise());
    return checked(PyTuple_Pack(3, out.get(), tangent.get(), aux.get()));
  });
}

/// What a linearized function needs after its function has returned.
struct Linearized {
  Object primals, form;  // the arguments and their form
  std::unique_ptr<CallOnLeaves> call;
  std::unique_ptr<Outputs> outputs;
};

constexpr const char* linearized_name = "wengert.linearized";

PyObject* push_forward(PyObject* self, PyObject* args) {
  return guarded([&]() -> PyObject* {
    const auto& map = *static_cast<Linearized*>(PyCapsule_GetPointer(self, linearized_name));
    const auto nodes = map.call->nodes();
    const std::vector<Object> given = tangents_like(map.form.get(), args, "linearize");
    std::vector<Tensor> tangents;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const Type type = nodes[i]->type();
      Tensor tangent;
      if (given[i]) {
        tangent = dual_of(given[i].get(), Array::abstract(type.dtype, type.layout),
                          "linearize: the tangent", "primal");
        tangent.value = tangent.value.with_weak(type.is_weak);
      }
      tangents.push_back(std::move(tangent));
    }
    const Policy policy = policy_under(is_untracked());
    const Outputs& outputs = *map.outputs;
    return outputs.tangents(forward_sweep(outputs.values, nodes, tangents, policy)).release();
  });
}

/// linearize(fun, primals, has_aux) -> (out, function of tangents[, aux])
PyObject* linearize(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const bool has_aux = args[2] == Py_True;
    auto map = std::make_unique<Linearized>();
    map->primals = Object::share(args[1]);
    map->form = form_of(args[1]);
    map->call = std::make_unique<CallOnLeaves>("linearize", args[0], args[1], nullptr);
    const Output output = split("linearize", map->call->run_on_all(), has_aux);
    const Guise guise = map->call->guise();
    map->outputs = std::make_unique<Outputs>(output.value.get(), guise, "linearize");
    map->call->warn_of_departure(map->outputs->values);
    const Object out = map->call->released(output.value.get(), guise);
    Object aux;
    if (has_aux) aux = map->call->released(output.aux.get(), guise);
    static PyMethodDef method = {"pushforward", push_forward, METH_VARARGS,
                                 "pushforward(*tangents)\n--\n\nThe tangent of the output."};
    const Object capsule =
        Object::take(PyCapsule_New(map.get(), linearized_name, [](PyObject* object) {
          delete static_cast<Linearized*>(PyCapsule_GetPointer(object, linearized_name));
        }));
    map.release();
    const Object function = Object::take(PyCFunction_New(&method, capsule.get()));
    return has_aux ? checked(PyTuple_Pack(3, out.get(), function.get(), aux.get()))
                   : checked(PyTuple_Pack(2, out.get(), function.get()));
  });
}

PyMethodDef forward_functions[] = {{"jvp", as_method(jvp), METH_FASTCALL, nullptr},
                                   {"linearize", as_method(linearize), METH_FASTCALL, nullptr},
                                   {}};

}  // namespace

void add_forward(PyObject* module) { checked(PyModule_AddFunctions(module, forward_functions)); }

}  // namespace wg::bindings
