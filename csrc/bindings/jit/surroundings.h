/// What a function reads from outside of itself: found in its code, and held against what is there
/// when it is called again.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bindings/jit/pattern.h"

namespace wg::bindings {

/// One place outside of a function, and what stood there.
class Watch {
 public:
  enum class Place : std::uint8_t {
    itself,
    global,  // an entry of a module's dict
    entry,   // of another dict, which CPython may change behind it
    size,
    cell,
    attribute,
    code,
    defaults
  };

  /// `expected`: none where nothing stood.
  Watch(Place place, PyObject* holder, PyObject* name, std::optional<Pattern> expected)
      : place_(place),
        holder_(Object::share(holder)),
        name_(Object::share(name)),
        expected_(std::move(expected)) {}
  Watch(PyObject* dict, Py_ssize_t size)
      : place_(Place::size), holder_(Object::share(dict)), size_(size) {}

  /// Adds the Tensors that are there.
  bool holds(Leaves& tensors) const;
  /// The dict that alone decides whether it holds, or null.
  PyObject* decided_by() const {
    return place_ == Place::global && (!expected_ || expected_->is_fixed()) ? holder_.get()
                                                                            : nullptr;
  }
  /// For people: the name of a variable, say.
  std::string text() const;
  int traverse(visitproc visit, void* arg) const;

 private:
  Place place_;
  Object holder_;
  Object name_;
  Py_ssize_t size_ = 0;
  std::optional<Pattern> expected_;
};

/// The globals, cells, defaults and attributes that a function names, with those that the functions
/// name which it names.
class Surroundings {
 public:
  Surroundings() = default;
  /// As they are now. `also`: objects that a call gives the function, which it may call or ask for
  /// attributes.
  Surroundings(PyObject* function, std::span<PyObject* const> also);

  /// The first that is no more what it was, or null: then the Tensors that are there were added, in
  /// an order that stays.
  const Watch* changed(Leaves& tensors);
  /// For people: all that is compared.
  std::vector<std::string> text() const;
  int traverse(visitproc visit, void* arg) const;

 private:
  /// Those that hold as long as a dict stays as it is: globals seldom change.
  struct Decided {
    Object dict;
    std::uint64_t version;
    std::vector<Watch> watches;
  };

  std::vector<Decided> decided_;
  std::vector<Watch> watches_;
};

}  // namespace wg::bindings
