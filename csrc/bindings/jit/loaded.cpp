/// Programs that are saved, and those of a function that is not there.
#include <algorithm>

#include "bindings/jit/host_operations.h"
#include "bindings/jit/programs.h"
#include "bindings/jit/shared_memory.h"
#include "bindings/python_values.h"
#include "core/error.h"
#include "core/same_bits.h"
#include "graph/trace.h"
#include "graph/untracked.h"
#include "sweeps/interpret.h"
#include "tape/archive/programs.h"

namespace wg::bindings {
namespace {

/// The values of what the program reads from outside, behind its arguments.
std::vector<Array> values_outside(const Path& path, const Leaves& leaves) {
  std::vector<Array> values;
  for (const Input& input : path.inputs) {
    const Tensor value = input.place().read(leaves);
    if (!input.matches(value)) {
      fail<DTypeError>("save: a Tensor that the program reads from outside is of another type now");
    }
    if (input.is_defined()) values.push_back(value.value);
  }
  return values;
}

void write_path(const Path& path, const Leaves& leaves, ProgramWriter& programs,
                ObjectWriter& objects) {
  ByteWriter& out = objects.out();
  programs.write(path.program(), values_outside(path, leaves));
  path.returned.write(objects);
  out.count(path.effects.size());
  for (const Effect& effect : path.effects) {
    const std::optional<std::size_t> argument = effect.place.argument();
    if (!argument) {
      fail<DTypeError>(
          "save: the function changes Tensors or gradients that outlive its calls, and what was "
          "loaded would not find them; one that changes its arguments alone can be saved");
    }
    out.count(*argument);
    out.count(static_cast<std::size_t>(effect.result));
  }
  out.text(path.reason);
}

/// `inputs`: of the types that the arguments are.
Ref<Path> read_path(ProgramReader& programs, ObjectReader& objects, std::span<const Array> inputs) {
  ByteReader& in = objects.in();
  std::shared_ptr<const Program> program = programs.read();
  const auto fits = [&](const Array& given, Slot slot) {
    const Type& type = program->types[slot];
    return given.dtype() == type.dtype && given.is_weak() == type.is_weak &&
           same_shape(given.layout(), type.shape_layout());
  };
  if (!std::ranges::equal(inputs, program->inputs, fits)) {
    ByteReader::refuse("a program is for other arguments");
  }
  const std::size_t results = program->results.size();
  Ref<Path> path = Ref<Path>::adopt(new Path(std::move(program)));
  path->returned = Returned::read(objects, results, inputs.size());
  for (std::size_t left = in.length(); left > 0; --left) {
    const std::size_t leaf = in.below(inputs.size());
    path->effects.push_back(
        {Place::argument(leaf), static_cast<std::ptrdiff_t>(in.below(results))});
  }
  path->argument_count = inputs.size();
  path->passes.assign(results, true);
  path->reason = in.text();
  path->guards.resize(path->program().readings.size());
  return path;
}

}  // namespace

std::string Programs::name() const {
  if (!function_) return name_;
  PyObject* const name = PyObject_GetAttrString(function_, "__qualname__");
  if (!name) {
    PyErr_Clear();
    return Py_TYPE(function_)->tp_name;
  }
  const Object held = Object::own(name);
  return PyUnicode_Check(name) ? std::string(text_of(name)) : "fun";
}

std::string Programs::saved() const {
  std::vector<const Entry*> entries;
  std::vector<Leaves> leaves;  // without the arguments
  std::string why_not;
  for (const Ref<Entry>& entry : entries_) {
    if (!entry->why_not.empty()) why_not = ", since it " + entry->why_not;
    const bool is_saved = !entry->paths.empty() && !entry->is_copy;
    Leaves found(entry->argument_count);
    if (!is_saved || entry->surroundings.changed(found)) continue;
    entries.push_back(&*entry);
    leaves.push_back(std::move(found));
  }
  if (entries.empty()) {
    fail<ShapeError>("save: ", name(), " has no program",
                     why_not.empty() ? "; call it first, with arguments of each kind that it is to "
                                       "be loaded for"
                                     : why_not);
  }
  ByteWriter out;
  ArrayWriter arrays;
  ObjectWriter objects(out, arrays);
  HostOperationWriter host(objects);
  ProgramWriter programs(out, arrays, host);
  out.text(name());
  out.count(given_.numbers.size());
  for (const Py_ssize_t number : given_.numbers) out.number(number);
  out.count(given_.names.size());
  for (const Object& own : given_.names) out.text(text_of(own.get()));
  out.count(entries.size());
  for (std::size_t k = 0; k < entries.size(); ++k) {
    const Entry& entry = *entries[k];
    out.byte(entry.is_untracked);
    entry.signature.write(objects);
    const bool is_loaded = !function_;
    for (const bool is : is_loaded ? entry.differentiated : entry.signature.differentiated()) {
      out.byte(is);
    }
    out.count(entry.paths.size());
    for (const Ref<Path>& path : entry.paths) write_path(*path, leaves[k], programs, objects);
  }
  return out.take();
}

std::unique_ptr<Programs> Programs::loaded(std::span<const std::byte> content) {
  ByteReader in(content);
  ArrayReader arrays;
  ObjectReader objects(in, arrays);
  HostOperationReader host(objects);
  ProgramReader programs(in, arrays, host);
  const std::string name(in.text());
  Static given;
  for (std::size_t left = in.length(); left > 0; --left) given.numbers.insert(in.number());
  for (std::size_t left = in.length(); left > 0; --left) {
    const std::string own(in.text());
    given.names.push_back(
        Object::take(PyUnicode_FromStringAndSize(own.data(), static_cast<Py_ssize_t>(own.size()))));
  }
  auto all = std::make_unique<Programs>(nullptr, std::move(given), SIZE_MAX, 0);
  all->name_ = name;
  for (std::size_t left = in.length(); left > 0; --left) {
    Ref<Entry> entry = Ref<Entry>::adopt(new Entry);
    entry->is_untracked = in.flag();
    Leaves leaves;
    entry->signature = Signature::read(objects, all->given_, leaves);
    for (std::size_t k = 0; k < leaves.size(); ++k) entry->differentiated.push_back(in.flag());
    std::vector<Array> inputs(leaves.size());
    for (std::size_t k = 0; k < leaves.size(); ++k) read_input(leaves[k].get(), inputs[k]);
    for (std::size_t paths = in.length(); paths > 0; --paths) {
      entry->paths.push_back(read_path(programs, objects, inputs));
      entry->is_written |= !entry->paths.back()->effects.empty();
    }
    entry->argument_count = leaves.size();
    entry->meeting.resize(leaves.size());
    entry->firsts_that_share = entry->signature.firsts_of(leaves.size());
    all->entries_.push_back(std::move(entry));
  }
  in.require_end();
  all->named_ = objects.named();
  all->has_cuts_ = programs.has_cuts();
  return all;
}

PyObject* Programs::named() const {
  Object names = Object::take(PyTuple_New(static_cast<Py_ssize_t>(named_.size())));
  for (std::size_t k = 0; k < named_.size(); ++k) {
    PyTuple_SET_ITEM(names.get(), static_cast<Py_ssize_t>(k), Py_NewRef(named_[k].get()));
  }
  return names.release();
}

void Programs::refuse(const std::string& reason) const {
  std::string known;
  for (const Ref<Entry>& entry : entries_) {
    if (!entry->is_copy) known += (known.empty() ? "" : " or ") + entry->signature.text();
  }
  fail<TraceError>(name(), ": it was loaded, and no program that it has serves this call: ", reason,
                   "; arguments are needed that are ", known.empty() ? "those of one" : known,
                   ", for which it takes a path that was recorded");
}

/// The derivative that a function takes within is the end of all derivatives where nothing around
/// it is being differentiated, and so it is in what was recorded there.
bool Programs::passes_derivatives(const Entry& entry, const Leaves& leaves) const {
  for (std::size_t k = 0; has_cuts_ && k < leaves.size(); ++k) {
    PyObject* const leaf = leaves[k].get();
    if (!is_tensor(leaf) || !read_in_place(leaf).is_differentiated()) continue;
    if (!entry.differentiated[k]) return false;
  }
  return true;
}

/// The entry for such arguments, which may be numbers, arrays or Tensors, whatever they were when
/// it was recorded: a copy that is found at once the next time.
Ref<Programs::Entry> Programs::find_like(const Arguments& arguments, Leaves& leaves,
                                         std::string& reason) {
  leaves.clear();
  Signature signature(arguments, given_, leaves);
  reason = "arguments are of other kinds";
  const auto serves = [&](const Ref<Entry>& own) {
    if (!own->signature.is_like(signature)) return false;
    if (passes_derivatives(*own, leaves)) return true;
    reason =
        "an argument is being differentiated that was not when it was recorded, and not all "
        "operations pass that on; call the function in the same transform before it is saved";
    return false;
  };
  const auto found = std::ranges::find_if(entries_, serves);
  if (found == entries_.end()) return nullptr;
  std::vector<std::size_t> share = firsts_that_share(leaves);
  if ((*found)->is_written && share != (*found)->firsts_that_share) return nullptr;
  std::vector<Guise> guises;
  for (const Object& leaf : leaves) guises.push_back(guise_of(leaf.get()));
  Ref<Entry> entry = Ref<Entry>::adopt(new Entry);
  entry->is_untracked = is_untracked();
  entry->is_copy = true;
  entry->is_written = (*found)->is_written;
  entry->argument_count = leaves.size();
  entry->differentiated = (*found)->differentiated;
  entry->meeting.resize(leaves.size());
  entry->firsts_that_share = std::move(share);
  entry->signature = std::move(signature);
  for (const Ref<Path>& own : (*found)->paths) {
    Ref<Path> path = Ref<Path>::adopt(new Path(own->replays));
    path->returned = own->returned;
    path->effects = own->effects;
    path->argument_count = own->argument_count;
    path->passes = own->passes;
    path->guards = own->guards;
    path->reason = own->reason;
    path->returned.guise(path->program(), guises);
    entry->paths.push_back(std::move(path));
  }
  entries_.insert(entries_.begin(), entry);
  return entry;
}

PyObject* Programs::interpreted(const Arguments& arguments) {
  Leaves leaves;
  std::string reason;
  Ref<Entry> entry = find(arguments, leaves, reason);
  if (!entry) entry = find_like(arguments, leaves, reason);
  if (!entry) refuse(reason);
  std::vector<Tensor> inputs;
  for (const Object& leaf : leaves) inputs.push_back(input_of(leaf.get()));
  for (const Ref<Path>& path : entry->paths) {
    const Program& program = path->program();
    Eager builder;
    Interpreter interpreter(program, inputs, builder);
    const auto reads_as_seen = [&](const Reading& reading) {
      interpreter.run_to(reading.before);
      const Tensor value = interpreter.take(reading.slot);
      observe(value, reading.left_by);
      return are_same_bits(value.value, reading.seen);
    };
    if (!std::ranges::all_of(program.readings, reads_as_seen)) continue;
    std::vector<Tensor> results = interpreter.results();
    store(path->effects, leaves, results);
    return path->returned.make(results, leaves);
  }
  refuse("it would read other values on the way than it ever did");
}

}  // namespace wg::bindings
