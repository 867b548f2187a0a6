#include "bindings/transforms.h"

#include <memory>
#include <string>

#include "bindings/call_on_leaves.h"
#include "bindings/forward.h"
#include "bindings/leaves.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/excerpt.h"
#include "primitives/registry.h"
#include "sweeps/call.h"
#include "sweeps/interpret.h"
#include "sweeps/linearity.h"

namespace wg::bindings {
namespace {

/// gradient(name, fun, argnums, has_aux, holomorphic, conjugate, with_value, args, keywords)
PyObject* gradient(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const char* name = PyUnicode_AsUTF8(args[0]);
    const bool has_aux = args[3] == Py_True, holomorphic = args[4] == Py_True,
               conjugate = args[5] == Py_True, with_value = args[6] == Py_True;
    CallOnLeaves call(name, args[1], args[7], args[8]);
    const auto numbers = numbers_of(name, args[2]);
    Output output = split(name, call.run(numbers), has_aux);

    Tensor value;
    if (!read_operand(output.value.get(), value)) {
      fail<DTypeError>(name, ": fun returned ", Py_TYPE(output.value.get())->tp_name,
                       "; a Tensor or a number is needed");
    }
    if (value.value.size() != 1) {
      fail<ShapeError>(name, ": fun returned shape ", Dims(value.value.shape()),
                       "; only a scalar has a gradient, see vjp");
    }
    if (is_complex(value.dtype()) != holomorphic) {
      fail<DTypeError>(name, ": fun returned ", wg::name(value.dtype()), " and holomorphic is ",
                       holomorphic ? "True; a complex result is needed"
                                   : "False; a real result is needed (take its real part, or set "
                                     "holomorphic=True)");
    }
    if (!is_inexact(value.dtype()) && value.node) {
      fail<DTypeError>(name, ": fun returned ", wg::name(value.dtype()),
                       "; a floating dtype is needed");
    }
    call.warn_of_departure(std::span(&value, 1));
    const Tensor seed = ones_like(value.value);
    const auto nodes = call.nodes();
    if (holomorphic) require_holomorphic(name, std::span(&value, 1), nodes);
    auto cotangents =
        reverse_sweep(std::span(&value, 1), std::span(&seed, 1), nodes, call.policy());
    if (conjugate) {
      for (Tensor& ct : cotangents) {
        if (!is_complex(ct.dtype())) continue;
        Tensor one[] = {std::move(ct)};
        ct = apply(primitive_named("conjugate"), one);
      }
    }
    std::vector<Object> trees = call.results(std::move(cotangents));
    Object gradients;
    if (PyTuple_Check(args[2]) || PyList_Check(args[2])) {
      gradients = Object::take(PyTuple_New(static_cast<Py_ssize_t>(trees.size())));
      for (std::size_t i = 0; i < trees.size(); ++i) {
        PyTuple_SET_ITEM(gradients.get(), static_cast<Py_ssize_t>(i), trees[i].release());
      }
    } else {
      gradients = std::move(trees[0]);
    }
    Object aux;
    if (has_aux) aux = call.released(output.aux.get(), call.guise());
    if (!with_value && !has_aux) return gradients.release();
    if (!with_value) return checked(PyTuple_Pack(2, gradients.get(), aux.get()));
    Object released = call.released(
        output.value.get(), call.guise() == Guise::ndarray ? Guise::numpy_scalar : call.guise());
    if (has_aux) released = Object::take(PyTuple_Pack(2, released.get(), aux.get()));
    return checked(PyTuple_Pack(2, released.get(), gradients.get()));
  });
}

/// What a pullback needs after its function has returned.
struct Pullback {
  Object primals;
  std::unique_ptr<CallOnLeaves> call;
  Object form;                  // of what fun returned
  std::vector<Tensor> outputs;  // its leaves
};

constexpr const char* pullback_name = "wengert.pullback";

PyObject* pull_back(PyObject* self, PyObject* cotangents) {
  return guarded([&]() -> PyObject* {
    auto& pullback = *static_cast<Pullback*>(PyCapsule_GetPointer(self, pullback_name));
    std::vector<Object> given;
    flatten_like(pullback.form.get(), cotangents, "pullback: the cotangent", given);
    std::vector<Tensor> seeds, outputs;
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (!given[i]) continue;  // None is zero
      outputs.push_back(pullback.outputs[i]);
      seeds.push_back(
          dual_of(given[i].get(), pullback.outputs[i].value, "pullback: the cotangent", "output"));
    }
    const Policy policy = policy_under(is_untracked());
    const auto nodes = pullback.call->nodes();
    std::vector<Object> trees =
        pullback.call->results(reverse_sweep(outputs, seeds, nodes, policy));
    Object result = Object::take(PyTuple_New(static_cast<Py_ssize_t>(trees.size())));
    for (std::size_t i = 0; i < trees.size(); ++i) {
      PyTuple_SET_ITEM(result.get(), static_cast<Py_ssize_t>(i), trees[i].release());
    }
    return result.release();
  });
}

/// Runs `fun`; the function's result and what came with it go to `output`.
std::unique_ptr<Pullback> recorded_pullback(const char* name, PyObject* fun, PyObject* primals,
                                            bool has_aux, Output& output) {
  auto pullback = std::make_unique<Pullback>();
  pullback->primals = Object::share(primals);
  pullback->call = std::make_unique<CallOnLeaves>(name, fun, primals, nullptr);
  output = split(name, pullback->call->run_on_all(), has_aux);
  std::vector<Object> leaves;
  flatten(output.value.get(), leaves);
  pullback->form = form_of(output.value.get());
  for (const Object& leaf : leaves) pullback->outputs.push_back(operand_of(leaf.get(), name));
  pullback->call->warn_of_departure(pullback->outputs);
  return pullback;
}

Object function_of(std::unique_ptr<Pullback> pullback) {
  static PyMethodDef method = {"pullback", pull_back, METH_O,
                               "pullback(cotangents, /)\n--\n\nCotangents of the primals."};
  const Object capsule =
      Object::take(PyCapsule_New(pullback.get(), pullback_name, [](PyObject* object) {
        delete static_cast<Pullback*>(PyCapsule_GetPointer(object, pullback_name));
      }));
  pullback.release();
  return Object::take(PyCFunction_New(&method, capsule.get()));
}

/// vjp(fun, primals, has_aux) -> (out, pullback[, aux])
PyObject* vjp(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const bool has_aux = args[2] == Py_True;
    Output output;
    auto pullback = recorded_pullback("vjp", args[0], args[1], has_aux, output);
    const Guise guise = pullback->call->guise();
    const Object released = pullback->call->released(output.value.get(), guise);
    Object aux;
    if (has_aux) aux = pullback->call->released(output.aux.get(), guise);
    const Object function = function_of(std::move(pullback));
    return has_aux ? checked(PyTuple_Pack(3, released.get(), function.get(), aux.get()))
                   : checked(PyTuple_Pack(2, released.get(), function.get()));
  });
}

/// Zero in every element, or no number (0 times infinity), which says nothing.
bool vanishes(const Array& value) {
  const Array elements = dense(value);
  return visit(elements.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* first = elements.data<T>();
    return std::all_of(first, first + elements.size(), [](T x) { return x == T(0) || x != x; });
  });
}

/// The outputs of a linear recording where its leaves are zero; none where it holds a rule of the
/// user's, whose value was computed elsewhere.
std::vector<Tensor> at_zero(const Trace& trace, std::span<const Tensor> outputs,
                            std::span<const Ref<Node>> leaves) {
  const Captured captured = program_of(
      {.results = outputs, .leaves = leaves, .since = trace.since(), .extent = Extent::dependent});
  if (!Callable(captured.program).is_derivable()) return {};
  std::vector<Tensor> inputs;
  for (const Ref<Node>& leaf : leaves) {
    inputs.emplace_back(Array::zeros(leaf->dtype(), leaf->layout().shape()));
  }
  inputs.insert(inputs.end(), captured.captures.begin(), captured.captures.end());
  Evaluate evaluate;
  return interpret(*captured.program, inputs, evaluate);
}

/// Fails if what was recorded is no linear function of the leaves.
void require_linear(const Trace& trace, std::span<const Tensor> outputs,
                    std::span<const Ref<Node>> leaves) {
  if (is_read(trace.guards(), leaves)) {
    fail<DerivativeError>(
        "linear_transpose: fun reads what depends on its arguments (a branch, a loop or an index "
        "is decided by it); a linear function is needed, which does the same for all arguments");
  }
  if (const Primitive* found = first_nonlinear(outputs, leaves)) {
    fail<DerivativeError>("linear_transpose: fun uses ", found->name,
                          " in a way that is not linear in its arguments; a linear function is "
                          "needed (see vjp)");
  }
  const bool is_at_zero = std::ranges::all_of(
      leaves, [](const Ref<Node>& leaf) { return vanishes(leaf->operands()[0].value()); });
  const auto ends = is_at_zero ? std::vector<Tensor>(outputs.begin(), outputs.end())
                               : at_zero(trace, outputs, leaves);
  if (!std::ranges::all_of(ends, [](const Tensor& end) { return vanishes(end.value); })) {
    fail<DerivativeError>(
        "linear_transpose: fun is not zero where its arguments are; a linear function is needed");
  }
}

/// linear_transpose(fun, primals) -> pullback
PyObject* linear_transpose(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    Output output;
    Trace trace;
    auto pullback = recorded_pullback("linear_transpose", args[0], args[1], false, output);
    trace.close();
    require_linear(trace, pullback->outputs, pullback->call->nodes());
    return function_of(std::move(pullback)).release();
  });
}

/// tensor(data, dtype, requires_grad)
PyObject* tensor(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const bool requires_grad = args[2] == Py_True;
    Tensor given = operand_of(args[0], "tensor");
    DType dtype = given.dtype();
    if (args[1] != Py_None) dtype = dtype_of_object(args[1], "tensor");
    if (given.is_tracked() && !requires_grad) return wrap(convert_tensor(std::move(given), dtype));
    return wrap(
        make_tensor_value("tensor", given, dtype, requires_grad ? new_cell() : Ref<Payload>()));
  });
}

PyObject* stop_gradient(PyObject*, PyObject* x) {
  return guarded([&]() -> PyObject* {
    std::vector<Object> leaves;
    flatten(x, leaves);
    for (Object& leaf : leaves) {
      if (is_tensor(leaf.get())) leaf = Object::take(wrap(cut(read(leaf.get()))));
    }
    auto next = leaves.begin();
    return unflatten(x, next);
  });
}

PyMethodDef transforms_functions[] = {
    {"gradient", as_method(gradient), METH_FASTCALL, nullptr},
    {"vjp", as_method(vjp), METH_FASTCALL, nullptr},
    {"linear_transpose", as_method(linear_transpose), METH_FASTCALL, nullptr},
    {"tensor", as_method(tensor), METH_FASTCALL, nullptr},
    {"stop_gradient", stop_gradient, METH_O,
     "stop_gradient(x, /)\n--\n\nThe same values, constants to every derivative."},
    {}};

}  // namespace

void add_transforms(PyObject* module) {
  checked(PyModule_AddFunctions(module, transforms_functions));
  add_forward(module);
}

}  // namespace wg::bindings
