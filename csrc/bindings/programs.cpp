#include "bindings/programs.h"

#include "bindings/calls.h"
#include "bindings/containers.h"
#include "core/error.h"
#include "graph/excerpt.h"
#include "primitives/registry.h"
#include "sweeps/interpret.h"
#include "tape/plan.h"
#include "tape/simplify.h"

namespace wg::bindings {
namespace {

constexpr const char* program_capsule = "wengert.program";

/// A program, and the values of its inputs behind the arguments.
struct Recorded {
  std::shared_ptr<const Program> program;
  std::vector<Tensor> captures;
  mutable std::unique_ptr<Plan> made;  // when it is first asked for

  const Plan& plan() const {
    if (!made) made = std::make_unique<Plan>(program);
    return *made;
  }
};

PyObject* in_capsule(Recorded recorded) {
  auto owned = std::make_unique<Recorded>(std::move(recorded));
  PyObject* capsule = checked(PyCapsule_New(owned.get(), program_capsule, [](PyObject* self) {
    delete static_cast<Recorded*>(PyCapsule_GetPointer(self, program_capsule));
  }));
  owned.release();  // the capsule's
  return capsule;
}

const Recorded& recorded_in(PyObject* capsule) {
  auto* recorded = static_cast<Recorded*>(PyCapsule_GetPointer(capsule, program_capsule));
  if (!recorded) throw PythonError();
  return *recorded;
}

std::vector<Tensor> operands_in(PyObject* sequence, const char* where) {
  const Object all = Object::take(PySequence_Tuple(sequence));
  PyObject* const tuple = all.get();
  std::vector<Tensor> operands;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
    operands.push_back(operand_of(PyTuple_GET_ITEM(tuple, i), where));
  }
  return operands;
}

/// record_program(fun, args): what fun did to leaves in the place of its arguments.
PyObject* record_program(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    const std::vector<Tensor> values = operands_in(args[1], "record_program");
    Trace trace;
    const Object leaves = Object::take(PyTuple_New(static_cast<Py_ssize_t>(values.size())));
    for (std::size_t k = 0; k < values.size(); ++k) {
      PyTuple_SET_ITEM(leaves.get(), static_cast<Py_ssize_t>(k),
                       wrap(trace.leaf(identity_primitive(), values[k], true)));
    }
    const Object tree =
        with_joined_objects(Object::take(PyObject_Call(args[0], leaves.get(), nullptr)));
    std::vector<Object> objects;
    flatten(tree.get(), objects);
    std::vector<Tensor> results;
    for (const Object& object : objects) {
      results.push_back(operand_of(object.get(), "record_program"));
    }
    Captured captured = program_of({.results = results,
                                    .leaves = trace.leaves(),
                                    .guards = trace.guards(),
                                    .fallible = trace.fallible(),
                                    .since = trace.since()});
    trace.forget_guards();
    return in_capsule({std::move(captured.program), std::move(captured.captures), nullptr});
  });
}

/// simplified_program(program)
PyObject* simplified_program(PyObject*, PyObject* capsule) {
  return guarded([&] {
    const Recorded& recorded = recorded_in(capsule);
    return in_capsule({simplified(*recorded.program), recorded.captures, nullptr});
  });
}

/// The arguments, and what is behind them.
std::vector<Tensor> inputs_of(const Recorded& recorded, PyObject* args, const char* where) {
  const Program& program = *recorded.program;
  std::vector<Tensor> inputs = operands_in(args, where);
  inputs.insert(inputs.end(), recorded.captures.begin(), recorded.captures.end());
  if (inputs.size() != program.inputs.size()) {
    fail<ShapeError>(where, ": ", inputs.size(), " inputs were given; ", program.inputs.size(),
                     " are needed");
  }
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Type& type = program.types[program.inputs[k]];
    const Array& value = inputs[k].value;
    if (value.dtype() == type.dtype && same_shape(value.layout(), type.shape_layout())) continue;
    fail<ShapeError>(where, ": input ", k, " is ", name(value.dtype()), " ", Dims(value.shape()),
                     "; ", name(type.dtype), " ", Dims(type.shape()), " is needed");
  }
  return inputs;
}

/// evaluate_program(program, args) -> (results, what is read), as Tensors
PyObject* evaluate_program(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    const Recorded& recorded = recorded_in(args[0]);
    const Program& program = *recorded.program;
    const std::vector<Tensor> inputs = inputs_of(recorded, args[1], "evaluate_program");
    Eager builder;
    Interpreter interpreter(program, inputs, builder);
    const Object readings = Object::take(PyList_New(0)), results = Object::take(PyList_New(0));
    for (const Reading& reading : program.readings) {
      interpreter.run_to(reading.before);
      const Object outcome = Object::take(wrap(interpreter.take(reading.slot)));
      checked(PyList_Append(readings.get(), outcome.get()));
    }
    for (Tensor& result : interpreter.results()) {
      const Object value = Object::take(wrap(std::move(result)));
      checked(PyList_Append(results.get(), value.get()));
    }
    return checked(Py_BuildValue("(OO)", results.get(), readings.get()));
  });
}

/// run_plan(program, args, times) -> (results of the last of so many runs, None); or ([], (number,
/// what was read)) where a reading read something else
PyObject* run_plan(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    const Recorded& recorded = recorded_in(args[0]);
    std::vector<Array> inputs;
    for (Tensor& input : inputs_of(recorded, args[1], "run_plan"))
      inputs.push_back(std::move(input.value));
    const long times = PyLong_AsLong(args[2]);
    if (times == -1 && PyErr_Occurred()) throw PythonError();
    Plan::Run run;
    for (long i = 0; i < times; ++i) run = recorded.plan().run(inputs);
    const Object results = Object::take(PyList_New(0));
    for (Array& result : run.results) {
      const Object value = Object::take(wrap(Tensor(std::move(result))));
      checked(PyList_Append(results.get(), value.get()));
    }
    if (run.failed_reading < 0) return checked(Py_BuildValue("(OO)", results.get(), Py_None));
    const Object read = Object::take(wrap(Tensor(std::move(run.read))));
    return checked(Py_BuildValue("(O(nO))", results.get(),
                                 static_cast<Py_ssize_t>(run.failed_reading), read.get()));
  });
}

/// describe_plan(program) -> (bytes of the arena, one step a line)
PyObject* describe_plan(PyObject*, PyObject* capsule) {
  return guarded([&] {
    const Plan& plan = recorded_in(capsule).plan();
    return checked(
        Py_BuildValue("(ns)", static_cast<Py_ssize_t>(plan.arena_bytes()), plan.text().c_str()));
  });
}

/// program_text(program): one instruction a line
PyObject* program_text(PyObject*, PyObject* capsule) {
  return guarded([&] {
    const std::string text = recorded_in(capsule).program->text();
    return checked(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
  });
}

/// program_size(program) -> (instructions, constants, results that a derivative reaches)
PyObject* program_size(PyObject*, PyObject* capsule) {
  return guarded([&] {
    const Program& program = *recorded_in(capsule).program;
    const std::vector<bool> reached = program.differentiable_results();
    return checked(Py_BuildValue("(nnn)", static_cast<Py_ssize_t>(program.instructions.size()),
                                 static_cast<Py_ssize_t>(program.constants.size()),
                                 static_cast<Py_ssize_t>(std::ranges::count(reached, true))));
  });
}

PyMethodDef programs_functions[] = {
    {"record_program", as_method(record_program), METH_FASTCALL, nullptr},
    {"simplified_program", simplified_program, METH_O, nullptr},
    {"evaluate_program", as_method(evaluate_program), METH_FASTCALL, nullptr},
    {"run_plan", as_method(run_plan), METH_FASTCALL, nullptr},
    {"describe_plan", describe_plan, METH_O, nullptr},
    {"program_text", program_text, METH_O, nullptr},
    {"program_size", program_size, METH_O, nullptr},
    {}};

}  // namespace

void add_programs(PyObject* module) { checked(PyModule_AddFunctions(module, programs_functions)); }

}  // namespace wg::bindings
