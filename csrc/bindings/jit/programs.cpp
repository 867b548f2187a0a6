#include "bindings/jit/programs.h"

#include <algorithm>

#include "core/error.h"
#include "graph/untracked.h"

namespace wg::bindings {
namespace {

/// Signatures and states of what lies outside that are kept of one function.
constexpr std::size_t most_entries = 64;
constexpr std::size_t few_leaves = 8;

bool starts_alike(const Program& one, const Program& other, std::size_t count) {
  if (one.readings.size() <= count || other.readings.size() <= count) return false;
  for (std::size_t k = 0; k < count; ++k) {
    if (!are_same_bits(one.readings[k].seen, other.readings[k].seen)) return false;
  }
  return true;
}

std::string text_of(const Array& value) {
  const Object array = Object::take(view_as_ndarray(value));
  const Object text = Object::take(PyObject_Str(array.get()));
  return PyUnicode_AsUTF8(text.get());
}

std::string changed_reading(const Path& path, const Plan::Run& outcome) {
  const auto k = static_cast<std::size_t>(outcome.failed_reading);
  const Origin& origin = path.guards[k];
  return (origin ? origin.text() : std::string("a value")) + " read " +
         text_of(path.program().readings[k].seen) + " before, and " + text_of(outcome.read);
}

/// The function may do something else for these values, or raise what the operation does.
bool is_about_values(const std::exception& error) {
  if (const auto* of_host = dynamic_cast<const HostError*>(&error)) {
    return of_host->is_about_values();
  }
  return !dynamic_cast<const TraceError*>(&error) && !dynamic_cast<const std::bad_alloc*>(&error);
}

std::string name_of(PyObject* function) {
  PyObject* const name = PyObject_GetAttrString(function, "__qualname__");
  if (!name) {
    PyErr_Clear();
    return Py_TYPE(function)->tp_name;
  }
  const Object held = Object::own(name);
  return PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : "fun";
}

}  // namespace

PyObject* Programs::call(const Arguments& arguments) {
  if (is_stopped_ && entries_.empty()) return called(arguments).release();
  Leaves leaves;
  leaves.reserve(few_leaves);
  std::string reason;
  const SharedEntry entry = find(arguments, leaves, reason);
  if (entry) {
    if (!entry->why_not.empty()) return called(arguments).release();
    if (Object result = replayed(*entry, arguments, leaves, reason)) return result.release();
  }
  if (is_full(reason)) return called(arguments).release();
  return recorded(entry, arguments, std::move(reason)).release();
}

Object Programs::called(const Arguments& arguments) const {
  return Object::take(PyObject_Vectorcall(function_, arguments.all,
                                          static_cast<std::size_t>(arguments.positional),
                                          arguments.keywords));
}

/// Comparisons may call Python, which may call the function: entries are held meanwhile.
Programs::SharedEntry Programs::find(const Arguments& arguments, Leaves& leaves,
                                     std::string& reason) {
  const bool is_untracked_now = is_untracked();
  const Watch* changed = nullptr;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const SharedEntry entry = entries_[i];
    leaves.clear();
    if (entry->is_untracked != is_untracked_now || !entry->signature.matches(arguments, leaves)) {
      continue;
    }
    if (const Watch* watch = entry->surroundings.changed()) {
      if (!changed) reason = watch->text() + " is not what it was";
      changed = watch;
      continue;
    }
    if (i > 0 && i < entries_.size() && entries_[i] == entry) {
      std::rotate(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(i),
                  entries_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    return entry;
  }
  leaves.clear();
  if (!changed) reason = "the first call with such arguments";
  return nullptr;
}

/// Whether all are of the types that the program was made for.
bool Programs::read_handles(const Path& path, std::vector<Array>& inputs) {
  Leaves none;
  for (std::size_t k = 0; k < path.handles.size(); ++k) {
    if (!path.types[k].matches(path.handles[k].get(), none)) return false;
    inputs.push_back(read_itself(path.handles[k].get()).value);
  }
  return true;
}

Object Programs::run(const std::shared_ptr<Path>& path, const Arguments& arguments,
                     const Leaves& leaves, Plan::Run& outcome) {
  std::vector<Array> inputs;
  inputs.reserve(leaves.size() + path->handles.size());
  bool is_any_tracked = false;
  for (const Object& leaf : leaves) {
    const Tensor input = input_of(leaf.get(), false);
    is_any_tracked |= input.is_tracked();
    inputs.push_back(input.value);
  }
  if (!read_handles(*path, inputs)) {
    outcome.failed_reading = 0;
    return {};
  }
  for (const Object& handle : path->handles) {
    is_any_tracked |= read_itself(handle.get()).is_tracked();
  }
  outcome = path->replay().run(inputs);
  if (outcome.failed_reading >= 0) return {};
  if (verify_ > 0 && ++replays_ % verify_ == 0) verify(arguments, leaves, outcome.results);
  std::vector<Tensor> results;
  if (is_any_tracked) {
    // The graph outlives the call, and the caller's memory.
    std::vector<Tensor> operands;
    for (const Object& leaf : leaves) operands.push_back(input_of(leaf.get(), true));
    for (const Object& handle : path->handles) operands.push_back(read_itself(handle.get()));
    results = results_for(*path, operands, std::move(outcome.results));
  } else {
    results.assign(std::make_move_iterator(outcome.results.begin()),
                   std::make_move_iterator(outcome.results.end()));
  }
  write_back(*path, leaves, results);
  ++path->runs;
  recorded_in_vain_ = 0;
  return Object::take(path->returned.make(std::move(results)));
}

/// The path that holds, and what it gives; nothing if none does, or if an operation fails.
Object Programs::replayed(Entry& entry, const Arguments& arguments, const Leaves& leaves,
                          std::string& reason) {
  std::vector<std::shared_ptr<Path>> tried;
  std::size_t at = 0;
  while (at < entry.paths.size()) {
    const std::shared_ptr<Path> path = entry.paths[at];
    tried.push_back(path);
    Plan::Run outcome;
    try {
      if (Object result = run(path, arguments, leaves, outcome)) {
        const auto found = std::ranges::find(entry.paths, path);
        if (found != entry.paths.begin() && found != entry.paths.end()) {
          const auto place = found - entry.paths.begin();
          std::rotate(entry.paths.begin(), found, found + 1);
          std::rotate(entry.reasons.begin(), entry.reasons.begin() + place,
                      entry.reasons.begin() + place + 1);
        }
        return result;
      }
    } catch (const std::exception& error) {
      if (!is_about_values(error)) throw;
      reason = "an operation failed";
      return {};
    }
    const Program& program = path->program();
    if (!outcome.read.is_defined()) {
      reason = "a Tensor that it reads from outside is of another type";
    } else {
      reason = changed_reading(*path, outcome);
    }
    // Of the others those may hold that read what was read now.
    for (at = 0; at < entry.paths.size(); ++at) {
      if (std::ranges::find(tried, entry.paths[at]) != tried.end()) continue;
      const Program& other = entry.paths[at]->program();
      if (!outcome.read.is_defined()) break;
      const auto failed = static_cast<std::size_t>(outcome.failed_reading);
      if (starts_alike(program, other, failed) &&
          are_same_bits(other.readings[failed].seen, outcome.read)) {
        break;
      }
    }
  }
  return {};
}

bool Programs::is_full(const std::string& reason) {
  if (is_stopped_) return true;
  const bool is_about_types = reason.starts_with("the first call");
  if (recorded_in_vain_ < (is_about_types ? most_entries : max_paths_)) return false;
  is_stopped_ = true;
  const std::string text = "jit: " + name_of(function_) + " was recorded " +
                           std::to_string(recorded_in_vain_) +
                           " times and not replayed in between, last because " + reason +
                           "; calls that no program serves run without one from now on";
  checked(PyErr_WarnEx(PyExc_RuntimeWarning, text.c_str(), 2));
  return true;
}

Object Programs::recorded(SharedEntry entry, const Arguments& arguments, std::string reason) {
  Leaves leaves;
  bool is_new = !entry;
  if (is_new) {
    entry = std::make_shared<Entry>();
    entry->is_untracked = is_untracked();
    entry->signature = Signature(arguments, given_, leaves);
    entry->surroundings = Surroundings(function_, entry->signature.others());
  } else {
    entry->signature.matches(arguments, leaves);
  }
  Recording recording(function_, arguments, given_, leaves);
  Object result = recording.run();
  if (is_new) {
    if (entries_.size() >= most_entries) entries_.pop_back();
    entries_.insert(entries_.begin(), entry);
  }
  const std::shared_ptr<Path> path = recording.path();
  if (!path) {
    entry->why_not = recording.why_not();
    return result;
  }
  ++recorded_in_vain_;
  if (entry->paths.size() >= max_paths_) {
    // One that never held makes room.
    auto idle = std::ranges::find_if(entry->paths.rbegin(), entry->paths.rend(),
                                     [](const auto& own) { return own->runs == 0; });
    if (idle == entry->paths.rend()) idle = entry->paths.rbegin();
    entry->reasons.erase(entry->reasons.begin() + (entry->paths.rend() - idle - 1));
    entry->paths.erase(idle.base() - 1);
  }
  entry->paths.insert(entry->paths.begin(), path);
  entry->reasons.insert(entry->reasons.begin(), std::move(reason));
  return result;
}

void Programs::verify(const Arguments& arguments, const Leaves& leaves,
                      std::span<const Array> values) {
  Recording recording(function_, arguments, given_, leaves);
  (void)recording.run();
  const auto seen = recording.values();
  const bool is_same =
      seen.size() == values.size() && std::ranges::equal(seen, values, are_same_bits);
  if (is_same) return;
  std::string text = "jit: " + name_of(function_) +
                     " gives other values when it is called than when it is replayed";
  for (std::size_t k = 0; k < std::min(seen.size(), values.size()); ++k) {
    if (are_same_bits(seen[k], values[k])) continue;
    text += " (" + text_of(seen[k]) + " and " + text_of(values[k]) + ")";
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
  for (const SharedEntry& entry : entries_) {
    const std::string signature = entry->signature.text();
    for (std::size_t k = 0; k < entry->paths.size(); ++k) {
      const Path& path = *entry->paths[k];
      const Object row = Object::take(Py_BuildValue(
          "sKsns", signature.c_str(), static_cast<unsigned long long>(path.runs),
          entry->reasons[k].c_str(), static_cast<Py_ssize_t>(path.program().instructions.size()),
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
  for (const SharedEntry& entry : entries_) {
    if (const int status = entry->signature.traverse(visit, arg)) return status;
    if (const int status = entry->surroundings.traverse(visit, arg)) return status;
    for (const auto& path : entry->paths) {
      for (const Object& handle : path->handles) Py_VISIT(handle.get());
      if (const int status = path->returned.traverse(visit, arg)) return status;
    }
  }
  return 0;
}

}  // namespace wg::bindings
