/// Where a program reads and stores what outlives a call: values and gradients of Tensors.
#pragma once

#include <optional>
#include <variant>

#include "bindings/call_on_leaves.h"
#include "bindings/jit/pattern.h"
#include "graph/gradient_cell.h"

namespace wg::bindings {

/// What the object itself holds, or the whole of which it sees a part, whoever captures what is
/// read.
const Tensor& memory_of(PyObject* tensor);

class Place {
 public:
  /// The memory that a Tensor object sees, all of it.
  static Place memory(PyObject* tensor) { return Place(Memory{Object::share(tensor)}); }
  static Place gradient(GradientCell& cell) { return Place(Gradient{Ref<Payload>::share(&cell)}); }
  /// What a call gives as an argument, an array or a Tensor.
  static Place argument(std::size_t leaf) { return Place(Argument{leaf, Of::value}); }
  static Place gradient_of_argument(std::size_t leaf) {
    return Place(Argument{leaf, Of::gradient});
  }
  /// The memory of a Tensor that a call finds outside, behind its arguments; nothing where it sees
  /// a part.
  static Place memory_of_found(std::size_t leaf) { return Place(Argument{leaf, Of::memory}); }

  /// What is there; undefined where there is no gradient.
  Tensor read(const Leaves& arguments) const;
  /// Whether something may be stored there.
  bool is_writable(const Leaves& arguments) const;
  /// Stores a value of the same type, or of a gradient none.
  void store(const Leaves& arguments, Tensor value) const;
  bool is_argument() const { return std::holds_alternative<Argument>(place_); }
  /// Which argument's value it is, if it is one's.
  std::optional<std::size_t> argument() const {
    const auto* const own = std::get_if<Argument>(&place_);
    return own && own->of == Of::value ? std::optional(own->leaf) : std::nullopt;
  }
  /// For people: the object that is there, or what has its value.
  Object shown(const Leaves& arguments) const;
  /// The Tensor object, or null.
  PyObject* tensor() const;
  /// What tells the place from others: the object, the storage or the cell.
  const void* identity() const;
  int traverse(visitproc visit, void* arg) const;

 private:
  struct Memory {
    Object tensor;
  };
  struct Gradient {
    Ref<Payload> cell;
  };
  enum class Of : std::uint8_t { value, gradient, memory };
  struct Argument {
    std::size_t leaf;
    Of of;
  };
  template <class T> explicit Place(T place) : place_(std::move(place)) {}

  std::variant<Memory, Gradient, Argument> place_;
};

/// What a program reads from a place, and what that must be for the program to hold.
class Input {
 public:
  Input(Place place, const Tensor& value);

  const Place& place() const { return place_; }
  /// That there was no gradient is compared, and nothing is read.
  bool is_defined() const { return is_defined_; }
  bool matches(const Tensor& value) const;

 private:
  Place place_;
  Type type_;
  bool is_defined_, is_differentiated_, is_leaf_;
};

/// What is stored in a place once all that was read has been found the same.
struct Effect {
  Place place;
  std::ptrdiff_t result;  // of the program, or -1: there is no gradient any more
};

}  // namespace wg::bindings
