/// A recorded function as one operation of the graph around it.
#pragma once

#include <memory>
#include <vector>

#include "sweeps/call.h"
#include "tape/replay.h"

namespace wg {

/// A program with those derived from it, each evaluated by a replay.
class Replays {
 public:
  explicit Replays(std::shared_ptr<Callable> callable);

  const std::shared_ptr<Callable>& callable() const { return callable_; }
  const Replay& replay() const { return replay_; }
  /// That of a program derived from this one.
  Replays& of(const std::shared_ptr<Callable>& derived);

 private:
  std::shared_ptr<Callable> callable_;
  Replay replay_;
  std::vector<std::unique_ptr<Replays>> derived_;
};

/// The payload of a replay in a graph: it keeps its operands alone, and derivatives are replays of
/// derived programs. Where a sweep is recorded or has many seeds it is what any call is.
class ReplayedCall final : public Compound {
 public:
  explicit ReplayedCall(std::shared_ptr<Replays> replays)
      : replays_(std::move(replays)), call_(replays_->callable()) {}

  std::vector<Type> infer(std::span<const Type> x) const override { return call_.infer(x); }
  std::vector<Array> evaluate(std::span<Tensor> x) const override { return call_.evaluate(x); }
  void vjp(std::span<const Var> x, std::span<const Var> y, std::span<const Var> cts, Wanted wanted,
           Builder& builder, std::span<Contribution> contributions) const override;
  std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> y,
                       std::span<const Var> tangents, Builder& builder) const override;
  std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                         Builder& builder) const override {
    return call_.batch(x, is_batched, builder);
  }
  bool is_differentiable(std::size_t result) const override {
    return call_.is_differentiable(result);
  }
  bool is_derivable() const override { return call_.is_derivable(); }
  bool is_linear(const std::vector<bool>& dependent) const override {
    return call_.is_linear(dependent);
  }
  void sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                Dependence& dependence) const override {
    call_.sparsity(x, result, y, dependence);
  }
  bool is_holomorphic() const override { return call_.is_holomorphic(); }
  void words(std::vector<std::int64_t>& words, Constants constants) const override {
    call_.words(words, constants);
  }
  std::string text() const override { return call_.text(); }

 private:
  std::shared_ptr<Replays> replays_;
  Call call_;
};

const Primitive& replayed_primitive();

}  // namespace wg
