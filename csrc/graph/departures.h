/// Values that leave the record while a transform runs, so that nothing may be left to
/// differentiate.
#pragma once

#include <memory>
#include <string>

#include "graph/node.h"

namespace wg {

/// How a value left, and on which line of the user's.
struct Departure {
  std::string by;
  std::string place;
};

/// The first departure during one transform that may concern it. The thread's ThreadState points to
/// those of the innermost transform.
class Departures {
 public:
  explicit Departures(const Scope& scope)
      : scope_(scope), outer_(std::exchange(this_thread.departures, this)) {}
  Departures(const Departures&) = delete;
  Departures& operator=(const Departures&) = delete;
  ~Departures() { close(); }
  void close() {
    if (this_thread.departures == this) this_thread.departures = outer_;
  }
  const Departure* first() const { return first_.get(); }

  /// `place` says where, and is asked only if somebody is concerned.
  template <class Place>
  static void note(const Tensor& tensor, std::string_view by, Place&& place) {
    if (!this_thread.departures || !tensor.is_tracked()) return;
    for (Departures* all = this_thread.departures; all; all = all->outer_) {
      if (!all->first_ && all->concerns(*tensor.node)) {
        all->first_ = std::make_unique<Departure>(Departure{std::string(by), place()});
      }
    }
  }

 private:
  // A node knows the oldest scope that it depends on, and whether it depends on younger ones is
  // open. What a batch is made of, its one example does not know.
  bool concerns(const Node& node) const {
    return this_thread.trace || !scope_.is_older_than(node.scope());
  }

  const Scope& scope_;
  Departures* const outer_;
  std::unique_ptr<Departure> first_;
};

}  // namespace wg
