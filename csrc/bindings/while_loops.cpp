#include "bindings/while_loops.h"

#include <algorithm>
#include <optional>

#include "bindings/jit/surroundings.h"
#include "bindings/recorded_body.h"
#include "sweeps/while_loop.h"

namespace wg::bindings {
namespace {

/// A condition and a body, functions of the state.
class WhileLoop {
 public:
  /// `is_counted`: the first part of the state is a number of steps, a number of Python in each.
  WhileLoop(PyObject* condition, PyObject* body, std::vector<Tensor> state, bool is_counted)
      : condition_(condition), body_(body), state_(std::move(state)) {
    if (is_counted) state_[0].value.set_weak(true);
    for (const Tensor& part : state_) types_.push_back(dense_type(part.value));
  }

  bool has_left_traces() const { return traces_.are_left; }

  /// The last state; nothing if a function is not one program.
  std::optional<std::vector<Tensor>> run() {
    const std::vector<Type> truth{{DType::boolean, nullptr, false}};
    const std::optional<Captured> condition = record(condition_, truth);
    if (!condition) return {};
    const std::optional<Captured> body = record(body_, types_);
    if (!body) return {};
    CommonOperands common(state_);
    common.add(*condition);
    common.add(*body);
    const std::vector<Tensor>& operands = common.all();
    if (std::ranges::none_of(operands, &Tensor::is_tracked)) return {};
    auto plan = std::make_shared<WhilePlan>();
    plan->types = types_;
    plan->outside = operands.size() - state_.size();
    plan->condition = common.program_of_all(*condition, truth);
    plan->body = common.program_of_all(*body, types_);
    if (!plan->condition->is_derivable() || !plan->body->is_derivable()) return {};
    return recorded_values(while_primitive(), Ref<Payload>::adopt(new WhileCall(std::move(plan))),
                           operands);
  }

 private:
  struct Once {
    Captured captured;
    Table<std::int64_t> words;
    std::vector<const Node*> read;
  };

  /// It is called twice, for what it does may depend on how often it was called.
  std::optional<Captured> record(PyObject* function, const std::vector<Type>& types) {
    std::optional<Once> once[2];
    for (auto& own : once) {
      own = recorded_apart<Once>(traces_,
                                 [&](Trace& trace) { return record_in(trace, function, types); });
      if (!own) return {};
    }
    if (once[0]->words != once[1]->words || once[0]->read != once[1]->read) {
      traces_.are_left = true;
      return {};
    }
    return std::move(once[0]->captured);
  }

  std::optional<Once> record_in(Trace& trace, PyObject* function,
                                const std::vector<Type>& types) const {
    std::vector<Tensor> state;
    for (const Tensor& part : state_) state.push_back(leaf_in(trace, part.value));
    Object returned =
        Object::take(PyObject_CallFunctionObjArgs(function, list_of(state).get(), nullptr));
    state.clear();
    const std::vector<Tensor> results = tensors_of(returned.get(), "while_loop");
    const auto is_like = [](const Tensor& own, const Type& type) {
      return is_same(dense_type(own.value), type);
    };
    if (!std::ranges::equal(results, types, is_like) || trace.has_read_own()) return {};
    returned = Object();
    std::vector<Ref<Node>> fallible;
    for (const Ref<Node>& node : trace.fallible()) {
      if (trace.makes_again(*node)) fallible.push_back(node);
    }
    Excerpt excerpt{.results = results, .leaves = trace.leaves(), .since = trace.since()};
    Once once;
    const Captured whole = program_of(excerpt);
    once.words = whole.program->words(Constants::count);
    for (const Tensor& own : whole.captures) once.read.push_back(own.node.pointer());
    excerpt.extent = Extent::dependent;
    once.captured = program_of(excerpt);
    excerpt.fallible = fallible;
    const std::size_t count = program_of(excerpt).program->instructions.size();
    if (count != once.captured.program->instructions.size()) return {};  // it may fail beside
    return once;
  }

  PyObject* const condition_;
  PyObject* const body_;
  Traces traces_;
  std::vector<Tensor> state_;
  std::vector<Type> types_;
};

/// record_while(condition, body, functions, state, is_counted, number): the last state,
/// a list of Tensors, recorded as one operation; None if that cannot be. The condition and the body
/// take a list of Tensors and return one; `functions` are the user's in them, and `number` is that
/// of `begins_loop`.
PyObject* record_while(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    std::vector<Surroundings> read;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(args[2]); ++i) {
      read.emplace_back(PyList_GET_ITEM(args[2], i), std::span<PyObject* const>());
    }
    WhileLoop loop(args[0], args[1], tensors_of(args[3], "while_loop"),
                   PyObject_IsTrue(args[4]) != 0);
    std::optional<std::vector<Tensor>> results = loop.run();
    Leaves tensors;
    const bool is_changed = std::ranges::any_of(
        read, [&](Surroundings& own) { return own.changed(tensors) != nullptr; });
    if (loop.has_left_traces() || is_changed) {
      results.reset();
      Trace::capturing()->outside()->begin_again(PyLong_AsSsize_t(args[5]));
    }
    if (!results) Py_RETURN_NONE;
    return list_of(*results).release();
  });
}

PyMethodDef while_loops_functions[] = {
    {"record_while", as_method(record_while), METH_FASTCALL, nullptr}, {}};

}  // namespace

void add_while_loops(PyObject* module) {
  checked(PyModule_AddFunctions(module, while_loops_functions));
}

}  // namespace wg::bindings
