#include "bindings/jit/programs.h"

#include <algorithm>

#include "bindings/jit/brief.h"
#include "bindings/jit/shared_memory.h"
#include "bindings/leaves.h"
#include "core/error.h"
#include "core/same_bits.h"
#include "graph/untracked.h"

namespace wg::bindings {
namespace {

/// Signatures and states of what lies outside that are kept of one function.
constexpr std::size_t most_entries = 64;

bool starts_alike(const Program& one, const Program& other, std::size_t count) {
  if (one.readings.size() < count || other.readings.size() < count) return false;
  for (std::size_t k = 0; k < count; ++k) {
    if (!are_same_bits(one.readings[k].seen, other.readings[k].seen)) return false;
  }
  return true;
}

std::string value_text(const Array& value) {
  const Object array = Object::take(view_as_ndarray(value));
  const Object text = Object::take(PyObject_Str(array.get()));
  return PyUnicode_AsUTF8(text.get());
}

std::string changed_reading(const Path& path, const Plan::Run& outcome) {
  const auto k = static_cast<std::size_t>(outcome.failed_reading);
  const Origin& origin = path.guards[k];
  return (origin ? origin.text() : std::string("a value")) + " read " +
         value_text(path.program().readings[k].seen) + " before, and " + value_text(outcome.read);
}

/// The function may do something else for these values, or raise what the operation does.
bool is_about_values(const std::exception& error) {
  if (const auto* of_host = dynamic_cast<const HostError*>(&error)) {
    return of_host->is_about_values();
  }
  return !dynamic_cast<const TraceError*>(&error) && !dynamic_cast<const std::bad_alloc*>(&error);
}

}  // namespace

/// The tables of one call: calls within it, and in other threads, have others.
class Programs::Lent {
 public:
  explicit Lent(Programs& programs) : programs_(programs), tables_(std::move(programs.idle_)) {
    if (!tables_) tables_ = std::make_unique<Tables>();
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  ~Lent() {
    tables_->leaves.clear();
    tables_->inputs.clear();
    tables_->results.clear();
    if (!programs_.idle_) programs_.idle_ = std::move(tables_);
  }
  Tables& operator*() const { return *tables_; }

 private:
  Programs& programs_;
  std::unique_ptr<Tables> tables_;
};

PyObject* Programs::call(const Arguments& arguments) {
  if (!arguments.into) {
    if (PyObject* result = replayed_again(arguments)) return result;
  }
  if (is_stopped_ && entries_.empty()) return called(arguments);
  const Lent lent(*this);
  std::string reason;
  Ref<Entry> entry = find(arguments, (*lent).leaves, reason);
  if (entry) {
    if (!entry->why_not.empty()) return called(arguments);
    if (PyObject* result = replayed(*entry, arguments, *lent, reason)) return result;
  }
  if (!function_ || is_full(reason)) return called(arguments);
  return recorded(std::move(entry), arguments, std::move(reason));
}

PyObject* Programs::call_into(PyObject* out, const Arguments& arguments, bool is_seen) {
  Into into{out};
  Arguments own = arguments;
  own.into = &into;
  const Object result = Object::take(is_seen ? called(own) : call(own));
  return into.is_written ? Py_NewRef(Py_None) : checked(PyTuple_Pack(1, result.get()));
}

PyObject* Programs::called(const Arguments& arguments) {
  if (!function_) return interpreted(arguments);
  return checked(PyObject_Vectorcall(function_, arguments.all,
                                     static_cast<std::size_t>(arguments.positional),
                                     arguments.keywords));
}

/// Comparisons may call Python, which may call the function: entries are held meanwhile.
Ref<Programs::Entry> Programs::find(const Arguments& arguments, Leaves& leaves,
                                    std::string& reason) {
  const bool is_untracked_now = is_untracked();
  bool is_changed = false;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Ref<Entry> entry = entries_[i];
    leaves.clear();
    if (entry->is_untracked != is_untracked_now || !entry->signature.matches(arguments, leaves)) {
      continue;
    }
    if (const Watch* watch = entry->surroundings.changed(leaves)) {
      if (!is_changed) reason = watch->text() + " is not what it was";
      is_changed = true;
      continue;
    }
    if (!are_alike(*entry, arguments, leaves)) continue;
    if (i > 0 && i < entries_.size() && entries_[i] == entry) {
      std::rotate(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(i),
                  entries_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    return entry;
  }
  leaves.clear();
  if (!is_changed) reason = "the first call with such arguments";
  return nullptr;
}

namespace {

/// Whether leaves are, and see, what they did when the path was recorded.
bool is_alike(const Path& path, const Leaves& leaves) {
  for (const auto& [k, object] : path.identical) {
    if (leaves[k].get() != object.get()) return false;
  }
  auto known = path.known.begin();
  for (std::size_t k = 0; k < leaves.size() && path.has_memory; ++k) {
    const bool is_known = known != path.known.end() && *known == k;
    if (sees_its_memory(path, leaves[k].get()) != is_known) return false;
    known += is_known;
  }
  return true;
}

/// Adds what lies outside; false if something is not what the program was made for.
bool read_outside(const Path& path, const Leaves& leaves, std::vector<Array>& inputs,
                  bool& is_any_tracked) {
  if (!is_alike(path, leaves)) return false;
  for (const Input& input : path.inputs) {
    const Tensor value = input.place().read(leaves);
    if (!input.matches(value)) return false;
    if (!input.is_defined()) continue;
    is_any_tracked |= value.is_tracked();
    inputs.push_back(value.value);
  }
  return std::ranges::all_of(
      path.effects, [&](const Effect& effect) { return effect.place.is_writable(leaves); });
}

/// The graph around outlives the call, and the caller's memory.
std::vector<Tensor> results_in_graph(const Path& path, const Leaves& leaves,
                                     std::vector<Array> values) {
  std::vector<Tensor> inputs;
  for (std::size_t k = 0; k < path.argument_count; ++k) {
    inputs.push_back(input_of(leaves[k].get()));
  }
  for (const Input& input : path.inputs) {
    if (input.is_defined()) inputs.push_back(input.place().read(leaves));
  }
  return results_for(path, inputs, std::move(values));
}

}  // namespace

/// The caller's arrays, if there are any, and the replay can write to them: it reads nothing by
/// which it might turn out to be another path, and stores nothing else.
Destinations Programs::destinations_of(const Path& path, const Arguments& arguments,
                                       const Tables& tables, bool is_any_tracked) const {
  const Program& program = path.program();
  const std::size_t count = program.results.size();
  const bool may_be = arguments.into && !is_any_tracked && verify_ == 0 && path.effects.empty() &&
                      program.readings.empty() && path.returned.is_of_values(count);
  if (!may_be) return {};
  std::vector<Object> leaves;
  path.returned.take_apart(arguments.into->out, leaves);
  return {leaves, path.replay().plan()->result_types(), tables.inputs, program};
}

/// What the path gives, or null if it does not hold.
PyObject* Programs::run(Path& path, const Arguments& arguments, Tables& tables,
                        Plan::Run& outcome) {
  bool is_any_tracked = false;
  tables.inputs.clear();
  for (std::size_t k = 0; k < path.argument_count; ++k) {
    is_any_tracked |= read_input(tables.leaves[k].get(), tables.inputs.emplace_back());
  }
  if (!read_outside(path, tables.leaves, tables.inputs, is_any_tracked)) {
    outcome.failed_reading = 0;
    return nullptr;
  }
  const Destinations destinations = destinations_of(path, arguments, tables, is_any_tracked);
  outcome = path.replay().run(tables.inputs, destinations.arrays());
  if (outcome.failed_reading >= 0) return nullptr;
  if (!destinations.is_empty()) {
    destinations.finish(outcome.results);
    arguments.into->is_written = true;
    ++path.runs;
    recorded_in_vain_ = 0;
    return Py_NewRef(arguments.into->out);
  }
  if (verify_ > 0 && ++replays_ % verify_ == 0) {
    verify(arguments, tables.leaves, path.argument_count, outcome.results);
  }
  if (is_any_tracked && path.passes_any()) {
    tables.results = results_in_graph(path, tables.leaves, std::move(outcome.results));
  } else {
    for (Array& value : outcome.results) tables.results.emplace_back(std::move(value));
  }
  store(path.effects, tables.leaves, tables.results);
  ++path.runs;
  recorded_in_vain_ = 0;
  return path.returned.make(tables.results, tables.leaves);
}

/// Where leaves come from arguments alone, which are not written to.
bool Programs::is_brief(const Entry& entry, const Path& path) const {
  return verify_ == 0 && entry.firsts.empty() && !entry.is_written &&
         can_be_brief(entry.signature, path);
}

PyObject* Programs::replayed_again(const Arguments& arguments) {
  if (entries_.empty() || entries_.front()->paths.empty()) return nullptr;
  const Ref<Path> path = entries_.front()->paths.front();
  if (!path->is_brief) return nullptr;
  const Ref<Entry> entry = entries_.front();
  if (!entry->why_not.empty() || entry->is_untracked != is_untracked()) return nullptr;
  Leaves outside;
  if (entry->surroundings.changed(outside) || !outside.empty()) return nullptr;
  PyObject* const result = replayed_briefly(entry->signature, *path, arguments);
  if (!result) return nullptr;
  ++path->runs;
  recorded_in_vain_ = 0;
  return result;
}

namespace {

/// Whether another path may hold where one has read something else: what was read now, or, from
/// where examples divide, whatever it was.
bool may_hold(const Path& other, const Path& path, std::size_t failed, const Array& read) {
  const std::size_t division = std::min(path.first_division(), other.first_division());
  if (division <= failed) return starts_alike(path.program(), other.program(), division);
  return starts_alike(path.program(), other.program(), failed) &&
         other.program().readings.size() > failed &&
         are_same_bits(other.program().readings[failed].seen, read);
}

}  // namespace

/// What the path gives that holds; null if none does, or if an operation fails.
PyObject* Programs::replayed(Entry& entry, const Arguments& arguments, Tables& tables,
                             std::string& reason) {
  std::vector<Ref<Path>> tried;
  std::size_t at = 0;
  while (at < entry.paths.size()) {
    Ref<Path> path = entry.paths[at];
    Plan::Run outcome;
    try {
      if (PyObject* result = run(*path, arguments, tables, outcome)) {
        if (path->runs == 1) path->is_brief = is_brief(entry, *path);
        if (at == 0) return result;
        const auto found = std::ranges::find(entry.paths, path);
        if (found != entry.paths.end()) std::rotate(entry.paths.begin(), found, found + 1);
        return result;
      }
    } catch (const std::exception& error) {
      if (!is_about_values(error)) throw;
      reason = "an operation failed";
      return nullptr;
    }
    // Of the others those may hold that read what was read now, or know other paths of examples.
    tried.push_back(path);
    const bool has_read = outcome.read.is_defined();
    const auto failed = static_cast<std::size_t>(outcome.failed_reading);
    for (at = 0; at < entry.paths.size(); ++at) {
      if (std::ranges::find(tried, entry.paths[at]) != tried.end()) continue;
      if (!has_read || may_hold(*entry.paths[at], *path, failed, outcome.read)) break;
    }
    if (at == entry.paths.size()) {
      reason = has_read ? changed_reading(*path, outcome)
                        : "a Tensor or a gradient that it reads from outside is of another type";
    }
  }
  return nullptr;
}

bool Programs::is_full(const std::string& reason) {
  if (is_stopped_) return true;
  const bool is_about_types = reason.starts_with("the first call");
  if (recorded_in_vain_ < (is_about_types ? most_entries : max_paths_)) return false;
  is_stopped_ = true;
  const std::string text = "jit: " + name() + " was recorded " + std::to_string(recorded_in_vain_) +
                           " times and not replayed in between, last because " + reason +
                           "; calls that no program serves run without one from now on";
  checked(PyErr_WarnEx(PyExc_RuntimeWarning, text.c_str(), 2));
  return true;
}

PyObject* Programs::recorded(Ref<Entry> entry, const Arguments& arguments, std::string reason) {
  Leaves leaves;
  const bool is_new = !entry;
  if (is_new) {
    entry = Ref<Entry>::adopt(new Entry);
    entry->memory.most = max_paths_;
    entry->is_untracked = is_untracked();
    entry->signature = Signature(arguments, given_, leaves);
    entry->surroundings = Surroundings(function_, entry->signature.others());
  } else {
    entry->signature.matches(arguments, leaves);
  }
  const std::size_t argument_count = leaves.size();
  if (entry->surroundings.changed(leaves)) leaves.resize(argument_count);
  const std::span own = std::span(leaves).first(argument_count);
  if (is_new && entry->surroundings.finds_containers(arguments)) {
    entry->finds_containers = true;
    entry->why_not = "is given a list or a dict that it finds outside, too";
    entry->argument_count = argument_count;
    entry->firsts = firsts_that_are_same(leaves, argument_count);
    keep(entry);
    ++recorded_in_vain_;
    return called(arguments);
  }
  const std::vector<bool> meeting = entry->surroundings.meeting(own);
  PyObject* returned = nullptr;
  const auto take = [&](const Recording& recording, Object result) {
    const bool is_written = recording.writes_to_arguments() || recording.is_void();
    if (is_new || (is_written && !entry->is_written)) {
      entry->is_written = is_written;
      entry->meeting = meeting;
      entry->argument_count = argument_count;
      entry->firsts = firsts_that_are_same(leaves, argument_count);
      entry->firsts_that_share = firsts_that_share(leaves);
    }
    if (is_new) keep(entry);
    if (Ref<Path> path = recording.path()) {
      path->reason = std::move(reason);
      keep(*entry, std::move(path));
    } else {
      entry->why_not = recording.why_not();
      if (recording.is_void()) ++recorded_in_vain_;
    }
    note_changes(*entry, leaves);
    returned = recording.is_void() ? called(arguments) : result.release();
  };
  record_call(function_, arguments, given_, leaves, argument_count, meeting, entry->memory,
              &Recording::run, take);
  return returned;
}

bool Programs::are_alike(const Entry& entry, const Arguments& arguments, const Leaves& leaves) {
  const Surroundings& outside = entry.surroundings;
  if (entry.finds_containers && !outside.finds_containers(arguments)) return false;
  if (firsts_that_are_same(leaves, entry.argument_count) != entry.firsts) return false;
  if (!entry.is_written) return true;
  return outside.meeting(std::span(leaves).first(entry.argument_count)) == entry.meeting &&
         firsts_that_share(leaves) == entry.firsts_that_share;
}

void Programs::note_changes(Entry& entry, const Leaves& leaves) {
  Leaves now(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(entry.argument_count));
  if (const Watch* watch = entry.surroundings.changed(now)) {
    entry.why_not = "changes what it reads from outside: " + watch->text();
  } else if (!std::ranges::equal(leaves, now, {}, &Object::get, &Object::get)) {
    entry.why_not = "puts another Tensor in a place from which it reads one";
  }
}

void Programs::keep(const Ref<Entry>& entry) {
  if (entries_.size() >= most_entries) entries_.pop_back();
  entries_.insert(entries_.begin(), entry);
}

/// One that never held makes room.
void Programs::keep(Entry& entry, Ref<Path> path) {
  ++recorded_in_vain_;
  if (entry.paths.size() >= max_paths_) {
    auto idle = std::ranges::find_if(entry.paths.rbegin(), entry.paths.rend(),
                                     [](const Ref<Path>& own) { return own->runs == 0; });
    if (idle == entry.paths.rend()) idle = entry.paths.rbegin();
    entry.paths.erase(idle.base() - 1);
  }
  entry.paths.insert(entry.paths.begin(), std::move(path));
}

void Programs::verify(const Arguments& arguments, const Leaves& leaves, std::size_t argument_count,
                      std::span<const Array> values) {
  std::vector<Array> seen;
  const auto rehearse = [](Recording& recording) {
    recording.rehearse();
    return Object();
  };
  PathMemory memory = memory_for(arguments);
  record_call(function_, arguments, given_, leaves, argument_count,
              std::vector<bool>(argument_count), memory, rehearse,
              [&](const Recording& recording, const Object&) {
                seen.assign(recording.values().begin(), recording.values().end());
              });
  const bool is_same =
      seen.size() == values.size() && std::ranges::equal(seen, values, are_same_bits);
  if (is_same) return;
  std::string text =
      "jit: " + name() + " gives other values when it is called than when it is replayed";
  for (std::size_t k = 0; k < std::min(seen.size(), values.size()); ++k) {
    if (are_same_bits(seen[k], values[k])) continue;
    text += " (" + value_text(seen[k]) + " and " + value_text(values[k]) + ")";
    break;
  }
  fail<TraceError>(text,
                   "; it reads something from outside that cannot be seen in its code: random "
                   "numbers, time, files, or what a library's function keeps");
}

void Programs::clear() {
  entries_.clear();
  recorded_in_vain_ = 0;
  is_stopped_ = false;
}

PyObject* Programs::listed() const {
  Object list = Object::take(PyList_New(0));
  for (const Ref<Entry>& entry : entries_) {
    const std::string signature = entry->signature.text();
    for (const Ref<Path>& own : entry->paths) {
      const Path& path = *own;
      const Object row = Object::take(Py_BuildValue(
          "sKsns", signature.c_str(), static_cast<unsigned long long>(path.runs),
          path.reason.c_str(), static_cast<Py_ssize_t>(path.program().instructions.size()),
          path.program().text().c_str()));
      checked(PyList_Append(list.get(), row.get()));
    }
    if (entry->why_not.empty()) continue;
    const Object row = Object::take(Py_BuildValue("sKsnO", signature.c_str(), 0ull,
                                                  entry->why_not.c_str(), Py_ssize_t{0}, Py_None));
    checked(PyList_Append(list.get(), row.get()));
  }
  return list.release();
}

int Programs::traverse(visitproc visit, void* arg) const {
  for (const Object& named : named_) Py_VISIT(named.get());
  for (const Ref<Entry>& entry : entries_) {
    if (const int status = entry->signature.traverse(visit, arg)) return status;
    if (const int status = entry->surroundings.traverse(visit, arg)) return status;
    for (const Ref<Path>& path : entry->paths) {
      for (const Input& input : path->inputs) {
        if (const int status = input.place().traverse(visit, arg)) return status;
      }
      if (const int status = path->returned.traverse(visit, arg)) return status;
    }
  }
  return 0;
}

}  // namespace wg::bindings
