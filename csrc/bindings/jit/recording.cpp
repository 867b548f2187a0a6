#include "bindings/jit/recording.h"

#include <algorithm>
#include <unordered_map>

#include "bindings/jit/libraries.h"
#include "bindings/leaves.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/compound.h"
#include "primitives/registry.h"

namespace wg::bindings {
namespace {

bool is_permanent(PyObject* object);

bool are_permanent(PyObject* container) {
  const Object items = Object::take(PySequence_List(container));
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); ++i) {
    if (!is_permanent(PyList_GET_ITEM(items.get(), i))) return false;
  }
  return true;
}

/// Whether it holds nothing that the call may have computed.
bool is_permanent_function(PyObject* function) {
  auto* const own = reinterpret_cast<PyFunctionObject*>(function);
  const bool has_attributes = own->func_dict && PyDict_GET_SIZE(own->func_dict) > 0;
  return !own->func_closure && !own->func_defaults && !own->func_kwdefaults && !has_attributes;
}

/// What a call may return again without making it anew.
bool is_permanent(PyObject* object) {
  if (Pattern::is_plain(object) || PyRange_Check(object) || PyModule_Check(object)) return true;
  if (PyArray_Check(object)) {
    return !PyDataType_REFCHK(PyArray_DESCR(reinterpret_cast<PyArrayObject*>(object)));
  }
  if (PyArray_IsScalar(object, Generic)) return !PyArray_IsScalar(object, Void);
  if (PyFunction_Check(object)) return is_permanent_function(object);
  if (PyCFunction_Check(object)) {
    PyObject* const self = PyCFunction_GET_SELF(object);
    return !self || PyModule_Check(self);
  }
  if (PyType_Check(object)) return !is_of_user(reinterpret_cast<PyTypeObject*>(object));
  if (PyFrozenSet_CheckExact(object)) return are_permanent(object);
  if (!PySlice_Check(object)) return PyTuple_CheckExact(object) && are_permanent(object);
  auto* const slice = reinterpret_cast<PySliceObject*>(object);
  return is_permanent(slice->start) && is_permanent(slice->stop) && is_permanent(slice->step);
}

}  // namespace

bool read_input(PyObject* leaf, Array& value) {
  if (PyFloat_CheckExact(leaf)) {
    value = Array::scalar(PyFloat_AS_DOUBLE(leaf), true);
    return false;
  }
  if (is_tensor(leaf)) {
    const Tensor& tensor = read_in_place(leaf);
    value = tensor.value;
    return tensor.is_tracked();
  }
  value = operand_of(leaf, "jit").value;
  return false;
}

Tensor input_of(PyObject* leaf) {
  Tensor value = operand_of(leaf, "jit");
  if (value.value.is_borrowed()) {
    value.value = copy_of(value.value).with_weak(value.value.is_weak());
  }
  return value;
}

std::vector<Tensor> results_for(const Path& path, std::span<const Tensor> inputs,
                                std::vector<Array> values) {
  const bool is_any_tracked = std::ranges::any_of(inputs, &Tensor::is_tracked);
  if (!is_any_tracked || !path.passes_any()) {
    return {std::make_move_iterator(values.begin()), std::make_move_iterator(values.end())};
  }
  std::vector<const Tensor*> operands;
  for (const Tensor& input : inputs) operands.push_back(&input);
  std::vector<Tensor> results =
      record_compound(replayed_primitive(), Ref<Payload>::adopt(new ReplayedCall(path.replays)),
                      operands, std::move(values));
  for (std::size_t k = 0; k < results.size(); ++k) {
    if (!path.passes[k]) results[k].node = nullptr;
  }
  return results;
}

bool sees_its_memory(const Path& path, PyObject* leaf) {
  if (!path.has_memory || !is_tensor(leaf)) return false;
  const auto is_one_of = [&](const void* memory) {
    const auto is_read = [&](const Input& own) { return own.place().identity() == memory; };
    const auto is_stored = [&](const Effect& own) { return own.place.identity() == memory; };
    return std::ranges::any_of(path.inputs, is_read) ||
           std::ranges::any_of(path.effects, is_stored);
  };
  const GradientCell* const cell = cell_of(memory_of(leaf));
  return is_one_of(Place::memory(leaf).identity()) || (cell && is_one_of(cell));
}

void store(std::span<const Effect> effects, const Leaves& leaves, std::span<const Tensor> results) {
  for (const Effect& effect : effects) {
    const bool is_none = effect.result < 0;
    effect.place.store(leaves,
                       is_none ? Tensor() : results[static_cast<std::size_t>(effect.result)]);
  }
}

Recording::Recording(PyObject* function, const Arguments& arguments, const Static& given,
                     const Leaves& leaves, std::size_t argument_count, std::vector<bool> meeting,
                     const LoopsApart& apart, PathMemory& memory)
    : function_(function),
      arguments_(arguments),
      given_(given),
      leaves_(leaves),
      apart_(apart),
      known_paths_(memory),
      argument_count_(argument_count),
      meeting_(std::move(meeting)) {
  for (std::size_t k = 0; k < argument_count; ++k) inputs_.push_back(input_of(leaves[k].get()));
}

namespace {

/// What passes all of the user's code.
PyObject* begun_again = nullptr;

}  // namespace

void Recording::begin_again(std::ptrdiff_t loop) {
  failed_loop_ = loop;
  PyErr_SetString(begun_again, "a loop is recorded again, step by step");
  throw PythonError();
}

/// Outside it would be seen in the other place, too.
void Recording::wrote(void* handle) {
  auto& written = *static_cast<TensorObject*>(handle);
  writes_ += this_thread.trace->is_older(born(&written.ob_base)) || captures_->holds(written);
  captures_->wrote(written);
  if (!captures_->is_meeting_written()) return;
  is_void_ = true;
  give_up("writes to memory that it may read in another place, too");
  PyErr_SetString(begun_again, "a function is called as it is");
  throw PythonError();
}

void add_recording(PyObject* module) {
  begun_again =
      checked(PyErr_NewException("wengert._core.BegunAgain", PyExc_BaseException, nullptr));
  checked(PyModule_AddObjectRef(module, "BegunAgain", begun_again));
}

void Recording::give_up(std::string_view why) {
  if (why_not_.empty()) why_not_ = why;
}

/// What was written before an exception stays written.
Object Recording::run() {
  Trace trace(this);
  Object tree;
  try {
    tree = record(trace);
  } catch (const std::exception&) {
    if (is_begun_again() || is_void_) throw;
    keep_changes();
    keep_containers();
    std::vector<Tensor> outputs = made();
    store(effects_, leaves_, outputs);
    change_containers(outputs);
    throw;
  }
  keep_changes();
  returned_ = kept(tree.get());
  keep_containers();
  std::vector<Tensor> outputs = made();
  store(effects_, leaves_, outputs);
  change_containers(outputs);
  Object result = Object::take((path_ ? path_->returned : returned_).make(outputs, leaves_));
  if (changed_.empty()) return result;
  return copies_->with_given(tree.get(), std::move(result));
}

void Recording::rehearse() {
  Trace trace(this);
  const Object tree = record(trace);
  keep_changes();
  returned_ = kept(tree.get());
  keep_containers();
  close();
}

Object Recording::record(Trace& trace) {
  trace_ = &trace;
  captures_.emplace(trace, leaves_, inputs_, meeting_);
  copies_.emplace(std::span(leaves_).first(argument_count_), *captures_);
  guises_ = RecordedGuises(common_guise());
  for (std::size_t k = 0; k < argument_count_; ++k) {
    guises_.note(*read_type(captures_->argument(k).get()).node, guise_of(leaves_[k].get()));
  }
  const RecordedGuises::InUse guises(guises_);
  Object tree = with_joined_objects(call());
  if (trace.has_been_left()) give_up("uses a value in another thread");
  if (captures_->is_shared_written()) give_up("writes to memory that arguments share");
  return tree;
}

Object Recording::call() {
  std::vector<Object> held;
  std::vector<PyObject*> all;
  for (Py_ssize_t i = 0; i < arguments_.count(); ++i) {
    PyObject* const object = arguments_.all[i];
    held.push_back(given_.has(arguments_, i) ? Object::share(object) : copies_->of(object));
    all.push_back(held.back().get());
  }
  return Object::take(PyObject_Vectorcall(
      function_, all.data(), static_cast<std::size_t>(arguments_.positional), arguments_.keywords));
}

void Recording::keep_changes() {
  for (Captures::Change& change : captures_->changes()) {
    const bool is_none = !change.value.value.is_defined();
    effects_.push_back({std::move(change.place), is_none ? -1 : std::ssize(results_)});
    if (!is_none) results_.push_back(std::move(change.value));
  }
}

Returned::Source Recording::source_of(PyObject* leaf) {
  using From = Returned::Source::From;
  if (!is_tensor(leaf)) {
    if (!is_permanent(leaf)) {
      give_up(std::string("returns an object of ") + Py_TYPE(leaf)->tp_name +
              ", which cannot be made again");
    }
    return {};
  }
  for (std::size_t k = 0; k < argument_count_; ++k) {
    PyObject* const own = leaves_[k].get();
    const bool is_itself = captures_->argument(k).get() == leaf;
    if (is_itself && (is_tensor(own) || PyArray_Check(own))) return {From::argument, k};
  }
  const auto* const handle = reinterpret_cast<const TensorObject*>(leaf);
  if (trace_->is_older(handle->born)) {  // one from outside, itself
    const auto found = std::ranges::find(leaves_, leaf, &Object::get);
    if (found != leaves_.end()) identical_.emplace_back(found - leaves_.begin(), *found);
    return {};
  }
  results_.push_back(read(leaf));
  const Node* const node = results_.back().node.pointer();
  return {From::result, results_.size() - 1, node ? guises_.known(*node) : std::nullopt};
}

Returned Recording::kept(PyObject* tree) {
  std::vector<Object> leaves;
  flatten(tree, leaves);
  std::vector<Returned::Source> sources;
  std::unordered_map<PyObject*, std::size_t> known;
  for (const Object& leaf : leaves) {
    const bool is_memory = is_tensor(leaf.get()) || PyArray_Check(leaf.get());
    const auto [found, is_first] = known.try_emplace(leaf.get(), sources.size());
    sources.push_back(is_first || !is_memory
                          ? source_of(leaf.get())
                          : Returned::Source{Returned::Source::From::again, found->second});
  }
  return {tree, leaves, sources};
}

void Recording::keep_containers() {
  for (const ContainerCopies::Copy& copy : copies_->changed()) {
    give_up("changes a " + std::string(Py_TYPE(copy.given.get())->tp_name) + " that it was given");
    changed_.push_back({copy.given, copy.copy, kept(copy.copy.get())});
  }
}

/// Does to the caller's containers what the function did to their copies.
void Recording::change_containers(std::span<Tensor> results) const {
  for (const Changed& own : changed_) {
    Object contents = Object::take(own.contents.make(results, leaves_));
    contents = copies_->with_given(own.copy.get(), std::move(contents));
    ContainerCopies::fill(own.given.get(), contents.get());
  }
}

/// The program of what was kept; the trace closes.
void Recording::close() {
  for (const Tensor& result : results_) values_.push_back(result.value);
  inputs_.insert(inputs_.end(), captures_->values().begin(), captures_->values().end());
  try {
    make_path();
  } catch (const TraceError& error) {
    give_up(error.what());
    if (std::ranges::any_of(inputs_, &Tensor::is_tracked)) throw;
  }
  trace_->close();
}

/// What numbers, arrays and Tensors are together.
Guise Recording::common_guise() const {
  Guise guise = Guise::number;
  for (std::size_t k = 0; k < argument_count_; ++k) {
    guise = std::max(guise, guise_of(leaves_[k].get()));
  }
  return guise;
}

/// The results as what was made of the inputs, once the trace has closed.
std::vector<Tensor> Recording::made() {
  close();
  if (path_) return results_for(*path_, inputs_, values_);
  std::vector<Tensor> outputs;
  for (const Tensor& result : results_) outputs.emplace_back(result.value);
  const Guise guise = common_guise();
  returned_.guise(guise, outputs);
  for (Changed& own : changed_) own.contents.guise(guise, outputs);
  return outputs;
}

void Recording::make_path() {
  auto captured = program_of({.results = results_,
                              .leaves = trace_->leaves(),
                              .guards = trace_->guards(),
                              .fallible = trace_->fallible(),
                              .since = trace_->since(),
                              .extent = Extent::dependent});
  std::vector<bool> divides;
  for (const Guard& guard : trace_->guards()) {
    divides.push_back(known_paths_.is_guard(*guard.tensor.node));
  }
  trace_->forget_guards();
  if (!captured.captures.empty()) give_up("reads what a transform around it differentiates");
  inputs_.insert(inputs_.end(), captured.captures.begin(), captured.captures.end());
  path_ = Ref<Path>::adopt(new Path(std::move(captured.program)));
  path_->returned = std::move(returned_);
  std::vector<Guise> guises;
  for (std::size_t k = 0; k < argument_count_; ++k) guises.push_back(guise_of(leaves_[k].get()));
  // What was made of no input is a Tensor if the function made it one; what is not followed is not
  // known to be made of none.
  const Guise independent = why_not_.empty() ? Guise::tensor : common_guise();
  if (!why_not_.empty()) guises.resize(path_->program().inputs.size(), independent);
  path_->returned.guise(path_->program(), guises, independent);
  for (Changed& own : changed_) own.contents.guise(path_->program(), guises, independent);
  path_->effects = effects_;
  for (const Tensor& result : results_) path_->passes.push_back(result.is_differentiated());
  path_->guards = std::move(guards_);
  path_->divides = std::move(divides);
  path_->inputs = captures_->inputs();
  path_->argument_count = argument_count_;
  path_->identical = std::move(identical_);
  for (const std::size_t k : captures_->identical()) {
    path_->identical.emplace_back(k, leaves_[k]);
  }
  const auto is_own = [](const auto& place) { return place.identity() != nullptr; };
  path_->has_memory =
      !effects_.empty() && (std::ranges::any_of(path_->inputs, is_own, &Input::place) ||
                            std::ranges::any_of(effects_, is_own, &Effect::place));
  for (std::size_t k = 0; k < leaves_.size(); ++k) {
    if (sees_its_memory(*path_, leaves_[k].get())) path_->known.push_back(k);
  }
}

}  // namespace wg::bindings
