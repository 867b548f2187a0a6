/// What the arguments of a call must be for a recording to hold.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "bindings/jit/number.h"
#include "bindings/jit/pattern.h"

namespace wg::bindings {

/// The arguments of one call, as vectorcall has them.
struct Into;

struct Arguments {
  PyObject* const* all;
  Py_ssize_t positional;
  PyObject* keywords;    // a tuple of names, or null
  Into* into = nullptr;  // where results are written, if they can be at once

  Py_ssize_t count() const { return positional + (keywords ? PyTuple_GET_SIZE(keywords) : 0); }
  PyObject* name(Py_ssize_t i) const { return PyTuple_GET_ITEM(keywords, i - positional); }
};

/// Whether it is a tuple, a namedtuple, a list or a dict, which are looked into.
bool is_container(PyObject* object);
/// Adds the lists and dicts in an argument, which a function may change.
void add_lists_and_dicts(PyObject* object, std::vector<PyObject*>& all);

/// Which arguments are given to the function as they are, and compared by `==`.
struct Static {
  std::set<Py_ssize_t> numbers;
  std::vector<Object> names;

  bool has(const Arguments& arguments, Py_ssize_t i) const;
};

/// The structure of the arguments, the types of what is an input, and the values of what is none.
class Signature {
 public:
  Signature() = default;
  Signature(const Arguments& arguments, const Static& given, Leaves& leaves);

  /// Whether the arguments are such; `leaves` are then the inputs.
  bool matches(const Arguments& arguments, Leaves& leaves) const;
  /// Whether all arguments are positional, so many at most, and constants or inputs that `locate`
  /// may find.
  bool is_located(std::size_t most) const;
  /// Finds the elements of each input; false if the arguments are others, or lie otherwise. Calls
  /// nothing of Python's, and counts no reference. `numbers`: room for one of each argument.
  bool locate(const Arguments& arguments, std::span<Number> numbers,
              const std::byte** elements) const;
  /// Whether it asks for the same, but for what inputs are: numbers, arrays or Tensors.
  bool is_like(const Signature& other) const;
  /// Of each input whether it was being differentiated.
  std::vector<bool> differentiated() const;
  void write(ObjectWriter& out) const;
  /// `leaves`: inputs of the types that it asks for.
  static Signature read(ObjectReader& in, const Static& given, Leaves& leaves);
  /// The objects that are no input, which the function may call or ask for attributes.
  std::span<PyObject* const> others() const { return others_; }
  /// For each of so many leaves the first that is the same object.
  std::vector<std::size_t> firsts_of(std::size_t count) const;
  std::string text() const;
  int traverse(visitproc visit, void* arg) const;

 private:
  Pattern pattern_of(PyObject* object, Leaves& leaves);
  void look_into_class(PyObject* object);
  Pattern pattern_of_static(PyObject* object);
  /// For each leaf the first that is the same object; empty if no object is there twice.
  static std::vector<std::size_t> firsts(const Leaves& leaves);
  static std::vector<std::size_t> firsts_of_containers(const Arguments& arguments);

  Py_ssize_t positional_ = 0;
  Object keywords_;
  std::vector<Pattern> patterns_;
  std::vector<std::size_t> firsts_;  // or empty: no object is there twice
  std::vector<PyObject*> others_;    // of the call that it was made of
  /// The same of lists and dicts; empty if there is one at most.
  std::vector<std::size_t> firsts_of_containers_;
};

}  // namespace wg::bindings
