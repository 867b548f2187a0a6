#include "bindings/jit/lowering.h"

#include <algorithm>

#include "bindings/jit/programs.h"
#include "bindings/python_values.h"
#include "bindings/watching.h"
#include "core/error.h"
#include "core/host.h"
#include "core/same_bits.h"
#include "sweeps/bodies.h"
#include "tape/plan/shares.h"
#include "tape/plan/tally.h"
#include "tape/simplify.h"

namespace wg::bindings {
namespace {

/// What a transform applied around the function stands on the line of whoever asks, which tells
/// nothing.
Object known(const Origin& origin, const Origin& asked) {
  const bool is_asked = origin.code.get() == asked.code.get() && origin.line == asked.line;
  return (is_asked ? Origin() : origin).written();
}

Object type_of(const Program& program, Slot slot) {
  const Type& type = program.types[slot];
  std::string written = "%" + std::to_string(slot) + ":" + std::string(name(type.dtype));
  const Object shape = text(written);
  const Object dims = Object::take(PyTuple_New(type.ndim()));
  for (int k = 0; k < type.ndim(); ++k) {
    PyTuple_SET_ITEM(dims.get(), k,
                     checked(PyLong_FromLongLong(type.shape()[static_cast<std::size_t>(k)])));
  }
  const Object all = Object::take(PyObject_Str(dims.get()));
  return Object::take(PyUnicode_Concat(shape.get(), all.get()));
}

Object slots_of(const Program& program, std::span<const Slot> slots) {
  const Object all = new_list();
  for (const Slot slot : slots) append(all, type_of(program, slot));
  return all;
}

Object constants_of(const Program& program) {
  const Object all = new_list();
  for (const auto& [slot, value] : program.constants) append(all, type_of(program, slot));
  return all;
}

Object written(const Program& program, const Origins& origins, const Origin& asked,
               bool is_simplified);

/// (role, program) of each program within an operation.
Object bodies_of(const Instruction& instruction, const Origins& origins, const Origin& asked,
                 bool is_simplified) {
  const Object all = new_list();
  for (const OperationBody& body : wg::bodies_of(instruction)) {
    const Object role = text(body.role);
    const Object own =
        written(is_simplified ? *simplified_with_nodes(*body.program) : *body.program, origins,
                asked, is_simplified);
    append(all, Object::take(PyTuple_Pack(2, role.get(), own.get())));
  }
  return all;
}

/// (primitive, text, origin or None, programs within) of each instruction.
Object lines_of(const Program& program, const Origins& origins, const Origin& asked,
                bool is_simplified) {
  const Object all = new_list();
  for (std::size_t i = 0; i < program.instructions.size(); ++i) {
    const Instruction& instruction = program.instructions[i];
    const Object primitive = text(instruction.primitive->name);
    const Object line = text(program.text(instruction));
    const bool is_known = !program.nodes.empty() && program.nodes[i];
    const Object origin = known(is_known ? origins.of(*program.nodes[i]) : Origin(), asked);
    const Object bodies = bodies_of(instruction, origins, asked, is_simplified);
    append(all,
           Object::take(PyTuple_Pack(4, primitive.get(), line.get(), origin.get(), bodies.get())));
  }
  return all;
}

/// A program, and those within its operations, simplified as it is.
Object written(const Program& program, const Origins& origins, const Origin& asked,
               bool is_simplified) {
  const Object out = new_dict();
  set(out, "inputs", slots_of(program, program.inputs));
  set(out, "constants", constants_of(program));
  set(out, "instructions", lines_of(program, origins, asked, is_simplified));
  set(out, "results", slots_of(program, program.results));
  return out;
}

std::string_view name_of(Step::Kind kind) {
  constexpr std::string_view names[] = {"kernel", "evaluate", "product", "compound", "copy",
                                        "read",   "numbers",  "tiles",   "loop",     "steered"};
  return names[static_cast<int>(kind)];
}

bool reads_alike(const Program& one, const Program& other) {
  return std::ranges::equal(one.readings, other.readings, are_same_bits, &Reading::seen,
                            &Reading::seen);
}

bool does_alike(const Program& one, const Program& other) {
  return one.instructions.size() == other.instructions.size() && one.text() == other.text();
}

}  // namespace

Lowering::Lowering(PyObject* function, bool is_loaded, const Arguments& arguments,
                   const Static& given, PathMemory memory)
    : arguments_(arguments),
      signature_(arguments, given, leaves_),
      argument_count_(leaves_.size()) {
  if (!is_loaded) surroundings_ = Surroundings(function, signature_.others());
  const Noting noting;
  asked_ = noting.origins().here();
  if (surroundings_.changed(leaves_)) leaves_.resize(argument_count_);
  const std::span own = std::span(leaves_).first(argument_count_);
  const auto rehearse = [](Recording& recording) {
    recording.rehearse();
    return Object();
  };
  record_call(function, arguments, given, leaves_, argument_count_, surroundings_.meeting(own),
              memory, rehearse, [&](const Recording& recording, const Object&) {
                path_ = recording.path();
                why_not_ = recording.why_not();
              });
  if (!path_) return;
  Leaves now(argument_count_);
  if (const Watch* watch = surroundings_.changed(now)) {
    why_not_ = "reads " + watch->text() + ", which is something else after each call";
    path_ = nullptr;
    return;
  }
  simplified_ = simplified_with_nodes(path_->program());
  plan_ = std::make_shared<const Plan>(simplified_);
  steps_ = plan_->steps_for(read_inputs());
  recorded_program_ = bindings::written(path_->program(), noting.origins(), asked_, false);
  simplified_program_ = bindings::written(*simplified_, noting.origins(), asked_, true);
}

std::vector<Array> Lowering::read_inputs() const {
  std::vector<Array> inputs;
  for (std::size_t k = 0; k < argument_count_; ++k) {
    read_input(leaves_[k].get(), inputs.emplace_back());
  }
  for (const Input& input : path_->inputs) {
    if (input.is_defined()) inputs.push_back(input.place().read(leaves_).value);
  }
  return inputs;
}

Object Lowering::written() const {
  const Object out = new_dict();
  set(out, "signature", text(signature_.text()));
  set(out, "why_not", text(why_not_));
  const Object watched = new_list(), leaves = new_list();
  for (const std::string& watch : surroundings_.text()) append(watched, text(watch));
  for (std::size_t k = 0; k < argument_count_; ++k) append(leaves, leaves_[k]);
  set(out, "watched", watched);
  set(out, "leaves", leaves);
  if (!path_) return out;
  set(out, "recorded", recorded_program_);
  set(out, "simplified", simplified_program_);
  set(out, "guards", written_guards());
  set(out, "captured", written_captures());
  set(out, "plan", written_plan());
  return out;
}

/// (type, instructions before it, what was read, origin or None) of each.
Object Lowering::written_guards() const {
  const Object all = new_list();
  const Program& program = *simplified_;
  for (std::size_t k = 0; k < program.readings.size(); ++k) {
    const Reading& reading = program.readings[k];
    const Object type = type_of(program, reading.slot);
    const Object before = number(std::size_t{reading.before});
    const Object seen = Object::take(view_as_ndarray(reading.seen));
    const Object copy =
        Object::take(PyArray_NewCopy(reinterpret_cast<PyArrayObject*>(seen.get()), NPY_CORDER));
    const Object origin = known(path_->guards[k], asked_);
    append(all, Object::take(PyTuple_Pack(4, type.get(), before.get(), copy.get(), origin.get())));
  }
  return all;
}

/// (type, handle) of each Tensor that was read from outside, and the numbers of the arguments that
/// are written to.
Object Lowering::written_captures() const {
  const Object handles = new_list(), writes = new_list(), out = new_dict();
  const Program& program = path_->program();
  std::size_t k = argument_count_;
  for (const Input& input : path_->inputs) {
    if (!input.is_defined()) continue;
    const Object type = type_of(program, program.inputs[k++]);
    const Object shown = input.place().shown(leaves_);
    append(handles, Object::take(PyTuple_Pack(2, type.get(), shown.get())));
  }
  for (const Effect& effect : path_->effects) {
    if (const auto argument = effect.place.argument()) append(writes, number(*argument));
  }
  set(out, "handles", handles);
  set(out, "writes", writes);
  return out;
}

/// Steps are (kind, text, instructions, shares of its time that those have, operations, bytes);
/// stretches (end, whether the lock is needed, whether it is given up).
Object Lowering::written_plan() const {
  const Object steps = new_list(), stretches = new_list(), out = new_dict();
  const Program& program = *simplified_;
  Shares shares(program, *steps_);
  for (std::size_t i = 0; i < steps_->steps.size(); ++i) {
    const Object instructions = new_list(), parts = new_list();
    for (const std::uint32_t k : credited(*steps_, i)) append(instructions, number(std::size_t{k}));
    for (const double share : shares.of(i)) append(parts, number(share));
    const Tally tally = tally_of(program, *steps_, i);
    const Object kind = text(name_of(steps_->steps[i].kind));
    const Object line = text(text_of(program, *steps_, steps_->steps[i]));
    const Object operations = number(tally.operations), bytes = number(tally.bytes);
    append(steps, Object::take(PyTuple_Pack(6, kind.get(), line.get(), instructions.get(),
                                            parts.get(), operations.get(), bytes.get())));
  }
  for (const Stretch& stretch : steps_->stretches) {
    const bool gives_up = !stretch.needs_lock && stretch.cost >= Unlocked::threshold;
    append(stretches, Object::take(Py_BuildValue("(nOO)", static_cast<Py_ssize_t>(stretch.end),
                                                 stretch.needs_lock ? Py_True : Py_False,
                                                 gives_up ? Py_True : Py_False)));
  }
  set(out, "arena", number(steps_->arena_bytes));
  set(out, "copies", number(steps_->copies.size()));
  set(out, "steps", steps);
  set(out, "stretches", stretches);
  return out;
}

std::pair<const Path*, std::size_t> Programs::kept_like(const Path& path,
                                                        const Arguments& arguments) const {
  const Path* found = nullptr;
  std::size_t others = 0;
  for (const Ref<Entry>& held : entries_) {
    const Ref<Entry> entry = held;
    Leaves leaves;
    if (entry->is_untracked != is_untracked() || !entry->signature.matches(arguments, leaves) ||
        entry->surroundings.changed(leaves)) {
      continue;
    }
    for (const Ref<Path>& own : entry->paths) {
      // What was loaded is recorded by its own program, whose values have other numbers then.
      if (!found && reads_alike(own->program(), path.program()) &&
          (!function_ || does_alike(own->program(), path.program())))
        found = own.pointer();
      else
        ++others;
    }
  }
  return {found, others};
}

PathMemory Programs::memory_for(const Arguments& arguments) const {
  for (const Ref<Entry>& held : entries_) {
    const Ref<Entry> entry = held;
    Leaves leaves;
    if (entry->is_untracked == is_untracked() && entry->signature.matches(arguments, leaves) &&
        !entry->surroundings.changed(leaves)) {
      return entry->memory;
    }
  }
  return {.most = max_paths_, .size = 0, .paths = {}};
}

PyObject* Programs::lowered(PyObject* self, const Arguments& arguments, double seconds) const {
  if (this_thread.trace) {
    fail<TraceError>(
        "lower: a function is being recorded, or called for a batch; outside of one, what a call "
        "is replayed as can be shown");
  }
  Lowering lowering(function_ ? function_ : self, !function_, arguments, given_,
                    memory_for(arguments));
  const Object out = lowering.written();
  set(out, "is_full", Object::share(is_stopped_ ? Py_True : Py_False));
  if (!lowering.path()) return Object(out).release();
  const auto [kept, others] = kept_like(*lowering.path(), arguments);
  set(out, "runs", kept ? number(std::size_t{kept->runs}) : Object::share(Py_None));
  set(out, "reason", kept ? text(kept->reason) : Object::share(Py_None));
  set(out, "others", number(others));
  if (seconds > 0) set(out, "times", lowering.times(seconds));
  return Object(out).release();
}

}  // namespace wg::bindings
