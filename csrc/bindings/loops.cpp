#include "bindings/loops.h"

#include <algorithm>
#include <optional>

#include "bindings/jit/surroundings.h"
#include "bindings/recorded_body.h"
#include "bindings/watching.h"
#include "primitives/indexing.h"
#include "sweeps/chain.h"

namespace wg::bindings {
namespace {

/// A loop whose steps are one program, if they are.
class Loop {
 public:
  /// Whether steps changed something that they, or what comes after them, may read.
  bool has_left_traces() const { return traces_.are_left; }

  Loop(PyObject* step, std::vector<Tensor> state, std::vector<Tensor> scanned, std::int64_t length,
       bool is_reversed, std::int64_t first)
      : step_(step), state_(std::move(state)), scanned_(std::move(scanned)) {
    plan_->length = length;
    plan_->is_reversed = is_reversed;
    plan_->first = first;
    plan_->scanned = scanned_.size();
    for (const Tensor& part : state_) plan_->types.push_back(dense_type(part.value));
  }

  /// The state after all steps and the rows; nothing if steps are not one program.
  std::optional<std::vector<Tensor>> run() {
    std::optional<Once> first = record(0);
    if (!first) return {};
    // What a step reads beside its inputs is the same in another step.
    const std::optional<Once> second = record(1);
    if (!second) return {};
    if (first->words != second->words || first->read != second->read) {
      traces_.are_left = true;
      return {};
    }
    std::vector<Tensor> operands = operands_of(*first);
    if (std::ranges::none_of(operands, &Tensor::is_tracked)) return {};
    return recorded_values(loop_primitive(), Ref<Payload>::adopt(new ChainCall(plan_, {})),
                           operands);
  }

 private:
  /// One step: its program, and as it would be if nothing were shared between steps.
  struct Once {
    Captured captured;
    std::vector<Type> rows;
    Table<std::int64_t> words;
    std::vector<const Node*> read;
  };

  std::optional<Once> record(std::int64_t k) {
    return recorded_apart<Once>(traces_, [&](Trace& trace) { return record_in(trace, k); });
  }

  std::optional<Once> record_in(Trace& trace, std::int64_t k) {
    std::vector<Tensor> state, elements, position;
    for (const Tensor& part : state_) state.push_back(leaf_in(trace, part.value));
    Dims index;
    basic_index::add_integer(index, plan_->element(k));
    for (const Tensor& array : scanned_) {
      Evaluate evaluate;
      elements.push_back(leaf_in(trace, slice(evaluate.var(array.value), index).value()));
    }
    position.push_back(leaf_in(trace, Array::scalar(plan_->first + plan_->element(k), true)));
    Object returned = Object::take(PyObject_CallFunctionObjArgs(
        step_, list_of(state).get(), list_of(elements).get(), list_of(position).get(), nullptr));
    std::vector<Tensor> results = tensors_of(PyTuple_GET_ITEM(returned.get(), 0), "loop");
    for (std::size_t part = 0; part < results.size(); ++part) {
      if (!is_same(dense_type(results[part].value), plan_->types[part])) return {};
    }
    for (Tensor& row : tensors_of(PyTuple_GET_ITEM(returned.get(), 1), "loop")) {
      results.push_back(std::move(row));
    }
    if (trace.has_read_own()) return {};
    returned = Object();
    std::vector<Ref<Node>> fallible;
    for (const Ref<Node>& node : trace.fallible()) {
      if (trace.makes_again(*node)) fallible.push_back(node);
    }
    Excerpt excerpt{
        .results = results, .leaves = trace.leaves(), .fallible = fallible, .since = trace.since()};
    Once once;
    const Captured whole = program_of(excerpt);
    once.words = whole.program->words(Constants::count);
    for (const Tensor& own : whole.captures) once.read.push_back(own.node.pointer());
    excerpt.extent = Extent::dependent;
    once.captured = program_of(excerpt);
    for (std::size_t row = state_.size(); row < results.size(); ++row) {
      once.rows.push_back(dense_type(results[row].value));
    }
    return once;
  }

  std::vector<Tensor> operands_of(Once& once) {
    std::vector<StepInput> sources;
    const auto add = [&](StepInput::From from, std::size_t count) {
      for (std::size_t k = 0; k < count; ++k) {
        sources.push_back({from, static_cast<std::uint32_t>(k)});
      }
    };
    add(StepInput::From::state, state_.size());
    add(StepInput::From::scanned, scanned_.size());
    add(StepInput::From::position, 1);
    add(StepInput::From::outside, once.captured.captures.size());
    plan_->outside = once.captured.captures.size();
    plan_->rows = std::move(once.rows);
    auto callable = std::make_shared<Callable>(std::move(once.captured.program));
    if (!callable->is_derivable()) return {};
    plan_->steps.push_back(
        {Ref<Payload>::adopt(new Call(std::move(callable))), std::move(sources)});
    std::vector<Tensor> operands = state_;
    operands.insert(operands.end(), scanned_.begin(), scanned_.end());
    operands.insert(operands.end(), once.captured.captures.begin(), once.captured.captures.end());
    return operands;
  }

  PyObject* step_;
  Traces traces_;
  const std::vector<Tensor> state_, scanned_;
  std::shared_ptr<ChainPlan> plan_ = std::make_shared<ChainPlan>();
};

/// In one another: each of a recursion calls all branches.
constexpr int most_attempts = 8;

/// begins_loop(): the number of the loop that begins, if what runs is recorded to be replayed and
/// the loop may be one operation of that; else -1.
PyObject* begins_loop(PyObject*, PyObject*) {
  return guarded([&] {
    const Trace* const trace = Trace::capturing();
    const bool is_none =
        !trace || Watching::is_every_step_seen() || Attempt::open() > most_attempts;
    return PyLong_FromSsize_t(is_none ? -1 : trace->outside()->begins_loop());
  });
}

/// may_be_recorded(x): whether what is chosen by this Tensor may be an operation of what is
/// recorded to be replayed.
PyObject* may_be_recorded(PyObject*, PyObject* x) {
  return guarded([&] {
    const bool may = Trace::capturing() && !Watching::is_every_step_seen() && read(x).is_tracked();
    return PyBool_FromLong(may);
  });
}

/// begin_again(loop): see Outside.
PyObject* begin_again(PyObject*, PyObject* loop) {
  return guarded([&]() -> PyObject* {
    Trace::capturing()->outside()->begin_again(PyLong_AsSsize_t(loop));
    Py_RETURN_NONE;
  });
}

/// record_loop(step, body, state, scanned, length, is_reversed, first, loop): the state after so
/// many steps and their rows, two lists of Tensors, recorded as one operation; None if the steps
/// are not one program, and are to be taken one by one. `body`: the user's function in `step`.
PyObject* record_loop(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    Surroundings read(args[1], {});
    const std::size_t size = static_cast<std::size_t>(PyList_GET_SIZE(args[2]));
    Loop loop(args[0], tensors_of(args[2], "loop"), tensors_of(args[3], "loop"),
              PyLong_AsLongLong(args[4]), PyObject_IsTrue(args[5]) != 0,
              PyLong_AsLongLong(args[6]));
    std::optional<std::vector<Tensor>> results = loop.run();
    Leaves tensors;
    if (loop.has_left_traces() || read.changed(tensors)) {
      results.reset();
      Trace::capturing()->outside()->begin_again(PyLong_AsSsize_t(args[7]));
    }
    if (!results) Py_RETURN_NONE;
    const std::span all(*results);
    return checked(
        PyTuple_Pack(2, list_of(all.first(size)).get(), list_of(all.subspan(size)).get()));
  });
}

PyMethodDef loops_functions[] = {{"begins_loop", begins_loop, METH_NOARGS, nullptr},
                                 {"may_be_recorded", may_be_recorded, METH_O, nullptr},
                                 {"begin_again", begin_again, METH_O, nullptr},
                                 {"record_loop", as_method(record_loop), METH_FASTCALL, nullptr},
                                 {}};

}  // namespace

void add_loops(PyObject* module) { checked(PyModule_AddFunctions(module, loops_functions)); }

}  // namespace wg::bindings
