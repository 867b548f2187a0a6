#include "bindings/jit/surroundings.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "bindings/foreign_arrays.h"
#include "bindings/jit/dict_versions.h"
#include "bindings/origin.h"

namespace wg::bindings {
namespace {

PyObject* type_dict(PyTypeObject* type) {
#if PY_VERSION_HEX >= 0x030c0000
  PyObject* const dict = PyType_GetDict(type);
  Py_XDECREF(dict);  // the type has it
  return dict;
#else
  return type->tp_dict;
#endif
}

/// The entry of a dict, borrowed, or null.
PyObject* entry(PyObject* dict, PyObject* name) {
  PyObject* const found = PyDict_GetItemWithError(dict, name);
  if (!found && PyErr_Occurred()) throw PythonError();
  return found;
}

Object attribute(PyObject* object, const char* name) {
  PyObject* const found = PyObject_GetAttrString(object, name);
  if (!found) PyErr_Clear();
  return Object::own(found);
}

PyObject* partial_type() {
  static PyObject* const type = [] {
    const Object module = Object::take(PyImport_ImportModule("functools"));
    return checked(PyObject_GetAttrString(module.get(), "partial"));
  }();
  return type;
}

/// Where the files of Python itself are.
std::string_view standard_library() {
  static const std::string directory = [] {
    const Object module = Object::take(PyImport_ImportModule("os"));
    const Object file = Object::take(PyObject_GetAttrString(module.get(), "__file__"));
    std::string path = PyUnicode_AsUTF8(file.get());
    return path.substr(0, path.find_last_of("/\\") + 1);
  }();
  return directory;
}

/// Whether these are the globals of an installed library, which a user does not change.
bool is_of_library(PyObject* globals) {
  PyObject* const file = PyDict_GetItemString(globals, "__file__");
  if (!file || !PyUnicode_Check(file)) {
    PyObject* const spec = PyDict_GetItemString(globals, "__spec__");
    return spec && spec != Py_None;
  }
  const std::string_view path = PyUnicode_AsUTF8(file);
  return path.starts_with(library_root()) || path.starts_with(standard_library()) ||
         path.find("-packages/") != path.npos || path.find("-packages\\") != path.npos;
}

/// Whether it is an array of another library, or memory of any kind.
bool is_array_like(PyObject* object) {
  if (PyType_Check(object) || PyModule_Check(object)) return false;
  if (PyObject_CheckBuffer(object)) return true;
  static PyObject* const array = PyUnicode_InternFromString("__array__");
  static PyObject* const interface = PyUnicode_InternFromString("__array_interface__");
  return _PyType_Lookup(Py_TYPE(object), array) || _PyType_Lookup(Py_TYPE(object), interface);
}

/// Whether a pattern for each element would take much more memory than the elements.
bool is_of_many_constants(PyObject* object) {
  constexpr Py_ssize_t few = 256;
  if (PyObject_Size(object) <= few) return false;
  const Object values =
      Object::take(PyDict_Check(object) ? PyDict_Values(object) : PySequence_List(object));
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(values.get()); ++i) {
    if (!Pattern::is_constant(PyList_GET_ITEM(values.get(), i))) return false;
  }
  return true;
}

/// Whether each use of it gives something else: an iterator, a file, a generator of random numbers.
bool goes_on(PyObject* object) {
  if (PyType_Check(object)) return false;
  if (PyIter_Check(object)) return true;
  const std::string_view name = Py_TYPE(object)->tp_name;
  return name == "numpy.random._generator.Generator" || name == "numpy.random.mtrand.RandomState" ||
         name == "Random";
}

PyFunctionObject* function_of(PyObject* object) {
  return reinterpret_cast<PyFunctionObject*>(object);
}

class Explorer {
 public:
  Explorer(PyObject* function, std::span<PyObject* const> also) {
    watch_itself(function);
    for (PyObject* object : also) watch_itself(object);
    while (!functions_.empty() || has_new_names_) {
      while (!functions_.empty()) {
        const Object next = std::move(functions_.back());
        functions_.pop_back();
        explore(next.get());
      }
      has_new_names_ = false;
      // What is found there may be more holders, and functions with more names.
      for (std::size_t i = 0; i < holders_.size(); ++i) explore_holder(holders_[i].get());
    }
  }

  std::vector<Watch> take() { return std::move(watches_); }

 private:
  void watch_itself(PyObject* object) {
    Pattern pattern = visit(object);
    if (pattern.is_fixed()) return;
    watches_.emplace_back(Watch::Place::itself, object, Py_None, std::move(pattern));
  }

  /// What the object must be next time. What it leads to is looked at as well.
  Pattern visit(PyObject* object) {
    const Level level;
    if (Pattern::is_constant(object) || PySet_CheckExact(object) ||
        PyArray_IsScalar(object, Generic)) {
      return Pattern::equal(object);
    }
    if (PyArray_Check(object)) {
      if (attribute(object, "_mask")) return Pattern::never(object);
      return Pattern::contents(reinterpret_cast<PyArrayObject*>(object));
    }
    if (is_tensor(object)) return of_tensor(object);
    if (is_array_like(object)) return Pattern::array_like(object);
    if (goes_on(object)) return Pattern::never(object);
    const bool is_new = seen_.insert(object).second;
    if (PyTuple_Check(object) || PyList_Check(object) || PyDict_Check(object)) {
      return is_new ? container(object) : Pattern::same(object);
    }
    if (is_new) look_at(object);
    return Pattern::same(object);
  }

  /// Whichever is there: it is read at every call. A view is this very one, since what it sees of
  /// its memory is no part of its type.
  static Pattern of_tensor(PyObject* object) {
    const Window* const window = window_at(object);
    if (window && !window->is_whole()) return Pattern::same(object);
    return Pattern::tensor(object);
  }

  Pattern container(PyObject* object) {
    if (is_of_many_constants(object)) return Pattern::equal_constants(object);
    std::vector<Pattern> parts;
    if (PyDict_Check(object)) {
      const Object values = Object::take(PyDict_Values(object));
      for (Py_ssize_t i = 0; i < PyList_GET_SIZE(values.get()); ++i) {
        parts.push_back(visit(PyList_GET_ITEM(values.get(), i)));
      }
    } else {
      for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i) {
        const Object part = Object::share(PySequence_Fast_GET_ITEM(object, i));
        parts.push_back(visit(part.get()));
      }
    }
    return Pattern::container(object, std::move(parts));
  }

  void look_at(PyObject* object) {
    if (PyFunction_Check(object)) {
      functions_.push_back(Object::share(object));
    } else if (PyMethod_Check(object)) {
      (void)visit(PyMethod_GET_FUNCTION(object));
      (void)visit(PyMethod_GET_SELF(object));
    } else if (PyModule_Check(object)) {
      if (!is_of_library(PyModule_GetDict(object))) add_holder(object);
    } else if (PyType_Check(object)) {
      if (is_of_user(reinterpret_cast<PyTypeObject*>(object))) add_holder(object);
    } else if (PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject*>(partial_type()))) {
      for (const char* part : {"func", "args", "keywords"}) {
        if (const Object found = attribute(object, part)) (void)visit(found.get());
      }
    } else {
      if (const Object wrapped = attribute(object, "__wrapped__")) (void)visit(wrapped.get());
      if (is_sparse(object)) watch_elements(object);
      const Object attributes = attribute(object, "__dict__");
      if (attributes || is_of_user(Py_TYPE(object))) add_holder(object);
      if (is_of_user(Py_TYPE(object))) (void)visit(reinterpret_cast<PyObject*>(Py_TYPE(object)));
    }
  }

  /// The arrays that matrices of SciPy consist of.
  void watch_elements(PyObject* object) {
    for (const char* part : {"data", "indices", "indptr", "row", "col", "offsets"}) {
      const Object found = attribute(object, part);
      if (!found || !PyArray_Check(found.get())) continue;
      const Object name = Object::take(PyUnicode_InternFromString(part));
      watches_.emplace_back(Watch::Place::attribute, object, name.get(), visit(found.get()));
    }
  }

  void add_holder(PyObject* object) {
    holders_.push_back(Object::share(object));
    has_new_names_ = true;
  }

  static bool is_of_user(PyTypeObject* type) {
    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) return false;
    PyObject* const name = PyDict_GetItemString(type_dict(type), "__module__");
    PyObject* const modules = PyImport_GetModuleDict();
    PyObject* const module = name ? PyDict_GetItemWithError(modules, name) : nullptr;
    return !module || !PyModule_Check(module) || !is_of_library(PyModule_GetDict(module));
  }

  void watch(PyObject* dict, PyObject* name, Watch::Place place) {
    if (!watched_.emplace(dict, name).second) return;
    PyObject* const found = entry(dict, name);
    if (found) watches_.emplace_back(place, dict, name, visit(found));
  }

  void explore(PyObject* function) {
    auto* const own = function_of(function);
    watches_.emplace_back(Watch::Place::code, function, Py_None, Pattern::same(own->func_code));
    if (own->func_defaults) explore_defaults(function, own->func_defaults);
    if (own->func_kwdefaults) (void)visit(own->func_kwdefaults);
    if (own->func_closure) {
      PyObject* const names = PyObject_GetAttrString(own->func_code, "co_freevars");
      const Object held = Object::take(names);
      for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(own->func_closure); ++i) {
        PyObject* const cell = PyTuple_GET_ITEM(own->func_closure, i);
        if (!seen_.insert(cell).second) continue;
        PyObject* const content = PyCell_GET(cell);
        const Object name = Object::share(PyTuple_GET_ITEM(names, i));
        watches_.emplace_back(Watch::Place::cell, cell, name.get(),
                              content ? std::optional(visit(content)) : std::nullopt);
      }
    }
    if (!is_of_library(own->func_globals)) explore_code(own->func_code, own->func_globals);
  }

  void explore_defaults(PyObject* function, PyObject* defaults) {
    watches_.emplace_back(Watch::Place::defaults, function, Py_None, visit(defaults));
  }

  void explore_code(PyObject* code, PyObject* globals) {
    if (!seen_.insert(code).second) return;
    auto* const own = reinterpret_cast<PyCodeObject*>(code);
    PyObject* const builtins = PyEval_GetBuiltins();
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(own->co_names); ++i) {
      PyObject* const name = PyTuple_GET_ITEM(own->co_names, i);
      has_new_names_ |= names_.insert(name).second;
      if (entry(globals, name)) {
        watch(globals, name, Watch::Place::global);
      } else if (builtins && PyDict_Check(builtins) && entry(builtins, name) &&
                 watched_.emplace(globals, name).second) {
        watches_.emplace_back(Watch::Place::global, globals, name, std::nullopt);
      }
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(own->co_consts); ++i) {
      PyObject* const constant = PyTuple_GET_ITEM(own->co_consts, i);
      if (PyCode_Check(constant)) explore_code(constant, globals);
    }
  }

  /// The named ones of its attributes.
  void explore_holder(PyObject* holder) {
    const std::vector<PyObject*> names(names_.begin(), names_.end());
    if (PyModule_Check(holder)) {
      for (PyObject* name : names) {
        watch(PyModule_GetDict(holder), name, Watch::Place::global);
      }
    } else if (PyType_Check(holder)) {
      explore_special_methods(holder);
      for (PyObject* name : names) explore_class_attribute(holder, name);
    } else {
      explore_instance(holder, names);
    }
  }

  /// Calls and operators lead to them without naming them.
  void explore_special_methods(PyObject* type) {
    PyObject* const bases = reinterpret_cast<PyTypeObject*>(type)->tp_mro;
    std::vector<Object> special;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); ++i) {
      auto* const base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(bases, i));
      if (!is_of_user(base)) continue;
      PyObject *name, *found;
      for (Py_ssize_t at = 0; PyDict_Next(type_dict(base), &at, &name, &found);) {
        const char* const own = PyFunction_Check(found) ? PyUnicode_AsUTF8(name) : "";
        if (std::string_view(own).starts_with("__")) special.push_back(Object::share(name));
      }
    }
    for (const Object& name : special) explore_class_attribute(type, name.get());
  }

  void explore_class_attribute(PyObject* type, PyObject* name) {
    PyObject* const bases = reinterpret_cast<PyTypeObject*>(type)->tp_mro;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); ++i) {
      auto* const base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(bases, i));
      if (!is_of_user(base)) continue;
      PyObject* const dict = type_dict(base);
      PyObject* const found = entry(dict, name);
      if (!found || !watched_.emplace(dict, name).second) continue;
      watches_.emplace_back(Watch::Place::entry, dict, name, visit(found));
      for (const char* part : {"__func__", "fget", "func"}) {
        if (PyFunction_Check(found) || PyType_Check(found)) break;
        if (const Object function = attribute(found, part)) (void)visit(function.get());
      }
    }
  }

  void explore_instance(PyObject* holder, const std::vector<PyObject*>& names) {
    Object dict = attribute(holder, "__dict__");
    if (dict && PyDict_Check(dict.get())) {
      if (watched_.emplace(dict.get(), nullptr).second) {
        watches_.emplace_back(dict.get(), PyDict_GET_SIZE(dict.get()));
      }
      for (PyObject* name : names) watch(dict.get(), name, Watch::Place::entry);
    }
    for (PyObject* name : names) {
      PyObject* const found = _PyType_Lookup(Py_TYPE(holder), name);
      if (!found || !Py_IS_TYPE(found, &PyMemberDescr_Type)) continue;
      if (!watched_.emplace(holder, name).second) continue;
      PyObject* const value = PyObject_GetAttr(holder, name);
      if (!value) PyErr_Clear();
      const Object held = Object::own(value);
      watches_.emplace_back(Watch::Place::attribute, holder, name,
                            value ? std::optional(visit(value)) : std::nullopt);
    }
  }

  std::vector<Watch> watches_;
  std::set<PyObject*> seen_;
  std::set<std::pair<PyObject*, PyObject*>> watched_;
  std::set<PyObject*> names_;  // that the code names, interned
  std::vector<Object> functions_, holders_;
  bool has_new_names_ = false;
};

}  // namespace

bool Watch::holds(Leaves& tensors) const {
  switch (place_) {
    case Place::itself:
      return expected_->matches(holder_.get(), tensors);
    case Place::global:
    case Place::entry: {
      PyObject* const found = entry(holder_.get(), name_.get());
      if (!found || !expected_) return !found && !expected_;
      const Object held = Object::share(found);
      return expected_->matches(found, tensors);
    }
    case Place::size:
      return PyDict_GET_SIZE(holder_.get()) == size_;
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
      return expected_->matches(function_of(holder_.get())->func_code, tensors);
    case Place::defaults: {
      PyObject* const found = function_of(holder_.get())->func_defaults;
      return found && expected_->matches(found, tensors);
    }
  }
  return false;
}

std::string Watch::text() const {
  if (place_ == Place::size) return "the attributes of an object";
  if (place_ == Place::itself) {
    return std::string("an argument of ") + Py_TYPE(holder_.get())->tp_name;
  }
  if (place_ == Place::code || place_ == Place::defaults) {
    const std::string name = PyUnicode_AsUTF8(function_of(holder_.get())->func_qualname);
    return (place_ == Place::code ? "the code of " : "the defaults of ") + name;
  }
  return PyUnicode_AsUTF8(name_.get());
}

int Watch::traverse(visitproc visit, void* arg) const {
  Py_VISIT(holder_.get());
  Py_VISIT(name_.get());
  return expected_ ? expected_->traverse(visit, arg) : 0;
}

Surroundings::Surroundings(PyObject* function, std::span<PyObject* const> also) {
  for (Watch& watch : Explorer(function, also).take()) {
    PyObject* const dict = watch.decided_by();
    if (!dict) {
      watches_.push_back(std::move(watch));
      continue;
    }
    auto found =
        std::ranges::find_if(decided_, [&](const Decided& own) { return own.dict.get() == dict; });
    if (found == decided_.end()) {
      decided_.push_back({Object::share(dict), version_of(dict), {}});
      found = decided_.end() - 1;
    }
    found->watches.push_back(std::move(watch));
  }
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
  for (const Watch& watch : watches_) {
    if (const int status = watch.traverse(visit, arg)) return status;
  }
  return 0;
}

}  // namespace wg::bindings
