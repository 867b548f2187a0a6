/// A function called on fresh leaves: what the transforms that record have in common.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bindings/calls.h"
#include "bindings/containers.h"
#include "graph/open_scope.h"
#include "sweeps/reverse.h"

namespace wg::bindings {

/// What a value came as, and goes back as.
enum class Guise { number, numpy_scalar, ndarray, tensor };

Guise guise_of(PyObject* object);

/// What the Tensors that a recorded function sees stand for: transforms inside give what they would
/// give of that. It is known of arguments and of what transforms gave; of all else it is what the
/// arguments are together.
class RecordedGuises {
 public:
  explicit RecordedGuises(Guise common = Guise::tensor) : common_(common) {}
  void note(const Node& node, Guise guise) {
    guises_.insert_or_assign(&node, Noted{node.sequence(), guise});
  }
  std::optional<Guise> known(const Node& node) const;
  Guise guise_of(const Node& node) const { return known(node).value_or(common_); }

  /// While one of these lives, its thread records.
  class InUse {
   public:
    explicit InUse(RecordedGuises& guises) : before_(std::exchange(now, &guises)) {}
    InUse(const InUse&) = delete;
    InUse& operator=(const InUse&) = delete;
    ~InUse() { now = before_; }

   private:
    RecordedGuises* const before_;
  };
  static inline thread_local RecordedGuises* now = nullptr;

 private:
  // Nodes are not held, for whoever records a body asks what is left of it: another one at the same
  // address has another number.
  struct Noted {
    std::uint64_t sequence;
    Guise guise;
  };
  Guise common_;
  std::unordered_map<const Node*, Noted> guises_;
};
/// A value in the guise of what it belongs to; a tracked one stays a Tensor.
PyObject* disguised(Tensor tensor, Guise guise);
/// Results share memory with nothing.
Tensor own(Tensor tensor);

/// Under no_grad a sweep records nothing, unless what it does will be evaluated at other values.
inline Policy policy_under(bool is_untracked) {
  return is_untracked && !this_thread.trace ? Policy::evaluate : Policy::eager;
}

/// Results of a transform on the way out: no derivative passes them under no_grad, and a transform
/// around that pushes tangents need not keep what they were made of.
void release(std::span<Tensor> values);

/// One differentiated argument taken apart.
struct Argument {
  Object form;
  std::vector<Guise> guises;
  std::vector<Ref<Node>> nodes;  // fresh leaves
};

/// A tangent or a cotangent of `like`, in its dtype and in memory of its own. `what` begins errors,
/// `of` says what it belongs to.
Tensor dual_of(PyObject* object, const Array& like, const std::string& what, const char* of);

/// One call of a function, some of whose arguments are replaced by fresh leaves.
class CallOnLeaves {
 public:
  CallOnLeaves(const char* name, PyObject* function, PyObject* args, PyObject* keywords,
               bool pushes = false)
      : name_(name), function_(function), args_(args), keywords_(keywords), scope_(pushes) {}

  /// Makes fresh leaves of the arguments with these numbers and calls the function on them.
  Object run(const std::vector<Py_ssize_t>& numbers);
  /// The same of all arguments.
  Object run_on_all();
  /// The same of all arguments, whose leaves hold these tangents. What is given null in the place
  /// of a tangent is passed untouched.
  Object run_along(std::vector<Object> tangents);

  const std::vector<Argument>& arguments() const { return arguments_; }
  std::vector<Ref<Node>> nodes() const;
  /// Values that belong to the leaves, in the containers of the arguments.
  std::vector<Object> results(std::vector<Tensor> values) const;
  /// Objects that belong to the leaves, in the containers of the arguments.
  std::vector<Object> in_containers(std::vector<Object> objects) const;
  /// Warns if the results depend on no leaf, and something left the record while they were made.
  void warn_of_departure(std::span<const Tensor> outputs) const;
  Policy policy() const { return policy_under(scope_.was_untracked()); }
  /// NumPy in, NumPy out: the guise of an untracked result of the function.
  Guise guise() const { return guise_; }
  /// A result of the function: tracked by whatever is open outside, or of the arguments' guise.
  Object released(PyObject* tree, Guise guise) const;

 private:
  PyObject* leaves_of(PyObject* tree, Py_ssize_t position);
  Tensor fresh_leaf(Tensor value, Py_ssize_t position, bool is_alone, Argument& argument,
                    const Object* tangent);
  Tensor tangent_of(const Object& tangent, const Array& primal, Py_ssize_t position) const;

  const char* name_;
  PyObject* function_;
  PyObject* args_;
  PyObject* keywords_;
  OpenScope scope_;
  std::vector<Argument> arguments_;
  std::vector<Object> tangents_;  // one for each leaf of the arguments, or none
  std::size_t tangents_used_ = 0;
  Guise guise_ = Guise::number;
};

/// Fails where a derivative with respect to complex leaves would not be one number: leaves that are
/// real, and primitives on the way that are not holomorphic.
void require_holomorphic(const char* name, std::span<const Tensor> outputs,
                         std::span<const Ref<Node>> leaves);

/// argnums as given: an integer, or a tuple or list of them.
std::vector<Py_ssize_t> numbers_of(const char* name, PyObject* argnums);

/// The function's result and what came with it.
struct Output {
  Object value, aux;
};

Output split(const char* name, Object result, bool has_aux);

}  // namespace wg::bindings
