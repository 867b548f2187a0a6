/// Witnesses of one thread, linked from the innermost outwards; they share a table of origins.
#pragma once

#include <memory>
#include <utility>

#include "bindings/origin.h"
#include "graph/witness.h"

namespace wg::bindings {

/// Hands all that it does not look at itself on to the witness around it.
class Watching : public Witness {
 public:
  /// The innermost of this thread, from now on.
  Watching();
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
  /// Wherever it is among this thread's witnesses.
  ~Watching() override;

  void evaluated(const Primitive& primitive, std::span<const Tensor* const> operands,
                 const Array& out) override;
  void recorded(const Node& node, std::span<const Tensor* const> operands,
                const Array& out) override;
  void derived(const Derived& derived) override;
  bool follows_rules() const override;
  void applying(const Primitive& primitive, std::span<const Tensor> operands) override;
  void reached(const Node& node, const Tensor& ct) override;
  std::unique_ptr<Witness> of_derivation() const override;

  /// Whether loops and branches are to be recorded as what they come to, operation by operation.
  virtual bool sees_every_step() const { return true; }

  const Origins& origins() const { return *origins_; }
  static Watching* innermost() { return static_cast<Watching*>(this_thread.witness); }
  /// Whether somebody is here who is to see every step.
  static bool is_every_step_seen() { return innermost() && innermost()->sees_every_step(); }
  /// Whether it is one of this thread's.
  static bool is_here(const Watching* watching);

 protected:
  void note(const Node& node) { origins_->note(node); }

 private:
  Watching* outer_;
  std::shared_ptr<Origins> origins_;
};

/// Keeps lines, and looks at nothing.
class Noting final : public Watching {
 public:
  void evaluated(const Primitive&, std::span<const Tensor* const>, const Array&) override {}
  void recorded(const Node& node, std::span<const Tensor* const>, const Array&) override {
    note(node);
  }
  void derived(const Derived&) override {}
  bool follows_rules() const override { return false; }
  bool sees_every_step() const override { return false; }
  void applying(const Primitive&, std::span<const Tensor>) override {}
  void reached(const Node&, const Tensor&) override {}
};

/// While one of these lives, nobody watches.
class Unwatched {
 public:
  Unwatched() : witness_(std::exchange(this_thread.witness, nullptr)) {}
  Unwatched(const Unwatched&) = delete;
  Unwatched& operator=(const Unwatched&) = delete;
  ~Unwatched() { this_thread.witness = witness_; }

 private:
  Witness* const witness_;
};

}  // namespace wg::bindings
