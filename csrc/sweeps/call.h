/// Programs as one operation, evaluated again instead of kept.
#pragma once

#include <functional>
#include <memory>

#include "graph/compound.h"
#include "graph/program.h"

namespace wg {

/// A program, and those that were derived from it, each made when it is first asked for.
class Callable {
 public:
  explicit Callable(std::shared_ptr<const Program> program);

  const Program& program() const { return *program_; }
  bool is_derivable() const { return is_derivable_; }
  bool is_differentiable(std::size_t result) const { return is_differentiable_[result]; }
  bool is_linear(const std::vector<bool>& dependent) const;
  /// From the inputs and cotangents of some results to cotangents of the wanted inputs.
  std::shared_ptr<Callable> vjp(const std::vector<bool>& wanted, const std::vector<bool>& has_ct);
  /// From the inputs and tangents of some of them to the tangents of the results.
  std::shared_ptr<Callable> jvp(const std::vector<bool>& moving);
  /// For so many examples at once, of which some inputs have one each, in front.
  std::shared_ptr<Callable> batch(const std::vector<bool>& is_batched, std::int64_t count);

 private:
  struct Derived {
    char kind;
    std::vector<bool> first, second;
    std::int64_t count;
    std::shared_ptr<Callable> callable;
  };
  std::shared_ptr<Callable> derived(char kind, const std::vector<bool>& first,
                                    const std::vector<bool>& second, std::int64_t count,
                                    const std::function<std::shared_ptr<Callable>()>& make);

  std::shared_ptr<const Program> program_;
  bool is_derivable_;
  std::vector<bool> is_differentiable_;  // by result
  std::vector<Derived> derived_;
};

/// The payload of a call. Values of a node that the policy keeps belong to it.
class Call final : public Compound {
 public:
  using Kept = std::vector<std::pair<std::uint32_t, Array>>;  // by instruction

  explicit Call(std::shared_ptr<Callable> callable, std::shared_ptr<const Keep> keep = nullptr,
                Kept kept = {})
      : callable_(std::move(callable)), keep_(std::move(keep)), kept_(std::move(kept)) {}

  const Program& program() const { return callable_->program(); }
  const std::shared_ptr<Callable>& callable() const { return callable_; }
  /// Cotangents of the wanted operands, undefined where none arrives, as the builder gives them.
  std::vector<Tensor> pull(std::span<const Tensor> x, std::span<const Tensor> cts,
                           const std::vector<bool>& wanted, Builder& builder) const;

  std::vector<Type> infer(std::span<const Type> x) const override;
  std::vector<Array> evaluate(std::span<Tensor> x) const override;
  void vjp(std::span<const Var> x, std::span<const Var> cts, Wanted wanted, Builder& builder,
           std::span<Contribution> contributions) const override;
  std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> tangents,
                       Builder& builder) const override;
  std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                         Builder& builder) const override;
  bool is_differentiable(std::size_t result) const override {
    return callable_->is_differentiable(result);
  }
  bool is_derivable() const override { return callable_->is_derivable(); }
  bool is_linear(const std::vector<bool>& dependent) const override {
    return callable_->is_linear(dependent);
  }
  void sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                Dependence& dependence) const override;
  bool is_holomorphic() const override { return program().is_holomorphic(); }
  Ref<Payload> without_values() const override;
  void words(std::vector<std::int64_t>& words, Constants constants) const override;
  std::string text() const override;

 private:
  /// Whether what is recorded of it is one call of a derived program.
  bool is_derived(const Builder& builder) const {
    return builder.records() && kept_.empty() && is_derivable();
  }

  std::shared_ptr<Callable> callable_;
  std::shared_ptr<const Keep> keep_;  // null: nothing
  Kept kept_;
};

const Primitive& call_primitive();

/// `outputs` as results of one operation on what was recorded before the sequence number `since`:
/// their graph from there on, made in a trace that has closed, gives up its values, but for those
/// of operations in `keep`, and is evaluated again by whatever sweep comes by.
std::vector<Tensor> checkpointed(std::span<const Tensor> outputs, std::uint64_t since,
                                 const std::shared_ptr<const Keep>& keep);

}  // namespace wg
