/// Recordings that will be evaluated at other values, and what must be the same for that to be
/// right.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/node.h"
#include "graph/outside.h"
#include "graph/sharing.h"

namespace wg {

/// What the host language read of a recorded value: where it would have read something else, the
/// recording does not hold.
struct Guard {
  Tensor tensor;
  std::string left_by;     // how a value left that every example must have in common, or empty
  std::uint64_t sequence;  // what was recorded before has a number up to this
};

/// How many traces were ever opened: what is made now is younger than all of them. It changes under
/// the host's lock.
inline std::uint64_t traces_opened = 0;
/// How many traces are open, in any thread, that capture what is read from outside.
inline int traces_capturing = 0;

/// A recording that will be evaluated at other values than those it was made with.
///
/// While it is open, whatever is applied to something tracked makes a node, and nodes keep their
/// operands whole. Its leaves, if it has any, stand for other values; what depends on them is bound
/// to the trace, and used elsewhere neither in another thread nor after the trace has closed.
class Trace {
 public:
  Trace() : Trace(nullptr) {}
  /// Captures what is read from outside, if somebody takes it.
  explicit Trace(Outside* outside);
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  /// Hands the guards to the trace around, on every way out, unless they were taken.
  ~Trace() { close(); }
  void close();

  /// A leaf in the place of a value; differentiated if that is, which may belong to the trace
  /// around this one. `cell`: for its gradient, if it has one of its own.
  Tensor leaf(const Primitive& identity, const Tensor& value, bool is_differentiable,
              Ref<Payload> cell = nullptr);
  /// A value that a trace inside computed, for use after the end of that.
  Tensor adopt(const Primitive& identity, const Tensor& value) const;
  /// What recorded nodes have a number beyond.
  std::uint64_t since() const { return since_; }
  /// The transforms that were open when it was.
  const Departures* around() const { return around_; }
  /// The one around it, or null.
  const Trace* outer() const { return outer_; }
  /// How many traces had been opened with it.
  std::uint64_t number() const { return number_; }
  std::span<const Ref<Node>> leaves() const { return leaves_; }
  std::span<const Guard> guards() const { return guards_; }
  /// Operations that fail for some values of their operands, also where nothing uses their results.
  std::span<const Ref<Node>> fallible() const { return fallible_; }
  /// Whoever made a program of them answers for the guards, and for what may fail: they are not
  /// handed to the trace around.
  void forget_guards() {
    guards_.clear();
    fallible_.clear();
  }

  /// The same of what depends on its own leaves.
  void forget_own() {
    std::erase_if(guards_, [&](const Guard& own) { return makes_again(*own.tensor.node); });
    std::erase_if(fallible_, [&](const Ref<Node>& own) { return makes_again(*own); });
  }
  /// Whether the host has read what depends on its leaves.
  bool has_read_own() const {
    for (const Guard& own : guards_) {
      if (makes_again(*own.tensor.node)) return true;
    }
    return false;
  }

  void add_guard(const Tensor& tensor, std::string_view left_by) {
    guards_.push_back({tensor, std::string(left_by), this_thread.last_sequence});
    if (outside_) outside_->guarded();
    for (const Trace* own = this; own; own = own->outer_) {
      if (own->ends_at_reading_ && own->makes_again(*tensor.node)) refuse_reading();
    }
  }
  /// It is an attempt, and in vain once the host has read what depends on its leaves: that is an
  /// error, for what is called may wait for a value that never comes.
  void end_at_reading() { ends_at_reading_ = true; }
  void add_fallible(const Ref<Node>& node) { fallible_.push_back(node); }
  /// Whether the node was made before: what happens to it now would happen once, and not again
  /// where the recording is evaluated again.
  bool is_older(const Node& node) const { return node.sequence() <= since_; }
  /// The same of what was made when so many traces had been opened.
  bool is_older(std::uint64_t born) const { return born < number_; }
  /// Whether the node depends on its leaves: it will be made again, whatever its value is now.
  bool makes_again(const Node& node) const { return node.trace_depth() == depth_; }
  /// The innermost of this thread that captures what is read from outside, or null.
  static Trace* capturing() {
    Trace* trace = this_thread.trace;
    while (trace && !trace->outside_) trace = trace->outer_;
    return trace;
  }
  Outside* outside() const { return outside_; }
  /// Where equal operations are found, if what is recorded is to have each of them once.
  Sharing* sharing() { return outside_ && !is_anew_ ? &sharing_ : nullptr; }
  /// While one of these lives, the innermost trace records operations that it has already, too.
  class Anew {
   public:
    Anew() : trace_(this_thread.trace) { set(true); }
    Anew(const Anew&) = delete;
    Anew& operator=(const Anew&) = delete;
    ~Anew() { set(false); }

   private:
    void set(bool is_anew) {
      if (trace_) trace_->is_anew_ = is_anew;
    }
    Trace* const trace_;
  };
  /// Whether it is a value of one call, which may be used as a constant elsewhere: no derivative
  /// is lost.
  static bool may_leave(const Node& node) {
    return node.is_bound() && node.scope().leaving_depth() == node.trace_depth() &&
           !(node.scope().is_differentiated() && node.is_differentiable());
  }
  /// Whether an open trace of this thread sees what is made of this bound node.
  static bool is_seen(const Node& node) {
    const Trace* trace = this_thread.trace;
    while (trace && trace->depth_ > node.trace_depth()) trace = trace->outer_;
    return trace && trace->depth_ == node.trace_depth() && !trace->is_older(node);
  }
  /// The same; where it is not, that is an error, unless the value may leave its trace: it is then
  /// used as a constant.
  static bool follows(const Node& node) {
    if (is_seen(node)) return true;
    if (!may_leave(node)) refuse();
    node.scope().note_use_outside();
    return false;
  }
  /// Whether a value was used, while it was open, where it did not see that.
  bool has_been_left() const { return scope_ && scope_->was_used_outside(); }

 private:
  [[noreturn]] static void refuse();
  [[noreturn]] static void refuse_reading();
  Tensor bound_leaf(const Primitive& identity, const Tensor& value, Ref<Scope> scope,
                    bool is_differentiable, Ref<Payload> cell = nullptr) const;

  Trace* const outer_;
  bool ends_at_reading_ = false;
  Outside* const outside_;
  const Departures* const around_;
  const unsigned depth_;
  const std::uint64_t number_;
  const std::uint64_t since_;
  Ref<Scope> scope_;  // of the leaves
  bool is_open_ = true;
  bool is_anew_ = false;
  std::vector<Ref<Node>> leaves_;
  std::vector<Guard> guards_;
  std::vector<Ref<Node>> fallible_;
  Sharing sharing_;
};

/// Whether it is one of many values: those of all examples, or of all steps.
inline bool is_one_of_many(const Tensor& tensor) { return tensor.node && tensor.node->is_bound(); }

/// The operands, of which those that have left their trace are constants.
std::vector<Tensor> without_nodes_that_left(std::span<const Tensor* const> operands);

/// Fails if the value is one of many that nothing here can follow.
inline void require_in_reach(const Tensor& tensor) {
  if (is_one_of_many(tensor)) (void)Trace::follows(*tensor.node);
}

/// The value was read. `left_by`: it went where no comparison of bits can follow it.
inline void observe(const Tensor& tensor, std::string_view left_by = {}) {
  if (!tensor.node) return;
  require_in_reach(tensor);
  if (this_thread.trace && tensor.is_tracked()) this_thread.trace->add_guard(tensor, left_by);
}

}  // namespace wg
