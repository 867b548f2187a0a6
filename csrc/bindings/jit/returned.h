/// What a recorded function returned, made again of other results of its program.
#pragma once

#include <vector>

#include "bindings/call_on_leaves.h"
#include "graph/program.h"

namespace wg::bindings {

class ObjectWriter;
class ObjectReader;

class Returned {
 public:
  Returned() = default;
  /// `leaves`: of the tree that the function returned; `numbers`: which result of the program each
  /// Tensor among them is, or -1 for what is the same at every call.
  Returned(PyObject* tree, std::span<const Object> leaves, std::span<const std::ptrdiff_t> numbers);

  /// Has results go out as what the inputs that they depend on came as.
  void guise(const Program& program, std::span<const Guise> inputs);
  /// The same where it is not known what they depend on.
  void guise(Guise guise, std::span<const Tensor> results);
  /// The tree, of these results, which it takes.
  PyObject* make(std::span<Tensor> results) const;
  void write(ObjectWriter& out) const;
  /// `results`: how many there are.
  static Returned read(ObjectReader& in, std::size_t results);
  int traverse(visitproc visit, void* arg) const;

 private:
  struct Part {
    std::ptrdiff_t result;  // or -1
    Object constant;
    Guise guise = Guise::number;
  };
  static PyObject* made(const Part& part, std::span<Tensor> results);

  Object form_;  // of a container; those that are no tuple of leaves take longer
  bool is_tuple_ = false;
  std::vector<Part> parts_;  // each Tensor is a result of its own
};

}  // namespace wg::bindings
