/// Chains derived from a chain of one kind of step: those of its derivatives and batches.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "sweeps/chain.h"

namespace wg {

/// A derivative of a loop is a loop again: no step is written out. Each is made when it is first
/// asked for, and kept with the chain that it is derived from.
class ChainDerivatives {
 public:
  explicit ChainDerivatives(const ChainPlan& plan) : plan_(plan) {}

  /// Forward once more, with what the way back reads in rows; and back. The operands of the way
  /// back are cotangents of the carried parts of the state, sums of those of what steps read from
  /// outside, then, scanned, what was kept, what the chain scans and the cotangents of rows, and
  /// what steps read from outside.
  struct Pull {
    std::shared_ptr<const ChainPlan> forward, back;
    std::vector<std::size_t> carried;  // parts of the state
    std::vector<std::size_t> summed;   // of what is read from outside
    std::vector<std::size_t> pulled;   // of what is scanned
  };
  /// `wanted`: by operand; `has_ct`: by row.
  const Pull& pull(const std::vector<bool>& wanted, const std::vector<bool>& has_ct);

  /// State and rows with their tangents behind them.
  struct Push {
    std::shared_ptr<const ChainPlan> chain;
    std::vector<std::size_t> moving;  // operands
    std::vector<std::size_t> moved;   // rows
  };
  /// `moving`: operands that have a tangent.
  const Push& push(const std::vector<bool>& moving);

  /// For so many examples, of which some operands have one each, in front; of what is scanned,
  /// behind the axis of the steps. So have all results.
  std::shared_ptr<const ChainPlan> batch(const std::vector<bool>& is_batched, std::int64_t count);

 private:
  /// What a derived chain was asked for with.
  struct Question {
    std::vector<bool> first, second;
    std::int64_t count = 0;
    friend bool operator==(const Question&, const Question&) = default;
  };
  struct KeptPull {
    Question question;
    Pull pull;
  };
  struct KeptPush {
    Question question;
    Push push;
  };
  struct KeptBatch {
    Question question;
    std::shared_ptr<const ChainPlan> chain;
  };

  Pull make_pull(const std::vector<bool>& wanted, const std::vector<bool>& has_ct) const;
  Push make_push(std::vector<bool> moving) const;
  std::shared_ptr<const ChainPlan> make_batch(const std::vector<bool>& is_batched,
                                              std::int64_t count) const;

  const ChainPlan& plan_;
  std::deque<KeptPull> pulls_;
  std::deque<KeptPush> pushes_;
  std::deque<KeptBatch> batches_;
};

inline ChainDerivatives& derivatives_of(const ChainPlan& plan) {
  if (!plan.derivatives) plan.derivatives = std::make_shared<ChainDerivatives>(plan);
  return *plan.derivatives;
}

}  // namespace wg
