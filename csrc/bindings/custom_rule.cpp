#include "bindings/custom_rule.h"

#include <algorithm>
#include <memory>

#include "bindings/call_on_leaves.h"
#include "bindings/jit/objects.h"
#include "bindings/stated_call.h"
#include "core/error.h"
#include "graph/open_scope.h"
#include "graph/trace.h"
#include "graph/witness.h"
#include "primitives/custom.h"
#include "sweeps/forward.h"

namespace wg::bindings {
namespace {

/// A Python object with the methods
///   pull(operands, cts) -> one cotangent or None for each operand
///   push(operands, tangents) -> one tangent or None for each result
///   pull_many, push_many: the same for seeds with an axis in front, many at once; flags say which
///   batched(flags) -> the rule of a batch, where the flagged operands have a batch axis in front
///   batch_values(operands, flags) -> the results for such a batch, or None if their own graph
///   gives them
///   stated() -> the function that states the rule, and of what `again` of that makes the same rule
/// None stands for a cotangent that did not arrive, and for the tangent of what does not move.
/// Operands are those behind the results.
class PythonRule final : public CustomRule {
 public:
  PythonRule(Object rule, std::size_t results, std::size_t primals)
      : CustomRule(results, primals),
        rule_(std::move(rule)),
        results_(results),
        primals_(primals) {}

  void pull(std::span<const Var> x, std::span<const Var> cts, Builder& builder,
            std::span<Contribution> contributions) const override {
    std::vector<Var> all(cts.begin(), cts.end());
    all.resize(results_);
    const bool is_many = is_any_batched(all);
    const Object parts = asked(is_many ? "pull_many" : "pull", x, all, is_many, x.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
      PyObject* part = PySequence_Fast_GET_ITEM(parts.get(), static_cast<Py_ssize_t>(k));
      if (part != Py_None) contributions[k] = value_of(part, is_many, builder);
    }
  }

  std::vector<Var> push(std::span<const Var> x, std::span<const Var> tangents,
                        Builder& builder) const override {
    std::vector<Var> moved(results_);
    if (std::ranges::none_of(tangents, [](const Var& t) { return bool(t); })) return moved;
    const bool is_many = is_any_batched(tangents);
    const Object parts = asked(is_many ? "push_many" : "push", x, tangents, is_many, results_);
    for (std::size_t k = 0; k < results_; ++k) {
      PyObject* part = PySequence_Fast_GET_ITEM(parts.get(), static_cast<Py_ssize_t>(k));
      if (part != Py_None) moved[k] = value_of(part, is_many, builder);
    }
    return moved;
  }

  std::vector<Var> batch_values(std::span<const Var> x, std::span<const bool> is_batched,
                                Builder& builder) const override {
    const Object operands = list_of(x), flags = list_of(is_batched);
    const UserAtWork at_work;
    const Object values = Object::take(
        PyObject_CallMethod(rule_.get(), "batch_values", "OO", operands.get(), flags.get()));
    std::vector<Var> all;
    if (values.get() == Py_None) return all;
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(values.get()); ++k) {
      all.push_back(value_of(PyList_GET_ITEM(values.get(), k), false, builder));
    }
    return all;
  }

  Ref<Payload> batched(std::span<const bool> is_batched) const override {
    const Object flags = list_of(is_batched);
    const UserAtWork at_work;
    Object rule = Object::take(PyObject_CallMethod(rule_.get(), "batched", "O", flags.get()));
    return Ref<Payload>::adopt(new PythonRule(std::move(rule), results_, primals_));
  }

  void write(ObjectWriter& out) const {
    const Object stated = Object::take(PyObject_CallMethod(rule_.get(), "stated", nullptr));
    out.write_name(PyTuple_GET_ITEM(stated.get(), 0),
                   "save: a function with derivatives stated in Python");
    out.write(PyTuple_GET_ITEM(stated.get(), 1));
    out.out().count(results_);
    out.out().count(primals_);
  }

 private:
  static bool is_any_batched(std::span<const Var> vars) {
    return std::ranges::any_of(vars, [](const Var& var) { return var && var.is_batched(); });
  }

  /// A list of so many.
  Object asked(const char* method, std::span<const Var> x, std::span<const Var> duals, bool is_many,
               std::size_t count) const {
    const Object operands = list_of(x), seeds = list_of(duals);
    const auto batched = std::make_unique<bool[]>(duals.size());
    std::ranges::transform(duals, batched.get(),
                           [](const Var& dual) { return dual && dual.is_batched(); });
    const Object flags = list_of(std::span<const bool>(batched.get(), duals.size()));
    const UserAtWork at_work;
    const Object result = Object::take(
        is_many ? PyObject_CallMethod(rule_.get(), method, "OOO", operands.get(), seeds.get(),
                                      flags.get())
                : PyObject_CallMethod(rule_.get(), method, "OO", operands.get(), seeds.get()));
    Object parts = Object::take(PySequence_Fast(result.get(), "custom rule: a list is needed"));
    const auto given = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(parts.get()));
    if (given != count) {
      fail<RuleError>("custom rule: ", method, " gave ", given, " values; ", count, " are needed");
    }
    return parts;
  }

  static Object list_of(std::span<const Var> vars) {
    Object list = Object::take(PyList_New(static_cast<Py_ssize_t>(vars.size())));
    for (std::size_t k = 0; k < vars.size(); ++k) {
      PyObject* object = Py_NewRef(Py_None);
      if (vars[k]) {
        Tensor tensor = vars[k].tensor;
        tensor.set_batched(false);
        Py_SETREF(object, wrap(std::move(tensor)));
      }
      PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(k), object);
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
    tensor.set_batched(is_batched);
    return builder.var(std::move(tensor));
  }

  Object rule_;
  std::size_t results_, primals_;
};

}  // namespace

void write_rule(const Payload& payload, ObjectWriter& out) {
  static_cast<const PythonRule&>(payload).write(out);
}

Ref<Payload> read_rule(ObjectReader& in, std::size_t operands) {
  const Object owner = in.read_stated(), parts = in.read();
  const std::size_t results = in.in().below(operands + 1);
  const std::size_t primals = in.in().below(operands - results + 1);
  Object rule = Object::own(PyObject_CallMethod(owner.get(), "again", "(O)", parts.get()));
  if (!rule) {
    fail<FormatError>("load: the rule of ", name_of(owner.get(), "load: a rule").text(),
                      " is another one than when the file was saved: ", PythonError().text());
  }
  return Ref<Payload>::adopt(new PythonRule(std::move(rule), results, primals));
}

namespace {

/// attach_rule(values, primals, rule, read): the values, with the derivative that the rule states
/// in the primals; it may also read what comes last, as a list or nothing.
PyObject* attach_rule(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    std::vector<Tensor> operands;
    const auto count = static_cast<std::size_t>(PyList_GET_SIZE(args[0]));
    for (std::size_t k = 0; k < count; ++k) {
      operands.push_back(
          operand_of(PyList_GET_ITEM(args[0], static_cast<Py_ssize_t>(k)), "attach_rule"));
      // How a value came about does not matter any more, but for a trace.
      if (!this_thread.trace) operands.back().node = nullptr;
    }
    const auto primals = static_cast<std::size_t>(PyList_GET_SIZE(args[1]));
    for (Py_ssize_t which : {1, 3}) {
      for (Py_ssize_t k = 0; k < PyList_GET_SIZE(args[which]); ++k)
        operands.push_back(operand_of(PyList_GET_ITEM(args[which], k), "attach_rule"));
    }
    settle(operands, count + primals);
    auto rule = Ref<Payload>::adopt(new PythonRule(Object::share(args[2]), count, primals));
    const std::vector<Tensor> results =
        Eager().apply_compound(custom_primitive(), std::move(rule), operands);
    Object list = Object::take(PyList_New(static_cast<Py_ssize_t>(count)));
    for (std::size_t k = 0; k < count; ++k) {
      PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(k), wrap(Tensor(results[k])));
    }
    return list.release();
  });
}

/// value_of(tensor): the value as a read-only ndarray, whatever tracks it. What Python makes of it
/// is the same for a recording that is evaluated again.
PyObject* value_of(PyObject*, PyObject* object) {
  return guarded([&] {
    const Tensor tensor = operand_of(object, "value_of");
    Trace* const trace = Trace::capturing();
    if (trace && tensor.is_tracked()) {
      trace->outside()->give_up("gives values to a function of Python that has stated derivatives");
    }
    return view_as_ndarray(tensor.value);
  });
}

/// is_tracked(tensor): whether operations on it are recorded.
PyObject* is_tracked(PyObject*, PyObject* object) {
  return PyBool_FromLong(read_in_place(object).is_tracked());
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

PyMethodDef custom_rule_functions[] = {
    {"attach_rule", as_method(attach_rule), METH_FASTCALL, nullptr},
    {"value_of", value_of, METH_O, nullptr},
    {"is_tracked", is_tracked, METH_O, nullptr},
    {"observe", observe_all, METH_O, nullptr},
    {}};

}  // namespace

void add_custom_rules(PyObject* module) {
  checked(PyModule_AddFunctions(module, custom_rule_functions));
  add_stated_calls(module);
}

}  // namespace wg::bindings
