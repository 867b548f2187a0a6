#include "bindings/jit/recording.h"

#include <algorithm>

#include "bindings/destination.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/compound.h"
#include "primitives/registry.h"

namespace wg::bindings {
namespace {

/// What a call may return again without making it anew.
bool is_permanent(PyObject* object) {
  return Pattern::is_constant(object) || PyArray_Check(object) ||
         PyArray_IsScalar(object, Generic) || PyFunction_Check(object) ||
         PyCFunction_Check(object) || PyType_Check(object) || PyModule_Check(object);
}

const TensorObject* handle_of(PyObject* object) {
  return reinterpret_cast<const TensorObject*>(object);
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
  if (!is_any_tracked) {
    return {std::make_move_iterator(values.begin()), std::make_move_iterator(values.end())};
  }
  std::vector<const Tensor*> operands;
  for (const Tensor& input : inputs) operands.push_back(&input);
  return record_compound(replayed_primitive(), Ref<Payload>::adopt(new ReplayedCall(path.replays)),
                         operands, std::move(values));
}

void write_back(const Path& path, const Leaves& leaves, std::span<const Tensor> results) {
  for (const Written& written : path.written) {
    PyObject* const object = leaves[written.leaf].get();
    const Tensor& value = results[written.result];
    if (is_tensor(object)) {
      Destination(object, "jit").replace(value);
    } else {
      const Object array = Object::take(view_as_ndarray(value.value));
      checked(PyArray_CopyInto(reinterpret_cast<PyArrayObject*>(object),
                               reinterpret_cast<PyArrayObject*>(array.get())));
    }
  }
}

const Tensor& Recording::capture(void* handle, const Tensor& value) {
  if (const auto found = captured_.find(handle); found != captured_.end()) {
    if (why_not_.empty() || found->second.value.node == value.node) return found->second.leaf;
    return value;  // it was written to meanwhile
  }
  if (!why_not_.empty()) return value;
  Captured& made = captured_[handle];
  made.value = value;
  made.leaf = trace_->leaf(identity_primitive(), value, value.is_differentiated());
  handles_.push_back(Object::share(static_cast<PyObject*>(handle)));
  return made.leaf;
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

void add_recording(PyObject* module) {
  begun_again =
      checked(PyErr_NewException("wengert._core.BegunAgain", PyExc_BaseException, nullptr));
  checked(PyModule_AddObjectRef(module, "BegunAgain", begun_again));
}

void Recording::give_up(std::string_view why) {
  if (why_not_.empty()) why_not_ = why;
}

Recording::Recording(PyObject* function, const Arguments& arguments, const Static& given,
                     const Leaves& leaves, const LoopsApart& apart)
    : function_(function), arguments_(arguments), given_(given), leaves_(leaves), apart_(apart) {
  for (const Object& leaf : leaves_) inputs_.push_back(input_of(leaf.get()));
}

Object Recording::run() {
  Trace trace(this);
  const Object tree = record(trace);
  return finish(tree.get());
}

void Recording::rehearse() {
  Trace trace(this);
  const Object tree = record(trace);
  keep(tree.get());
}

Object Recording::record(Trace& trace) {
  trace_ = &trace;
  make_leaves(trace);
  Object tree = with_joined_objects(call());
  if (trace.has_been_left()) give_up("uses a value in another thread");
  note_writes();
  return tree;
}

void Recording::make_leaves(Trace& trace) {
  for (std::size_t k = 0; k < leaves_.size(); ++k) {
    PyObject* const object = leaves_[k].get();
    const auto found = std::ranges::find(leaves_, object, &Object::get);
    const auto first = static_cast<std::size_t>(found - leaves_.begin());
    const bool is_memory = is_tensor(object) || PyArray_Check(object);
    Tensor leaf = trace.leaf(identity_primitive(), inputs_[k], inputs_[k].is_differentiated());
    fresh_.push_back(is_memory && first < k ? fresh_[first] : Object::take(wrap(std::move(leaf))));
  }
}

/// The object with the fresh leaves in the place of its leaves.
Object Recording::renewed(PyObject* object) {
  if (next_ < leaves_.size() && leaves_[next_].get() == object) return fresh_[next_++];
  if (Pattern::is_constant(object)) return Object::share(object);
  const Level level;
  if (PyDict_CheckExact(object)) {
    Object out = Object::take(PyDict_New());
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(object, &at, &key, &value);) {
      checked(PyDict_SetItem(out.get(), key, renewed(value).get()));
    }
    return out;
  }
  if (!is_container(object)) return renewed_registered(object);
  Object list = Object::take(PyList_New(PySequence_Fast_GET_SIZE(object)));
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i) {
    PyList_SET_ITEM(list.get(), i, renewed(PySequence_Fast_GET_ITEM(object, i)).release());
  }
  if (PyList_CheckExact(object)) return list;
  if (PyTuple_CheckExact(object)) return Object::take(PyList_AsTuple(list.get()));
  auto* const type = reinterpret_cast<PyObject*>(Py_TYPE(object));
  return Object::take(PyObject_CallMethod(type, "_make", "O", list.get()));
}

Object Recording::renewed_registered(PyObject* object) {
  const Object found = registered_parts(object);
  if (!found) return Object::share(object);
  const Object children = Object::take(PySequence_List(PyTuple_GET_ITEM(found.get(), 0)));
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(children.get()); ++i) {
    Object child = renewed(PyList_GET_ITEM(children.get(), i));
    checked(PyList_SetItem(children.get(), i, child.release()));
  }
  return Object::take(PyObject_CallFunctionObjArgs(
      PyTuple_GET_ITEM(found.get(), 3), PyTuple_GET_ITEM(found.get(), 1), children.get(), nullptr));
}

Object Recording::call() {
  std::vector<Object> held;
  std::vector<PyObject*> all;
  for (Py_ssize_t i = 0; i < arguments_.count(); ++i) {
    PyObject* const object = arguments_.all[i];
    held.push_back(given_.has(arguments_, i) ? Object::share(object) : renewed(object));
    all.push_back(held.back().get());
  }
  return Object::take(PyObject_Vectorcall(
      function_, all.data(), static_cast<std::size_t>(arguments_.positional), arguments_.keywords));
}

/// Arguments whose handles hold something else than their leaf now.
void Recording::note_writes() {
  const auto leaves = trace_->leaves();
  for (std::size_t k = 0; k < leaves_.size(); ++k) {
    if (k > 0 && std::ranges::find(fresh_.begin(), fresh_.begin() + static_cast<std::ptrdiff_t>(k),
                                   fresh_[k].get(), &Object::get) !=
                     fresh_.begin() + static_cast<std::ptrdiff_t>(k)) {
      continue;
    }
    Tensor now = read_itself(fresh_[k].get());
    if (now.node == leaves[k]) continue;
    if (!is_tensor(leaves_[k].get()) && !PyArray_Check(leaves_[k].get())) continue;
    written_.push_back({k, results_.size()});
    results_.push_back(std::move(now));
  }
}

/// Which result of the program the leaf is; -1 if it is none.
std::ptrdiff_t Recording::number_of(PyObject* leaf) {
  if (!is_tensor(leaf)) {
    if (!is_permanent(leaf)) {
      give_up(std::string("returns an object of ") + Py_TYPE(leaf)->tp_name +
              ", which cannot be made again");
    }
    return -1;
  }
  if (trace_->is_older(handle_of(leaf)->born)) return -1;  // one from outside, itself
  results_.push_back(read_itself(leaf));
  return static_cast<std::ptrdiff_t>(results_.size()) - 1;
}

void Recording::keep(PyObject* tree) {
  std::vector<Object> leaves;
  flatten(tree, leaves);
  std::vector<std::ptrdiff_t> numbers;
  for (const Object& leaf : leaves) numbers.push_back(number_of(leaf.get()));
  returned_ = Returned(tree, leaves, numbers);
  for (const Tensor& result : results_) values_.push_back(result.value);
  for (const Object& handle : handles_) inputs_.push_back(captured_[handle.get()].value);
  try {
    make_path();
  } catch (const TraceError& error) {
    give_up(error.what());
    if (std::ranges::any_of(inputs_, &Tensor::is_tracked)) throw;
  }
  trace_->close();
}

Object Recording::finish(PyObject* tree) {
  keep(tree);
  std::vector<Tensor> outputs;
  if (path_) {
    outputs = results_for(*path_, inputs_, values_);
    write_back(*path_, leaves_, outputs);
    return Object::take(path_->returned.make(outputs));
  }
  for (const Tensor& result : results_) outputs.emplace_back(result.value);
  Guise guise = Guise::number;
  for (const Object& leaf : leaves_) guise = std::max(guise, guise_of(leaf.get()));
  returned_.guise(guise, outputs);
  return Object::take(returned_.make(outputs));
}

void Recording::make_path() {
  auto captured = program_of({.results = results_,
                              .leaves = trace_->leaves(),
                              .guards = trace_->guards(),
                              .fallible = trace_->fallible(),
                              .since = trace_->since(),
                              .extent = Extent::dependent});
  trace_->forget_guards();
  if (!captured.captures.empty()) give_up("reads what a transform around it differentiates");
  inputs_.insert(inputs_.end(), captured.captures.begin(), captured.captures.end());
  path_ = Ref<Path>::adopt(new Path(std::move(captured.program)));
  path_->returned = std::move(returned_);
  std::vector<Guise> guises;
  for (const Object& leaf : leaves_) guises.push_back(guise_of(leaf.get()));
  path_->returned.guise(path_->program(), guises);
  path_->written = written_;
  path_->guards = std::move(guards_);
  for (const Object& handle : handles_) {
    path_->types.push_back(Pattern::leaf(handle.get(), captured_[handle.get()].value));
    path_->handles.push_back(handle);
  }
}

}  // namespace wg::bindings
