/// What a function reads from outside of itself: found in its code, and held against what is there
/// when it is called again.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bindings/jit/pattern.h"
#include "bindings/jit/signature.h"

namespace wg::bindings {

/// One place outside of a function, and what stood there.
class Watch {
 public:
  enum class Place : std::uint8_t {
    itself,
    global,       // an entry of a module's dict
    entry,        // of the dict of an object's attributes
    class_entry,  // of the dict of a class
    names,        // in a module's dict
    dict,         // in which an object has its attributes; it is not kept
    keys,         // of that dict
    attributes,   // names of those in a dict that is another one each time
    bases,        // of a class, and which attributes they have
    cell,
    attribute,
    code,
    defaults,
    keyword_defaults
  };

  /// `expected`: none where nothing stood.
  Watch(Place place, PyObject* holder, PyObject* name, std::optional<Pattern> expected)
      : place_(place),
        holder_(Object::share(holder)),
        name_(Object::share(name)),
        expected_(std::move(expected)) {}
  /// Its code, and what else belongs to it at all.
  static Watch of_function(PyObject* function);
  static Watch of_names(PyObject* dict);
  /// Where an object has its attributes, and which these are.
  static Watch of_dict(PyObject* object);
  static Watch of_keys(PyObject* dict);
  /// Which attributes an object has whose dict is another one in each thread, or each time.
  static Watch of_attributes(PyObject* object);
  static Watch of_class(PyObject* type);
  /// The dict of an object's attributes, or none.
  static Object attributes_of(PyObject* object);

  /// Adds the Tensors that are there.
  bool holds(Leaves& tensors) const;
  /// The dict or the class that alone decides whether it holds, or null.
  PyObject* decided_by() const;
  /// For people: the name of a variable, say.
  std::string text() const;
  int traverse(visitproc visit, void* arg) const;

 private:
  Watch(Place place, PyObject* holder, Object state, Py_ssize_t size)
      : place_(place), holder_(Object::share(holder)), name_(std::move(state)), size_(size) {}
  bool has_its_keys(PyObject* dict) const;

  Place place_;
  Object holder_;
  Object name_;  // or a list of names, or a dict
  Py_ssize_t size_ = 0;
  std::optional<Pattern> expected_;
};

/// Memory that stands outside.
struct FoundMemory {
  std::vector<Object> arrays;
  std::vector<Object> containers;  // lists and dicts
};

/// The globals, cells, defaults and attributes that a function names, with those that the functions
/// name which it names.
class Surroundings {
 public:
  Surroundings() = default;
  /// As they are now. `also`: objects that a call gives the function, which it may call or ask for
  /// attributes.
  Surroundings(PyObject* function, std::span<PyObject* const> also);

  /// Which arguments are arrays whose elements the function may read in another place: memory that
  /// is found outside as well, or elsewhere in themselves.
  std::vector<bool> meeting(std::span<const Object> arguments) const;
  /// Whether one is, or holds, a list or a dict that is found outside as well.
  bool finds_containers(const Arguments& arguments) const;
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

  struct OfClass {
    Object type;
    unsigned version;
    std::vector<Watch> watches;
  };
  void add(Watch watch);

  std::vector<Decided> decided_;
  std::vector<OfClass> of_classes_;
  std::vector<Watch> watches_;
  FoundMemory found_;
};

}  // namespace wg::bindings
