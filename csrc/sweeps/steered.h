/// Operations that run programs as values say: which of several, or how often.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "graph/compound.h"
#include "sweeps/callable.h"

namespace wg {

/// A program that is run on memory: inputs and results lie in C order, and apart.
class Runner {
 public:
  virtual ~Runner() = default;
  virtual void run(std::span<const std::byte* const> inputs,
                   std::span<std::byte* const> results) = 0;
  /// Of a run: nanoseconds, roughly.
  virtual std::int64_t cost() const = 0;
};

class LoopStates;

/// One evaluation at a time of an operation that decides on its way which programs it runs.
class Steering {
 public:
  virtual ~Steering() = default;
  /// The evaluation that begins next keeps its states there, or is of the operation that goes back
  /// over a loop which has kept them there. Null: neither is so.
  virtual void share(LoopStates* /*states*/) {}
  /// Operands and results lie in C order.
  virtual void begin(std::span<const std::byte* const> operands,
                     std::span<std::byte* const> results) = 0;
  /// Runs programs for about so many nanoseconds. False at the end.
  virtual bool advance(std::int64_t nanoseconds) = 0;
};

/// Whoever evaluates it brings the runners: the interpreter, or plans.
class Steered : public Compound {
 public:
  /// Those that it runs.
  virtual std::vector<std::shared_ptr<const Program>> programs() const = 0;
  /// `runners`: of these programs.
  virtual std::unique_ptr<Steering> steering(
      std::vector<std::unique_ptr<Runner>> runners) const = 0;
  /// As they lie in memory: whether they are weak is their programs' business.
  virtual std::vector<Type> operand_types() const = 0;
  virtual std::vector<Type> result_types() const = 0;

  std::vector<Type> infer(std::span<const Type>) const override { return result_types(); }
  std::vector<Array> evaluate(std::span<Tensor> x) const override;
  /// The same, or nothing if it takes longer than some 20 milliseconds.
  std::optional<std::vector<Array>> evaluate_briefly(std::span<Tensor> x) const;
  bool is_differentiable(std::size_t) const override { return true; }
  /// They are made of programs that are.
  bool is_derivable() const override { return true; }
  bool is_holomorphic() const override;

 private:
  std::optional<std::vector<Array>> evaluate(std::span<Tensor> x, bool is_brief) const;
};

/// Whether the payload of this primitive is one.
bool is_steered(const Primitive& primitive);
/// The one of this name, or null.
const Primitive* steered_primitive(std::string_view name);

/// How many lanes of a program that is evaluated lane by lane are run at once, if there are so
/// many: what one lane needs stays in the caches.
std::int64_t lanes_at_once(const Program& of_one, std::int64_t lanes);

}  // namespace wg
