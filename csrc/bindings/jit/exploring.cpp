#include "bindings/jit/exploring.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "bindings/foreign_arrays.h"
#include "bindings/jit/code_names.h"
#include "bindings/jit/libraries.h"
#include "bindings/jit/object_kinds.h"
#include "bindings/jit/parts.h"
#include "bindings/python_values.h"

namespace wg::bindings {
namespace {

/// As Python looks it up for objects of its own, without a `__getattr__`, which may do anything.
Object attribute(PyObject* object, const char* name) {
  const Object key = Object::take(PyUnicode_InternFromString(name));
  PyObject* const found = PyObject_GenericGetAttr(object, key.get());
  if (!found) PyErr_Clear();
  return Object::own(found);
}

/// Whether a pattern for each part would take much more memory than the parts.
bool are_many_constants(PyObject* parts) {
  constexpr Py_ssize_t few = 256;
  if (PySequence_Fast_GET_SIZE(parts) <= few) return false;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(parts); ++i) {
    if (!Pattern::is_plain(PySequence_Fast_GET_ITEM(parts, i))) return false;
  }
  return true;
}

/// Whether it makes or shows objects: what it does to all their attributes is of no matter to those
/// from outside.
bool is_about_new_objects(PyObject* code) {
  const std::string_view name = text_of(reinterpret_cast<PyCodeObject*>(code)->co_name);
  return name == "__init__" || name == "__new__" || name == "__repr__" || name == "__getstate__" ||
         name == "__setstate__" || name == "__reduce__" || name == "__reduce_ex__";
}

class Explorer {
 public:
  Explorer(PyObject* function, std::span<PyObject* const> also, FoundMemory& memory)
      : memory_(memory) {
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
  /// Whether it is seen for the first time. It stays, so that nothing else gets its address.
  bool is_new(PyObject* object) {
    if (!seen_.insert(object).second) return false;
    held_.push_back(Object::share(object));
    return true;
  }

  void watch_itself(PyObject* object) {
    Pattern pattern = visit(object);
    if (pattern.is_fixed()) return;
    watches_.emplace_back(Watch::Place::itself, object, Py_None, std::move(pattern));
  }

  void watch_attribute(PyObject* object, PyObject* name) {
    if (!watched_.emplace(object, name).second) return;
    PyObject* const value = PyObject_GetAttr(object, name);
    if (!value) PyErr_Clear();
    const Object held = Object::own(value);
    watches_.emplace_back(Watch::Place::attribute, object, name,
                          value ? std::optional(visit(value)) : std::nullopt);
  }

  void watch_attributes(PyObject* object, std::span<const char* const> names) {
    for (const char* const name : names) {
      if (!attribute(object, name)) continue;
      watch_attribute(object, Object::take(PyUnicode_InternFromString(name)).get());
    }
  }

  /// What the object must be next time. What it leads to is looked at as well.
  Pattern visit(PyObject* object) {
    const Level level;
    if (Pattern::is_plain(object) || PyArray_IsScalar(object, Generic)) {
      return Pattern::equal(object);
    }
    if (is_tensor(object)) return of_tensor(object);
    const bool is_first = is_new(object);
    const bool is_array = PyArray_Check(object);
    if (is_array && is_first && is_of_user(Py_TYPE(object))) look_at(object);
    if (is_array && is_first) memory_.arrays.push_back(Object::share(object));
    if (is_array && !has_references(object)) return of_array(object);
    if (!is_array && is_array_like(object)) return Pattern::array_like(object);
    if (goes_on(object)) return Pattern::never(object);
    const bool has_items = PyTuple_Check(object) || PyList_Check(object) || PyDict_Check(object);
    const Object parts = parts_of(object);
    if (is_first && (!(has_items || parts) || is_of_user(Py_TYPE(object)))) look_at(object);
    if (!has_items && !parts) return Pattern::same(object);
    if (!is_first) return Pattern::same(object);
    return container(object, parts.get(), [&](PyObject* part) { return visit(part); });
  }

  /// The same of what methods of a library read, which are not looked into: the data that an object
  /// holds and the functions that it may call, but not what else it leads to.
  Pattern visit_data(PyObject* object) {
    const Level level;
    const bool is_array = PyArray_Check(object) && !has_references(object);
    const bool is_followed = is_array || is_tensor(object) || Pattern::is_plain(object) ||
                             PyArray_IsScalar(object, Generic) || PyFunction_Check(object) ||
                             PyMethod_Check(object) || is_partial(object) ||
                             (!PyType_Check(object) && is_of_user(Py_TYPE(object)));
    if (is_followed) return visit(object);
    const bool has_items =
        PyTuple_CheckExact(object) || PyList_CheckExact(object) || PyDict_CheckExact(object);
    if (!has_items || !data_.insert(object).second) return Pattern::same(object);
    held_.push_back(Object::share(object));
    return container(object, nullptr, [&](PyObject* part) { return visit_data(part); });
  }

  static bool has_references(PyObject* array) {
    return PyDataType_REFCHK(PyArray_DESCR(reinterpret_cast<PyArrayObject*>(array)));
  }

  static Pattern of_array(PyObject* object) {
    if (!PyArray_CheckExact(object) && attribute(object, "_mask")) return Pattern::never(object);
    return Pattern::contents(reinterpret_cast<PyArrayObject*>(object));
  }

  /// Whichever is there: it is read at every call. A view is this very one, since what it sees of
  /// its memory is no part of its type.
  static Pattern of_tensor(PyObject* object) {
    const Window* const window = window_at(object);
    if (window && !window->is_whole()) return Pattern::same(object);
    return Pattern::tensor(object);
  }

  /// Of what it consists; `pattern_of` says what each part must be.
  template <class Part>
  Pattern container(PyObject* object, PyObject* parts, const Part& pattern_of) {
    if (PyList_CheckExact(object) || PyDict_CheckExact(object)) {
      memory_.containers.push_back(Object::share(object));
    }
    static constexpr const char* factory[] = {"default_factory"};
    if (is_called(Py_TYPE(object), "collections.defaultdict")) watch_attributes(object, factory);
    const Object items = parts ? Object::share(parts) : items_of(object);
    if (are_many_constants(items.get())) return Pattern::of_constants(object);
    const Py_ssize_t count = PySequence_Fast_GET_SIZE(items.get());
    const bool is_dict = !parts && PyDict_Check(object);
    std::vector<Pattern> patterns;
    for (Py_ssize_t i = 0; i < count && i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
      const Object item = Object::share(PySequence_Fast_GET_ITEM(items.get(), i));
      if (is_dict && i < count / 2) {
        if (!Pattern::is_plain(item.get())) watch_itself(item.get());
      } else {
        patterns.push_back(pattern_of(item.get()));
      }
    }
    return parts ? Pattern::of_parts(object, std::move(patterns))
                 : Pattern::container(object, std::move(patterns));
  }

  void look_at(PyObject* object) {
    static constexpr const char* of_partial[] = {"func", "args", "keywords"};
    if (is_reflecting(object)) {
      is_reflective_ = has_new_names_ = true;
    } else if (PyFunction_Check(object)) {
      functions_.push_back(Object::share(object));
      if (is_environment(object)) watch_environment();
      if (function_of(object)->func_dict) add_holder(object);
    } else if (PyMethod_Check(object)) {
      watch_itself(PyMethod_GET_FUNCTION(object));
      watch_itself(PyMethod_GET_SELF(object));
    } else if (PyModule_Check(object)) {
      add_holder(object);
    } else if (PyType_Check(object)) {
      if (is_of_user(reinterpret_cast<PyTypeObject*>(object))) add_holder(object);
      if (is_of_user(Py_TYPE(object))) watch_itself(reinterpret_cast<PyObject*>(Py_TYPE(object)));
    } else {
      if (is_partial(object)) watch_attributes(object, of_partial);
      if (is_getter(object)) {
        add_names(names_in(Object::take(PyObject_CallMethod(object, "__reduce__", nullptr)).get()));
      }
      if (is_environment(object)) watch_environment();
      if (const Object wrapped = attribute(object, "__wrapped__")) watch_itself(wrapped.get());
      if (is_sparse(object)) watch_elements(object);
      const bool has_attributes =
          Watch::attributes_of(object) || is_called(Py_TYPE(object), "_thread._local");
      if (has_attributes || is_of_user(Py_TYPE(object))) add_holder(object);
      if (is_of_user(Py_TYPE(object))) {
        watch_itself(reinterpret_cast<PyObject*>(Py_TYPE(object)));
      }
    }
  }

  /// The arrays that matrices of SciPy consist of.
  void watch_elements(PyObject* object) {
    for (const char* const part : {"data", "indices", "indptr", "row", "col", "offsets"}) {
      const Object found = attribute(object, part);
      if (!found || !PyArray_Check(found.get())) continue;
      watch_attribute(object, Object::take(PyUnicode_InternFromString(part)).get());
    }
  }

  void add_holder(PyObject* object) {
    holders_.push_back(Object::share(object));
    has_new_names_ = true;
  }

  void add_names(const std::vector<Object>& names) {
    for (const Object& name : names) {
      if (!names_.insert(name.get()).second) continue;
      held_.push_back(name);
      has_new_names_ = true;
    }
  }

  void watch(PyObject* dict, PyObject* name, Watch::Place place) {
    if (!watched_.emplace(dict, name).second) return;
    PyObject* const found = entry(dict, name);
    if (found) watches_.emplace_back(place, dict, name, visit(found));
  }

  void explore(PyObject* function) {
    auto* const own = function_of(function);
    watches_.push_back(Watch::of_function(function));
    if (PyObject* const defaults = own->func_defaults) {
      watches_.emplace_back(Watch::Place::defaults, function, Py_None, visit(defaults));
    }
    if (PyObject* const defaults = own->func_kwdefaults) {
      watches_.emplace_back(Watch::Place::keyword_defaults, function, Py_None, visit(defaults));
    }
    if (own->func_closure) {
      PyObject* const names = PyObject_GetAttrString(own->func_code, "co_freevars");
      const Object held = Object::take(names);
      for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(own->func_closure); ++i) {
        PyObject* const cell = PyTuple_GET_ITEM(own->func_closure, i);
        if (!is_new(cell)) continue;
        PyObject* const content = PyCell_GET(cell);
        const Object name = Object::share(PyTuple_GET_ITEM(names, i));
        watches_.emplace_back(Watch::Place::cell, cell, name.get(),
                              content ? std::optional(visit(content)) : std::nullopt);
      }
    }
    if (!is_of_library(own->func_globals)) explore_code(own->func_code, own->func_globals);
  }

  void explore_code(PyObject* code, PyObject* globals) {
    if (!codes_.emplace(code, globals).second) return;
    const CodeNames found = names_of(code);
    add_names(found.names);
    add_names(found.texts);
    const bool is_reflective = found.is_reflective && !is_about_new_objects(code);
    if (is_reflective && !is_reflective_) is_reflective_ = has_new_names_ = true;
    for (const Object& name : found.globals) {
      watch(globals, name.get(), Watch::Place::global);
      watch_absence(globals, name.get());
    }
    if (found.is_any_global_read) {
      std::vector<PyObject*> all;
      add_keys(globals, all);
      for (PyObject* name : all) watch(globals, name, Watch::Place::global);
      watches_.push_back(Watch::of_names(globals));
    }
    for (const Object& name : found.in_texts) watch(globals, name.get(), Watch::Place::global);
    for (const Object& name : found.imports) explore_import(name.get(), globals);
    for (const Object& name : found.anything) {
      watches_.emplace_back(Watch::Place::global, globals, name.get(), Pattern::never(code));
    }
    if (found.is_environment_read) watch_environment();
    for (const Object& constant : found.constants) explore_code(constant.get(), globals);
  }

  void watch_environment() {
    const Object os = Object::take(PyImport_ImportModule("os"));
    static PyObject* const data = PyUnicode_InternFromString("_data");
    if (const Object own = attribute(os.get(), "environ")) watch_attribute(own.get(), data);
  }

  void watch_absence(PyObject* globals, PyObject* name) {
    if (entry(globals, name) || !absent_.emplace(globals, name).second) return;
    watches_.emplace_back(Watch::Place::global, globals, name, std::nullopt);
  }

  /// The modules that an import within a function may mean: by its name, in the package of the
  /// function's module, or in one around it.
  void explore_import(PyObject* name, PyObject* globals) {
    std::vector<std::string> all;
    const std::string own(text_of(name));
    for (std::size_t end = 0; !own.empty() && end != own.npos;) {
      end = own.find('.', end + 1);
      all.push_back(own.substr(0, end));
    }
    PyObject* const package = PyDict_GetItemString(globals, "__package__");
    std::string around(package ? text_of(package) : "");
    while (!around.empty()) {
      all.push_back(own.empty() ? around : around + "." + own);
      around.resize(around.find('.') == around.npos ? 0 : around.rfind('.'));
    }
    PyObject* const modules = PyImport_GetModuleDict();
    bool is_any = false;
    for (const std::string& one : all) {
      const Object key = Object::take(PyUnicode_FromString(one.c_str()));
      PyObject* const module = entry(modules, key.get());
      is_any |= module != nullptr;
      if (!module || !PyModule_Check(module) || is_of_library(PyModule_GetDict(module))) continue;
      held_.push_back(key);
      watch(modules, key.get(), Watch::Place::entry);
    }
    if (is_any || all.empty() || !watched_.emplace(modules, name).second) return;
    watches_.emplace_back(Watch::Place::entry, modules, name, std::nullopt);
  }

  /// The named ones of its attributes.
  void explore_holder(PyObject* holder) {
    std::vector<PyObject*> names(names_.begin(), names_.end());
    if (PyModule_Check(holder) && is_of_library(PyModule_GetDict(holder))) {
      explore_library(PyModule_GetDict(holder), names);
    } else if (PyModule_Check(holder)) {
      explore_module(PyModule_GetDict(holder), names);
    } else if (PyType_Check(holder)) {
      explore_class(holder, names);
    } else {
      explore_instance(holder, names);
    }
  }

  void add_keys(PyObject* dict, std::vector<PyObject*>& names) {
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &key, &value);) {
      if (!text_of(key).starts_with("__")) names.push_back(key);
    }
  }

  /// What somebody may have put in its place, but not what that reads if it is the library's own.
  void explore_library(PyObject* dict, const std::vector<PyObject*>& names) {
    for (PyObject* name : names) {
      PyObject* const found = entry(dict, name);
      if (!found || !watched_.emplace(dict, name).second) continue;
      const bool is_function = PyFunction_Check(found);
      const bool is_followed = Pattern::is_plain(found) || PyModule_Check(found) ||
                               (is_function && !is_of_library(function_of(found)->func_globals));
      watches_.emplace_back(Watch::Place::global, dict, name,
                            is_followed ? visit(found) : Pattern::same(found));
    }
  }

  void explore_module(PyObject* dict, std::vector<PyObject*> names) {
    static PyObject* const unknown = PyUnicode_InternFromString("__getattr__");
    names.push_back(unknown);
    if (is_reflective_) add_keys(dict, names);
    if (sized_.insert(dict).second) watches_.push_back(Watch::of_names(dict));
    for (PyObject* name : names) watch(dict, name, Watch::Place::global);
  }

  void explore_class(PyObject* type, std::vector<PyObject*> names) {
    if (sized_.insert(type).second) watches_.push_back(Watch::of_class(type));
    PyObject* const bases = reinterpret_cast<PyTypeObject*>(type)->tp_mro;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); ++i) {
      auto* const base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(bases, i));
      if (!is_of_user(base)) continue;
      std::vector<PyObject*> own = names;
      if (is_reflective_) add_keys(dict_of_type(base), own);
      add_special_methods(dict_of_type(base), own);
      for (PyObject* name : own) explore_class_attribute(base, name);
    }
  }

  /// Calls and operators lead to them without naming them.
  static void add_special_methods(PyObject* dict, std::vector<PyObject*>& names) {
    PyObject *name, *found;
    for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &name, &found);) {
      const bool is_method =
          found == Py_None || PyCallable_Check(found) || Py_TYPE(found)->tp_descr_get != nullptr;
      if (is_method && text_of(name).starts_with("__")) names.push_back(name);
    }
  }

  void explore_class_attribute(PyTypeObject* base, PyObject* name) {
    PyObject* const dict = dict_of_type(base);
    PyObject* const found = entry(dict, name);
    if (!found || !watched_.emplace(dict, name).second) return;
    const Object held = Object::share(found);
    watches_.emplace_back(Watch::Place::class_entry, reinterpret_cast<PyObject*>(base), name,
                          visit(found));
    for (const char* const part : {"__func__", "fget", "fset", "func"}) {
      if (PyFunction_Check(found) || PyType_Check(found)) break;
      if (const Object function = attribute(found, part)) watch_itself(function.get());
    }
  }

  void explore_instance(PyObject* holder, std::vector<PyObject*> names) {
    PyTypeObject* const type = Py_TYPE(holder);
    const Object dict = Watch::attributes_of(holder);
    // Of what is local to a thread there are others elsewhere.
    const bool is_made =
        is_called(type, "_thread._local") || Watch::attributes_of(holder).get() != dict.get();
    if (is_made) {
      const bool has_keys = dict && PyDict_Check(dict.get());
      if (has_keys && sized_.insert(holder).second) {
        watches_.push_back(Watch::of_attributes(holder));
      }
      for (PyObject* name : names) {
        if (PyObject_HasAttr(holder, name)) watch_attribute(holder, name);
      }
      return;
    }
    if (dict && PyDict_Check(dict.get())) {
      if (sized_.insert(holder).second) {
        watches_.push_back(Watch::of_dict(holder));
        watches_.push_back(Watch::of_keys(dict.get()));
      }
      const bool is_read =
          is_of_user(type) || PyFunction_Check(holder) || is_called(type, "types.SimpleNamespace");
      if ((is_reflective_ && is_read) || is_container_in_python(type)) add_keys(dict.get(), names);
      for (PyObject* name : names) watch(dict.get(), name, Watch::Place::entry);
    }
    if (has_methods_of_library(type) && !is_made_by_transform(holder)) {
      watch_data(holder, dict.get());
    }
    if (is_reflective_ && is_of_user(type)) {
      for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
        auto* const base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(type->tp_mro, i));
        if (is_of_user(base)) add_keys(dict_of_type(base), names);
      }
    }
    for (PyObject* name : names) {
      PyObject* const found = _PyType_Lookup(type, name);
      if (found && Py_IS_TYPE(found, &PyMemberDescr_Type)) watch_attribute(holder, name);
    }
  }

  void watch_data(PyObject* object, PyObject* dict) {
    std::vector<PyObject*> names;
    if (dict && PyDict_Check(dict)) add_keys(dict, names);
    for (PyObject* name : names) {
      if (watched_.contains({dict, name}) || !watched_data_.emplace(dict, name).second) continue;
      watches_.emplace_back(Watch::Place::entry, dict, name, visit_data(entry(dict, name)));
    }
    for (PyObject* name : members_of(Py_TYPE(object))) {
      if (watched_.contains({object, name}) || !watched_data_.emplace(object, name).second)
        continue;
      const Object found = Object::own(PyObject_GetAttr(object, name));
      if (!found) PyErr_Clear();
      watches_.emplace_back(Watch::Place::attribute, object, name,
                            found ? std::optional(visit_data(found.get())) : std::nullopt);
    }
  }

  /// The names of a class's slots.
  static std::vector<PyObject*> members_of(PyTypeObject* type) {
    std::vector<PyObject*> names;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
      auto* const base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(type->tp_mro, i));
      PyObject *name, *found;
      for (Py_ssize_t at = 0; PyDict_Next(dict_of_type(base), &at, &name, &found);) {
        if (Py_IS_TYPE(found, &PyMemberDescr_Type)) names.push_back(name);
      }
    }
    return names;
  }

  FoundMemory& memory_;
  std::vector<Watch> watches_;
  std::set<PyObject*> seen_, sized_, data_;
  std::set<std::pair<PyObject*, PyObject*>> watched_, watched_data_, absent_, codes_;
  std::set<PyObject*> names_;  // that the code names, interned
  std::vector<Object> functions_, holders_, held_;
  bool has_new_names_ = false, is_reflective_ = false;
};

}  // namespace

std::vector<Watch> watches_of(PyObject* function, std::span<PyObject* const> also,
                              FoundMemory& memory) {
  return Explorer(function, also, memory).take();
}

}  // namespace wg::bindings
