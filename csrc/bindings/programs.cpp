#include "bindings/programs.h"

#include "bindings/calls.h"
#include "bindings/containers.h"
#include "core/error.h"
#include "graph/excerpt.h"
#include "primitives/registry.h"
#include "sweeps/interpret.h"
#include "tape/simplify.h"

namespace wg::bindings {
namespace {

constexpr const char* capsule_name = "wengert.program";

/// A program, and the values of its inputs behind the arguments.
struct Recorded {
  std::shared_ptr<const Program> program;
  std::vector<Tensor> captures;
};

PyObject* in_capsule(Recorded recorded) {
  auto owned = std::make_unique<Recorded>(std::move(recorded));
  PyObject* capsule = checked(PyCapsule_New(owned.get(), capsule_name, [](PyObject* self) {
    delete static_cast<Recorded*>(PyCapsule_GetPointer(self, capsule_name));
  }));
  owned.release();  // the capsule's
  return capsule;
}

const Recorded& recorded_in(PyObject* capsule) {
  auto* recorded = static_cast<Recorded*>(PyCapsule_GetPointer(capsule, capsule_name));
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
    return in_capsule({std::move(captured.program), std::move(captured.captures)});
  });
}

/// simplified_program(program)
PyObject* simplified_program(PyObject*, PyObject* capsule) {
  return guarded([&] {
    const Recorded& recorded = recorded_in(capsule);
    return in_capsule({simplified(*recorded.program), recorded.captures});
  });
}

/// evaluate_program(program, args) -> (results, what is read), as Tensors
PyObject* evaluate_program(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    const Recorded& recorded = recorded_in(args[0]);
    const Program& program = *recorded.program;
    std::vector<Tensor> inputs = operands_in(args[1], "evaluate_program");
    inputs.insert(inputs.end(), recorded.captures.begin(), recorded.captures.end());
    if (inputs.size() != program.inputs.size()) {
      fail<ShapeError>("evaluate_program: ", inputs.size(), " inputs were given; ",
                       program.inputs.size(), " are needed");
    }
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

PyMethodDef functions[] = {
    {"record_program", as_method(record_program), METH_FASTCALL, nullptr},
    {"simplified_program", simplified_program, METH_O, nullptr},
    {"evaluate_program", as_method(evaluate_program), METH_FASTCALL, nullptr},
    {"program_text", program_text, METH_O, nullptr},
    {"program_size", program_size, METH_O, nullptr},
    {}};

}  // namespace

void add_programs(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
