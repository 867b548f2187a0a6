#include "bindings/jit/surroundings.h"

#include <algorithm>

#include "bindings/jit/dict_versions.h"
#include "bindings/jit/exploring.h"
#include "bindings/jit/libraries.h"
#include "bindings/jit/object_kinds.h"
#include "bindings/jit/shared_memory.h"
#include "bindings/jit/type_versions.h"
#include "bindings/python_values.h"

namespace wg::bindings {
namespace {

/// Whether the version of a dict tells of every change of the attributes in it. From CPython 3.13
/// on their values lie in the object, where they change without an event.
constexpr bool are_attributes_told = PY_VERSION_HEX < 0x030d0000;

/// Which of its parts a function has at all.
Py_ssize_t parts_of_function(PyObject* function) {
  PyFunctionObject* const own = function_of(function);
  const bool has_attributes = own->func_dict && PyDict_GET_SIZE(own->func_dict) > 0;
  return (own->func_defaults ? 1 : 0) | (own->func_kwdefaults ? 2 : 0) | (has_attributes ? 4 : 0);
}

/// The bases of a class, with the names of the attributes of those that are a user's.
Object bases_and_names(PyTypeObject* type) {
  Object all = Object::take(PyList_New(0));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
    PyObject* const base = PyTuple_GET_ITEM(type->tp_mro, i);
    checked(PyList_Append(all.get(), base));
    if (!is_of_user(reinterpret_cast<PyTypeObject*>(base))) continue;
    PyObject *name, *value;
    for (Py_ssize_t at = 0;
         PyDict_Next(dict_of_type(reinterpret_cast<PyTypeObject*>(base)), &at, &name, &value);) {
      // Python adds those of annotations when it is asked for them.
      if (text_of(name).starts_with("__annot")) continue;
      checked(PyList_Append(all.get(), name));
    }
  }
  return all;
}

/// A weak reference, to what can have one.
Object reference_to(PyObject* object) {
  PyObject* const reference = PyWeakref_NewRef(object, nullptr);
  if (!reference) PyErr_Clear();
  return reference ? Object::own(reference) : Object::share(object);
}

/// Empty if it is gone.
Object referent_of(PyObject* held) {
  if (!PyWeakref_CheckRef(held)) return Object::share(held);
#if PY_VERSION_HEX >= 0x030d0000
  PyObject* found = nullptr;
  checked(PyWeakref_GetRef(held, &found));
  return Object::own(found);
#else
  PyObject* const found = PyWeakref_GetObject(held);
  return found == Py_None ? Object() : Object::share(found);
#endif
}

bool are_same_tuples(PyObject* one, PyObject* other) {
  const Py_ssize_t count = PyList_GET_SIZE(one);
  if (PyList_GET_SIZE(other) != count) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (PyList_GET_ITEM(one, i) != PyList_GET_ITEM(other, i)) return false;
  }
  return true;
}

Object keys_in_order(PyObject* dict) {
  Object all = Object::take(PyList_New(0));
  PyObject *name, *value;
  for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &name, &value);) {
    checked(PyList_Append(all.get(), name));
  }
  return all;
}

}  // namespace

Watch Watch::of_function(PyObject* function) {
  return {Place::code, function, Object::share(function_of(function)->func_code),
          parts_of_function(function)};
}

Watch Watch::of_names(PyObject* dict) { return {Place::names, dict, keys_in_order(dict), 0}; }

Watch Watch::of_class(PyObject* type) {
  return {Place::bases, type, bases_and_names(reinterpret_cast<PyTypeObject*>(type)), 0};
}

Watch Watch::of_dict(PyObject* object) {
  return {Place::dict, reference_to(object).get(), attributes_of(object), 0};
}

Watch Watch::of_keys(PyObject* dict) { return {Place::keys, dict, keys_in_order(dict), 0}; }

Watch Watch::of_attributes(PyObject* object) {
  return {Place::attributes, reference_to(object).get(), keys_in_order(attributes_of(object).get()),
          0};
}

Object Watch::attributes_of(PyObject* object) {
  if (PyFunction_Check(object)) return Object::share(function_of(object)->func_dict);
  if (Py_TYPE(object)->tp_getattro == PyObject_GenericGetAttr) {
    // Where attributes are looked up, without asking for it by name.
    PyObject** const own = _PyObject_GetDictPtr(object);
    if (own && *own) return Object::share(*own);
  }
  static PyObject* const name = PyUnicode_InternFromString("__dict__");
  // An object of it has one, which its class does not tell of.
  const bool is_local = is_called(Py_TYPE(object), "_thread._local");
  if (!is_local && !_PyType_Lookup(Py_TYPE(object), name)) return {};
  PyObject* const dict = PyObject_GetAttr(object, name);
  if (!dict) PyErr_Clear();
  return Object::own(dict);
}

/// The very same names: they are interned, and stay in the order in which they came.
bool Watch::has_its_keys(PyObject* dict) const {
  PyObject* const all = name_.get();
  const Py_ssize_t count = PyList_GET_SIZE(all);
  if (PyDict_GET_SIZE(dict) != count) return false;
  PyObject *name, *value;
  for (Py_ssize_t at = 0, i = 0; PyDict_Next(dict, &at, &name, &value); ++i) {
    if (i == count || name != PyList_GET_ITEM(all, i)) return false;
  }
  return true;
}

PyObject* Watch::decided_by() const {
  const bool is_fixed = !expected_ || expected_->is_fixed();
  switch (place_) {
    case Place::bases:
    case Place::names:
      return holder_.get();
    case Place::global:
    case Place::class_entry:
      return is_fixed ? holder_.get() : nullptr;
    case Place::entry:
    case Place::keys:
      return is_fixed && are_attributes_told ? holder_.get() : nullptr;
    default:
      return nullptr;
  }
}

bool Watch::holds(Leaves& tensors) const {
  switch (place_) {
    case Place::itself:
      return expected_->matches(holder_.get(), tensors);
    case Place::global:
    case Place::entry:
    case Place::class_entry: {
      PyObject* const dict = place_ == Place::class_entry
                                 ? dict_of_type(reinterpret_cast<PyTypeObject*>(holder_.get()))
                                 : holder_.get();
      PyObject* const found = entry(dict, name_.get());
      if (!found || !expected_) return !found && !expected_;
      const Object held = Object::share(found);
      return expected_->matches(found, tensors);
    }
    case Place::dict: {
      const Object object = referent_of(holder_.get());  // what led to it is compared for itself
      return !object || attributes_of(object.get()).get() == name_.get();
    }
    case Place::names:
    case Place::keys:
      return has_its_keys(holder_.get());
    case Place::attributes: {
      const Object object = referent_of(holder_.get());
      if (!object) return true;  // what led to it is compared for itself
      const Object dict = attributes_of(object.get());
      return dict && PyDict_Check(dict.get()) && has_its_keys(dict.get());
    }
    case Place::bases: {
      auto* const type = reinterpret_cast<PyTypeObject*>(holder_.get());
      return are_same_tuples(bases_and_names(type).get(), name_.get());
    }
    case Place::cell: {
      PyObject* const found = PyCell_GET(holder_.get());
      if (!found || !expected_) return !found && !expected_;
      const Object held = Object::share(found);
      return expected_->matches(found, tensors);
    }
    case Place::attribute: {
      PyObject* const found = PyObject_GetAttr(holder_.get(), name_.get());
      if (!found) PyErr_Clear();
      const Object held = Object::own(found);
      return found && expected_ ? expected_->matches(found, tensors) : !found && !expected_;
    }
    case Place::code:
      return function_of(holder_.get())->func_code == name_.get() &&
             parts_of_function(holder_.get()) == size_;
    case Place::defaults: {
      PyObject* const found = function_of(holder_.get())->func_defaults;
      return found && expected_->matches(found, tensors);
    }
    case Place::keyword_defaults: {
      PyObject* const found = function_of(holder_.get())->func_kwdefaults;
      return found && expected_->matches(found, tensors);
    }
  }
  return false;
}

std::string Watch::text() const {
  const char* const type = Py_TYPE(holder_.get())->tp_name;
  switch (place_) {
    case Place::names:
      return "the names in a module";
    case Place::dict:
    case Place::keys:
    case Place::attributes:
      return "which attributes an object has";
    case Place::bases:
      return std::string("which attributes the class ") +
             reinterpret_cast<PyTypeObject*>(holder_.get())->tp_name + " has";
    case Place::itself:
      return std::string("an object of type ") + type;
    case Place::code:
    case Place::defaults:
    case Place::keyword_defaults: {
      const std::string name(text_of(function_of(holder_.get())->func_qualname));
      return (place_ == Place::code ? "the code of " : "the defaults of ") + name;
    }
    default:
      return std::string(text_of(name_.get()));
  }
}

int Watch::traverse(visitproc visit, void* arg) const {
  Py_VISIT(holder_.get());
  Py_VISIT(name_.get());
  return expected_ ? expected_->traverse(visit, arg) : 0;
}

Surroundings::Surroundings(PyObject* function, std::span<PyObject* const> also) {
  for (Watch& watch : watches_of(function, also, found_)) add(std::move(watch));
}

std::vector<bool> Surroundings::meeting(std::span<const Object> arguments) const {
  std::vector<bool> all;
  for (const Object& argument : arguments) {
    PyObject* const array = PyArray_Check(argument.get()) ? argument.get() : nullptr;
    const auto shares = [&](const Object& own) { return do_share_memory(own.get(), array); };
    const bool is_written = array && PyArray_ISWRITEABLE(reinterpret_cast<PyArrayObject*>(array));
    all.push_back(is_written &&
                  (may_overlap_itself(array) || std::ranges::any_of(found_.arrays, shares)));
  }
  return all;
}

bool Surroundings::finds_containers(const Arguments& arguments) const {
  if (found_.containers.empty()) return false;
  std::vector<PyObject*> given;
  for (Py_ssize_t i = 0; i < arguments.count(); ++i) add_lists_and_dicts(arguments.all[i], given);
  return std::ranges::any_of(found_.containers, [&](const Object& own) {
    return std::ranges::find(given, own.get()) != given.end();
  });
}

void Surroundings::add(Watch watch) {
  PyObject* const by = watch.decided_by();
  if (!by) return watches_.push_back(std::move(watch));
  if (PyType_Check(by)) {
    const auto is_its = [&](const OfClass& own) { return own.type.get() == by; };
    auto found = std::ranges::find_if(of_classes_, is_its);
    if (found == of_classes_.end()) {
      const unsigned version = version_of_type(reinterpret_cast<PyTypeObject*>(by));
      of_classes_.push_back({Object::share(by), version, {}});
      found = of_classes_.end() - 1;
    }
    return found->watches.push_back(std::move(watch));
  }
  auto found =
      std::ranges::find_if(decided_, [&](const Decided& own) { return own.dict.get() == by; });
  if (found == decided_.end()) {
    decided_.push_back({Object::share(by), version_of(by), {}});
    found = decided_.end() - 1;
  }
  found->watches.push_back(std::move(watch));
}

const Watch* Surroundings::changed(Leaves& tensors) {
  for (Decided& own : decided_) {
    const std::uint64_t version = version_of(own.dict.get());
    if (version == own.version) continue;
    for (const Watch& watch : own.watches) {
      if (!watch.holds(tensors)) return &watch;
    }
    own.version = version;
  }
  for (OfClass& own : of_classes_) {
    const unsigned version = version_of_type(reinterpret_cast<PyTypeObject*>(own.type.get()));
    if (version != 0 && version == own.version) continue;
    for (const Watch& watch : own.watches) {
      if (!watch.holds(tensors)) return &watch;
    }
    own.version = version;
  }
  for (const Watch& watch : watches_) {
    if (!watch.holds(tensors)) return &watch;
  }
  return nullptr;
}

std::vector<std::string> Surroundings::text() const {
  std::vector<std::string> all;
  for (const Decided& own : decided_) {
    for (const Watch& watch : own.watches) all.push_back(watch.text());
  }
  for (const OfClass& own : of_classes_) {
    for (const Watch& watch : own.watches) all.push_back(watch.text());
  }
  for (const Watch& watch : watches_) all.push_back(watch.text());
  return all;
}

int Surroundings::traverse(visitproc visit, void* arg) const {
  for (const Decided& own : decided_) {
    Py_VISIT(own.dict.get());
    for (const Watch& watch : own.watches) {
      if (const int status = watch.traverse(visit, arg)) return status;
    }
  }
  for (const Object& own : found_.arrays) Py_VISIT(own.get());
  for (const Object& own : found_.containers) Py_VISIT(own.get());
  for (const OfClass& own : of_classes_) {
    Py_VISIT(own.type.get());
    for (const Watch& watch : own.watches) {
      if (const int status = watch.traverse(visit, arg)) return status;
    }
  }
  for (const Watch& watch : watches_) {
    if (const int status = watch.traverse(visit, arg)) return status;
  }
  return 0;
}

}  // namespace wg::bindings
