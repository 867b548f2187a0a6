/// Loops derived from a loop with a condition, and the step that goes back.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "sweeps/while_loop.h"

namespace wg {

/// Each is made when it is first asked for, and kept with the loop that it is derived from.
class WhileDerivatives {
 public:
  explicit WhileDerivatives(const WhilePlan& plan) : plan_(plan) {}

  /// The loop over the state and, behind it, tangents of what moves; those of what is read from
  /// outside are read behind that.
  struct Push {
    std::shared_ptr<const WhilePlan> loop;
    std::vector<std::size_t> state;    // parts that have a tangent
    std::vector<std::size_t> outside;  // operands that do
  };
  /// `moving`: operands that have a tangent; `is_per_lane`: one for each lane, whatever the
  /// operand.
  const Push& push(const std::vector<bool>& moving, bool is_per_lane);

  /// One step back: of the state before, what is read from outside, cotangents of the inexact parts
  /// of the state behind, and sums of those of what is read from outside and wanted; to such
  /// cotangents and sums.
  const std::shared_ptr<Callable>& back(const std::vector<bool>& wanted);
  /// The same of so many lanes at once, summed in what they share.
  const std::shared_ptr<Callable>& back(const std::vector<bool>& wanted, std::int64_t lanes);

  /// The body and, on the state that it gives, the condition.
  const std::shared_ptr<Callable>& step();

  /// For so many examples at once, of which some operands have one each.
  struct Batch {
    std::shared_ptr<const WhilePlan>
        loop;                      // has lanes where examples take their own number of steps
    std::vector<bool> is_batched;  // by operand of that
  };
  const Batch& batch(const std::vector<bool>& is_batched, std::int64_t count);

 private:
  struct Question {
    std::vector<bool> operands;
    std::int64_t count = 0;
    friend bool operator==(const Question&, const Question&) = default;
  };
  struct KeptPush {
    Question question;
    Push push;
  };
  struct KeptBack {
    Question question;
    std::shared_ptr<Callable> step;
  };
  struct KeptBatch {
    Question question;
    Batch batch;
  };

  Push make_push(std::vector<bool> moving, bool is_per_lane) const;
  std::shared_ptr<Callable> make_back(const std::vector<bool>& wanted, const Program& body) const;
  Batch make_batch(std::vector<bool> is_batched, std::int64_t count) const;

  const WhilePlan& plan_;
  std::shared_ptr<Callable> step_;
  std::deque<KeptPush> pushes_;
  std::deque<KeptBack> backs_;
  std::deque<KeptBatch> batches_;
};

inline WhileDerivatives& derivatives_of(const WhilePlan& plan) {
  if (!plan.derivatives) plan.derivatives = std::make_shared<WhileDerivatives>(plan);
  return *plan.derivatives;
}

}  // namespace wg
