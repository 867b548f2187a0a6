#include "bindings/jit/signature.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "bindings/python_values.h"
#include "core/error.h"

namespace wg::bindings {

bool is_container(PyObject* object) {
  if (PyList_CheckExact(object) || PyDict_CheckExact(object)) return true;
  return PyTuple_CheckExact(object) ||
         (PyTuple_Check(object) && PyObject_HasAttrString(object, "_make"));
}

void add_lists_and_dicts(PyObject* object, std::vector<PyObject*>& all) {
  const bool is_dict = PyDict_CheckExact(object), is_list = PyList_CheckExact(object);
  if (!is_dict && !is_list && !PyTuple_Check(object)) return;
  const Level level;
  if (is_dict || is_list) all.push_back(object);
  if (is_dict) {
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(object, &at, &key, &value);)
      add_lists_and_dicts(value, all);
  } else {
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i) {
      add_lists_and_dicts(PySequence_Fast_GET_ITEM(object, i), all);
    }
  }
}

bool Static::has(const Arguments& arguments, Py_ssize_t i) const {
  if (i < arguments.positional) return numbers.contains(i);
  return std::ranges::any_of(names, [&](const Object& name) {
    return PyUnicode_Compare(name.get(), arguments.name(i)) == 0;
  });
}

Signature::Signature(const Arguments& arguments, const Static& given, Leaves& leaves)
    : positional_(arguments.positional),
      keywords_(arguments.keywords && PyTuple_GET_SIZE(arguments.keywords)
                    ? Object::share(arguments.keywords)
                    : Object()) {
  for (Py_ssize_t i = 0; i < arguments.count(); ++i) {
    PyObject* const object = arguments.all[i];
    patterns_.push_back(given.has(arguments, i) ? pattern_of_static(object)
                                                : pattern_of(object, leaves));
  }
  firsts_ = firsts(leaves);
  firsts_of_containers_ = firsts_of_containers(arguments);
}

Pattern Signature::pattern_of_static(PyObject* object) {
  if (PyObject_Hash(object) == -1) {
    PyErr_Clear();
    fail<DTypeError>("jit: a static argument is of type ", Py_TYPE(object)->tp_name,
                     ", which has no hash; an object that never changes is needed");
  }
  others_.push_back(object);
  return Pattern::equal(object);
}

/// Methods of its class may read something.
void Signature::look_into_class(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) {
    others_.push_back(reinterpret_cast<PyObject*>(type));
  }
}

Pattern Signature::pattern_of(PyObject* object, Leaves& leaves) {
  const Level level;
  if (Tensor value; Pattern::is_leaf(object, value)) {
    leaves.push_back(Object::share(object));
    return Pattern::leaf(object, value);
  }
  if (Pattern::is_constant(object)) {
    if (!Pattern::is_plain(object)) others_.push_back(object);
    return Pattern::equal(object);
  }
  if (is_container(object)) {
    std::vector<Pattern> parts;
    look_into_class(object);
    if (PyDict_Check(object)) {
      PyObject *key, *value;
      for (Py_ssize_t at = 0; PyDict_Next(object, &at, &key, &value);) {
        if (!Pattern::is_plain(key)) others_.push_back(key);
        parts.push_back(pattern_of(value, leaves));
      }
    } else {
      for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i) {
        parts.push_back(pattern_of(PySequence_Fast_GET_ITEM(object, i), leaves));
      }
    }
    return Pattern::container(object, std::move(parts));
  }
  if (const Object found = registered_parts(object)) {
    look_into_class(object);
    const Object children = Object::take(PySequence_Tuple(PyTuple_GET_ITEM(found.get(), 0)));
    std::vector<Pattern> parts;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(children.get()); ++i) {
      parts.push_back(pattern_of(PyTuple_GET_ITEM(children.get(), i), leaves));
    }
    return Pattern::registered(object, PyTuple_GET_ITEM(found.get(), 1), std::move(parts));
  }
  others_.push_back(object);
  return Pattern::same(object);
}

std::vector<std::size_t> Signature::firsts(const Leaves& leaves) {
  std::vector<std::size_t> all;
  std::unordered_map<PyObject*, std::size_t> seen;
  bool is_any_twice = false;
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    PyObject* const leaf = leaves[k].get();
    const bool is_memory = is_tensor(leaf) || PyArray_Check(leaf);
    all.push_back(is_memory ? seen.try_emplace(leaf, k).first->second : k);
    is_any_twice |= all.back() != k;
  }
  if (!is_any_twice) all.clear();
  return all;
}

std::vector<std::size_t> Signature::firsts_of_containers(const Arguments& arguments) {
  std::vector<PyObject*> containers;
  containers.reserve(8);
  for (Py_ssize_t i = 0; i < arguments.count(); ++i) {
    add_lists_and_dicts(arguments.all[i], containers);
  }
  std::vector<std::size_t> all;
  if (containers.size() < 2) return all;
  constexpr std::size_t few = 32;
  std::unordered_map<PyObject*, std::size_t> seen;
  for (PyObject* container : containers) {
    if (containers.size() > few) {
      all.push_back(seen.try_emplace(container, all.size()).first->second);
    } else {
      const auto first = std::ranges::find(containers, container);
      all.push_back(static_cast<std::size_t>(first - containers.begin()));
    }
  }
  return all;
}

namespace {

/// The same of few, in less time.
bool are_different(const Leaves& leaves) {
  for (std::size_t k = 1; k < leaves.size(); ++k) {
    for (std::size_t i = 0; i < k; ++i) {
      PyObject* const leaf = leaves[k].get();
      if (leaves[i].get() == leaf && (is_tensor(leaf) || PyArray_Check(leaf))) return false;
    }
  }
  return true;
}

}  // namespace

bool Signature::matches(const Arguments& arguments, Leaves& leaves) const {
  if (arguments.positional != positional_) return false;
  const Py_ssize_t named = arguments.keywords ? PyTuple_GET_SIZE(arguments.keywords) : 0;
  if (named != (keywords_ ? PyTuple_GET_SIZE(keywords_.get()) : 0)) return false;
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject* const one = PyTuple_GET_ITEM(arguments.keywords, i);
    PyObject* const other = PyTuple_GET_ITEM(keywords_.get(), i);
    if (one != other && PyUnicode_Compare(one, other) != 0) return false;
  }
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    if (!patterns_[i].matches(arguments.all[i], leaves)) return false;
  }
  if (!firsts_of_containers_.empty() && firsts_of_containers(arguments) != firsts_of_containers_) {
    return false;
  }
  constexpr std::size_t few = 16;
  if (firsts_.empty() && leaves.size() <= few) return are_different(leaves);
  return firsts(leaves) == firsts_;
}

bool Signature::is_located(std::size_t most) const {
  return !keywords_ && firsts_.empty() && patterns_.size() <= most &&
         std::ranges::all_of(patterns_, [](const Pattern& pattern) {
           return pattern.is_located() || pattern.is_fixed();
         });
}

bool Signature::locate(const Arguments& arguments, std::span<Number> numbers,
                       const std::byte** elements) const {
  if (arguments.positional != positional_ || arguments.count() != positional_) return false;
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    PyObject* const object = arguments.all[i];
    if (!patterns_[i].is_located()) {
      if (!patterns_[i].is_again(object)) return false;
      continue;
    }
    const std::byte* const found = patterns_[i].locate(object, numbers[i].bytes);
    if (!found) return false;
    *elements++ = found;
    for (std::size_t k = 0; k < i && found != numbers[i].bytes; ++k) {
      if (arguments.all[k] == object) return false;
    }
  }
  return true;
}

bool Signature::is_like(const Signature& other) const {
  const auto like = [](const Pattern& one, const Pattern& two) { return one.is_like(two); };
  if (positional_ != other.positional_ || firsts_ != other.firsts_ ||
      firsts_of_containers_ != other.firsts_of_containers_) {
    return false;
  }
  if (!keywords_ != !other.keywords_ || !std::ranges::equal(patterns_, other.patterns_, like)) {
    return false;
  }
  return !keywords_ || is_equal(keywords_.get(), other.keywords_.get());
}

std::vector<std::size_t> Signature::firsts_of(std::size_t count) const {
  if (!firsts_.empty()) return firsts_;
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

std::vector<bool> Signature::differentiated() const {
  std::vector<bool> all;
  for (const Pattern& pattern : patterns_) pattern.add_differentiated(all);
  return all;
}

std::string Signature::text() const {
  std::string all;
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    if (i > 0) all += ", ";
    const auto place = static_cast<Py_ssize_t>(i);
    if (place >= positional_) {
      all.append(text_of(PyTuple_GET_ITEM(keywords_.get(), place - positional_))).append("=");
    }
    all += patterns_[i].text();
  }
  return all;
}

int Signature::traverse(visitproc visit, void* arg) const {
  Py_VISIT(keywords_.get());
  for (const Pattern& pattern : patterns_) {
    if (const int status = pattern.traverse(visit, arg)) return status;
  }
  return 0;
}

}  // namespace wg::bindings
