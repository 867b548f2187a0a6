#include "bindings/branches.h"

#include <algorithm>
#include <optional>

#include "bindings/calls.h"
#include "bindings/jit/surroundings.h"
#include "bindings/recorded_body.h"
#include "core/same_bits.h"
#include "primitives/promotion.h"
#include "sweeps/branch.h"

namespace wg::bindings {
namespace {

/// Functions of the same operands, of which one is called.
class Branches {
 public:
  Branches(Tensor index, PyObject* functions, std::vector<Tensor> given)
      : index_(std::move(index)), functions_(functions), given_(std::move(given)) {}

  bool has_left_traces() const { return traces_.are_left; }

  /// What the chosen one returned; nothing if they are not one operation.
  std::optional<std::vector<Tensor>> run() {
    if (!index_.is_tracked()) return {};
    std::vector<Captured> programs;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(functions_); ++i) {
      PyObject* const function = PyList_GET_ITEM(functions_, i);
      auto one = recorded_apart<Captured>(traces_,
                                          [&](Trace& trace) { return record_in(trace, function); });
      if (!one) return {};
      programs.push_back(std::move(*one));
    }
    const std::optional<std::vector<Type>> types = common_types(programs);
    if (!types) return {};
    CommonOperands common(given_);
    for (const Captured& own : programs) common.add(own);
    auto plan = std::make_shared<BranchPlan>();
    for (const Captured& own : programs) {
      auto callable = common.program_of_all(own, *types);
      if (!callable->is_derivable()) return {};
      plan->branches.push_back(std::move(callable));
    }
    std::vector<Tensor> operands{index_};
    operands.insert(operands.end(), common.all().begin(), common.all().end());
    return recorded_values(branch_primitive(), Ref<Payload>::adopt(new BranchCall(std::move(plan))),
                           operands);
  }

 private:
  std::optional<Captured> record_in(Trace& trace, PyObject* function) const {
    std::vector<Tensor> leaves;
    for (const Tensor& own : given_) leaves.push_back(leaf_in(trace, own.value));
    const Object returned =
        Object::take(PyObject_CallFunctionObjArgs(function, list_of(leaves).get(), nullptr));
    const std::vector<Tensor> results = tensors_of(returned.get(), "cond");
    if (!trace.guards().empty()) return {};
    // All that it computes, which is not computed where another one is called.
    Excerpt excerpt{.results = results, .leaves = trace.leaves(), .since = trace.since()};
    Captured own = program_of(excerpt);
    excerpt.fallible = trace.fallible();
    const bool may_fail_beside =
        program_of(excerpt).program->instructions.size() != own.program->instructions.size();
    trace.forget_guards();
    if (may_fail_beside) return {};
    return own;
  }

  /// Types of results: numbers of Python take the dtype of what another branch returns.
  static std::optional<std::vector<Type>> common_types(std::span<const Captured> programs) {
    std::vector<Type> common;
    for (const Captured& own : programs) {
      const Program& program = *own.program;
      if (common.empty()) {
        for (const Slot slot : program.results) common.push_back(program.types[slot]);
      }
      if (program.results.size() != common.size()) return {};
      for (std::size_t k = 0; k < common.size(); ++k) {
        Type& before = common[k];
        const Type& now = program.types[program.results[k]];
        if (is_same(before, now)) continue;
        if (!std::ranges::equal(before.shape(), now.shape())) return {};
        const Type both[] = {before, now};
        const DType dtype = promoted_dtype(both);
        if (before.is_weak && !now.is_weak && dtype == now.dtype) {
          before = now;
        } else if (!now.is_weak || before.is_weak || dtype != before.dtype) {
          return {};
        }
      }
    }
    for (const Captured& own : programs) {
      for (std::size_t k = 0; k < common.size(); ++k) {
        const Slot slot = own.program->results[k];
        const Type& given = own.program->types[slot];
        const bool is_other = given.dtype != common[k].dtype || given.is_weak != common[k].is_weak;
        if (is_other && !is_written_as(*own.program, slot, common[k].dtype)) return {};
      }
    }
    return common;
  }

  /// Whether it is a number that was written there, and is one of the dtype: one that was computed
  /// has its precision.
  static bool is_written_as(const Program& program, Slot slot, DType dtype) {
    const auto written =
        std::ranges::find_if(program.constants, [&](const auto& own) { return own.first == slot; });
    if (written == program.constants.end()) return false;
    const Array& value = written->second;
    const Array there = convert_tensor(Tensor(value), dtype).value;
    const Array back = convert_tensor(Tensor(there), value.dtype()).value;
    return are_same_bits(back.with_weak(value.is_weak()), value);
  }

  const Tensor index_;
  PyObject* const functions_;
  Traces traces_;
  const std::vector<Tensor> given_;
};

/// record_branch(index, branches, functions, given, number): results of the branch of that
/// index, a list of Tensors, recorded as one operation; None if that cannot be. Branches take a
/// list of Tensors and return one; `functions` are the user's in them, and `number` is that of
/// `begins_loop`.
PyObject* record_branch(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    std::vector<Surroundings> read;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(args[2]); ++i) {
      read.emplace_back(PyList_GET_ITEM(args[2], i), std::span<PyObject* const>());
    }
    Branches branches(operand_of(args[0], "cond"), args[1], tensors_of(args[3], "cond"));
    std::optional<std::vector<Tensor>> results = branches.run();
    Leaves tensors;
    const bool is_changed = std::ranges::any_of(
        read, [&](Surroundings& own) { return own.changed(tensors) != nullptr; });
    if (branches.has_left_traces() || is_changed) {
      results.reset();
      Trace::capturing()->outside()->begin_again(PyLong_AsSsize_t(args[4]));
    }
    if (!results) Py_RETURN_NONE;
    return list_of(*results).release();
  });
}

PyMethodDef branches_functions[] = {
    {"record_branch", as_method(record_branch), METH_FASTCALL, nullptr}, {}};

}  // namespace

void add_branches(PyObject* module) { checked(PyModule_AddFunctions(module, branches_functions)); }

}  // namespace wg::bindings
