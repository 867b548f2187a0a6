/// What a recorded function returned, made again of other results of its program.
#pragma once

#include <optional>
#include <vector>

#include "bindings/call_on_leaves.h"
#include "bindings/jit/number.h"
#include "graph/program.h"

namespace wg::bindings {

class ObjectWriter;
class ObjectReader;

class Returned {
 public:
  Returned() = default;
  /// What one leaf of the tree that the function returned is at every call.
  struct Source {
    enum class From : std::uint8_t { result, argument, same, again };
    From from = From::same;
    /// Of the result of the program, of the argument, which is itself, or of the leaf before it
    /// that is the same object.
    std::size_t number = 0;
    /// As what it goes out, if that does not follow from what it depends on.
    std::optional<Guise> guise = {};
  };
  Returned(PyObject* tree, std::span<const Object> leaves, std::span<const Source> sources);

  /// Has results go out as what the inputs that they depend on came as; those that depend on none
  /// as `independent`.
  void guise(const Program& program, std::span<const Guise> inputs,
             Guise independent = Guise::tensor);
  /// The same where it is not known what they depend on.
  void guise(Guise guise, std::span<const Tensor> results);
  /// The tree, of these results, which it takes, and arguments.
  PyObject* make(std::span<Tensor> results, std::span<const Object> arguments) const;
  /// Whether its leaves are the results of the program, all of so many in their order, which go out
  /// as numbers or arrays of NumPy's.
  bool is_of_values(std::size_t results) const;
  /// The parts of a tree of the same form, in the order of the leaves.
  void take_apart(PyObject* tree, std::vector<Object>& leaves) const;
  /// Where results of these types are to be written for `make_of_values`: arrays are made, each in
  /// its place among `arrays`, numbers are in `numbers`.
  void prepare_values(std::span<const Type> types, std::span<Object> arrays,
                      std::span<Number> numbers, std::byte** memory) const;
  /// The same as `make` of results that were written there.
  PyObject* make_of_values(std::span<const Type> types, std::span<Object> arrays,
                           std::span<const Number> numbers) const;
  void write(ObjectWriter& out) const;
  /// `results`, `arguments`: how many there are.
  static Returned read(ObjectReader& in, std::size_t results, std::size_t arguments);
  int traverse(visitproc visit, void* arg) const;

 private:
  struct Part {
    Source source;
    Object constant;  // if it is the same
    Guise guise = Guise::number;

    bool is_result() const { return source.from == Source::From::result; }
    bool is_again() const { return source.from == Source::From::again; }
  };
  static PyObject* made(const Part& part, std::span<Tensor> results,
                        std::span<const Object> arguments);
  /// The tree of what `leaf` gives for each part.
  template <class Leaf> PyObject* assembled(const Leaf& leaf) const;

  Object form_;  // of a container; those that are no tuple of leaves take longer
  bool is_tuple_ = false;
  std::vector<Part> parts_;  // each Tensor is a result of its own
};

}  // namespace wg::bindings
