/// Functions that are recorded by themselves, for an operation of what is recorded around them.
#pragma once

#include <optional>
#include <vector>

#include "bindings/call_on_leaves.h"
#include "bindings/watching.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/excerpt.h"
#include "graph/trace.h"
#include "primitives/registry.h"
#include "sweeps/callable.h"

namespace wg::bindings {

/// Those of a list. `name` begins errors.
std::vector<Tensor> tensors_of(PyObject* list, const char* name);
Object list_of(std::span<Tensor> tensors);

inline Type dense_type(const Array& value) {
  return {value.dtype(), value.shape(), value.is_weak()};
}
bool is_same(const Type& one, const Type& other);

/// Whether a function has changed something that it, or what comes after it, may read.
struct Traces {
  bool are_left = false;
};

/// A function is being called for what it does to any values: nobody sees those that it gives.
class Attempt {
 public:
  Attempt() { ++open_; }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt() { --open_; }

  /// How many in one another.
  static int open() { return open_; }

 private:
  inline static thread_local int open_ = 0;
};

/// The same, in one call. `keeps_nodes`: programs do, and so leaves are held.
template <class Made, class Make>
std::optional<Made> recorded_once(Traces& traces, const Make& make, bool keeps_nodes) {
  const Attempt attempt;
  const Outside& outside = *Trace::capturing()->outside();
  const std::uint64_t changes = outside.changes();
  Trace trace;
  trace.end_at_reading();
  std::optional<Made> made;
  try {
    made = make(trace);
  } catch (const HostError& error) {
    if (!error.is_about_values()) {
      trace.forget_guards();
      throw;
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    // It fails in its place, when it is called there, or not at all.
  }
  if (!made) trace.forget_guards();
  trace.forget_own();
  trace.close();
  // What is used outside of the function is another value in each call.
  traces.are_left |=
      outside.changes() != changes ||
      (!keeps_nodes && std::ranges::any_of(trace.leaves(), [](const Ref<Node>& leaf) {
        return leaf->is_shared();
      }));
  return traces.are_left ? std::nullopt : std::move(made);
}

/// What `make` gives of an open trace in which it calls a function on leaves. Nothing if that is
/// not what every call would do: if it failed, as it might not for other values, read values that
/// depend on its leaves, or let them out. Where somebody watches, it is called once more for that.
template <class Made, class Make>
std::optional<Made> recorded_apart(Traces& traces, const Make& make) {
  const bool is_watched = this_thread.witness != nullptr;
  if (is_watched) {
    const Unwatched unwatched;
    if (!recorded_once<Made>(traces, make, false)) return {};
  }
  return recorded_once<Made>(traces, make, is_watched);
}

/// A leaf for a value, in a trace.
inline Tensor leaf_in(Trace& trace, const Array& value) {
  return trace.leaf(identity_primitive(), value, is_inexact(value.dtype()));
}

/// The operands of an operation that several programs are part of: what it is given, and what any
/// of the programs reads beside that.
class CommonOperands {
 public:
  explicit CommonOperands(std::vector<Tensor> given)
      : given_(given.size()), all_(std::move(given)) {
    for (const Tensor& own : all_) types_.push_back(dense_type(own.value));
  }

  void add(const Captured& program);
  const std::vector<Tensor>& all() const { return all_; }
  /// The program as one of all operands, with results of these types.
  std::shared_ptr<Callable> program_of_all(const Captured& program,
                                           std::span<const Type> types) const;

 private:
  /// Of what is read among the operands, or their number.
  std::size_t place_of(const Tensor& read) const;

  std::size_t given_;
  std::vector<Tensor> all_;
  std::vector<Type> types_;
};

/// The values, as an operation on these operands; nothing if they cannot be evaluated, for what
/// the operation stands for then fails in its place.
std::optional<std::vector<Tensor>> recorded_values(const Primitive& primitive, Ref<Payload> payload,
                                                   std::span<const Tensor> operands);

}  // namespace wg::bindings
