#include "bindings/batch_evaluation.h"

#include <cstring>
#include <numeric>
#include <optional>

#include "bindings/eagerly.h"
#include "bindings/guard.h"
#include "core/copy.h"
#include "core/error.h"
#include "sweeps/batch.h"

namespace wg::bindings {
namespace {

/// Which examples have, in every bit, the value that was seen.
void keep_equal(const Array& outcomes, const Array& seen, std::vector<bool>& agree) {
  const Array rows = dense(outcomes), row = dense(seen);
  const std::size_t bytes = static_cast<std::size_t>(row.size()) * item_size(row.dtype());
  for (std::size_t i = 0; i < agree.size(); ++i) {
    if (std::memcmp(rows.data() + i * bytes, row.data(), bytes) != 0) agree[i] = false;
  }
}

/// Which examples a guard holds for. One that is the same for all is the business of whoever
/// records around us, and so are the outcomes.
void check(const Guard& guard, Tensor outcomes, std::vector<bool>& agree) {
  if (!outcomes.value.is_batched()) return observe(guard.tensor, guard.left_by);
  outcomes.value.set_batched(false);
  if (guard.left_by) {
    fail<DTypeError>("vmap: .", guard.left_by,
                     "() was taken of a value that differs between examples; use "
                     "wengert.numpy's functions on it");
  }
  keep_equal(outcomes.value, guard.tensor.value, agree);
  observe(outcomes);
}

/// Whether Python's exception says that an evaluation failed, and not that it was interrupted.
bool is_about_values() {
  return PyErr_ExceptionMatches(PyExc_Exception) && !PyErr_ExceptionMatches(PyExc_MemoryError);
}

class BatchEvaluation {
 public:
  BatchEvaluation(const ExampleRecording& recorded, std::span<const Tensor> values,
                  std::int64_t count)
      : recorded_(recorded),
        values_(values.begin(), values.end()),
        examples_(static_cast<std::size_t>(count)) {
    std::iota(examples_.begin(), examples_.end(), 0);
  }

  Evaluated run() {
    if (!at_once()) {
      guard_by_guard(HeldException());
    }
    return {std::move(outputs_), std::move(examples_)};
  }

 private:
  /// Everything at once. False if that fails, with Python's exception set.
  bool at_once() {
    std::vector<Tensor> ends = recorded_.outputs, results;
    for (const Guard& guard : recorded_.guards) ends.push_back(guard.tensor);
    if (!sweep(ends, values_, results)) return false;
    std::vector<bool> agree(examples_.size(), true);
    const std::size_t outputs = recorded_.outputs.size();
    for (std::size_t i = 0; i < recorded_.guards.size(); ++i) {
      check(recorded_.guards[i], std::move(results[outputs + i]), agree);
    }
    results.resize(outputs);
    outputs_ = std::move(results);
    if (const auto which = keep(agree)) {
      for (Tensor& output : outputs_) {
        if (!output.value.is_batched()) continue;
        output.value.set_batched(false);
        output = eagerly_.rows(std::move(output), *which);
        output.value.set_batched(true);
      }
    }
    return true;
  }

  /// Guard after guard, each for the examples that the ones before it hold for: what an example
  /// cannot be evaluated for may lie behind a branch that it does not take.
  void guard_by_guard(HeldException at_once) {
    const std::size_t all = examples_.size();
    for (const Guard& guard : recorded_.guards) {
      std::vector<Tensor> outcomes = evaluate(std::span(&guard.tensor, 1));
      std::vector<bool> agree(examples_.size(), true);
      check(guard, std::move(outcomes[0]), agree);
      narrow(agree);
    }
    outputs_ = evaluate(recorded_.outputs);
    if (examples_.size() < all) return;
    at_once.restore();  // it is no example's
    throw PythonError();
  }

  bool sweep(std::span<const Tensor> ends, std::span<const Tensor> values,
             std::vector<Tensor>& results) {
    try {
      results = batch_sweep(ends, recorded_.leaves, values);
      return true;
    } catch (const PythonError&) {
    } catch (const std::exception&) {
      set_python_error();
    }
    if (!is_about_values()) throw PythonError();
    return false;
  }

  /// Evaluates for the examples for which that does not fail, and drops the others.
  std::vector<Tensor> evaluate(std::span<const Tensor> ends) {
    std::vector<Tensor> results;
    if (sweep(ends, values_, results)) return results;
    PyErr_Clear();
    std::vector<bool> succeed(examples_.size(), true);
    find_failing(ends, 0, static_cast<std::int64_t>(examples_.size()), succeed);
    narrow(succeed);
    if (!sweep(ends, values_, results)) throw PythonError();
    return results;
  }

  /// By halves, of which most do not fail.
  void find_failing(std::span<const Tensor> ends, std::int64_t begin, std::int64_t end,
                    std::vector<bool>& succeed) {
    if (begin == end || !fails(ends, begin, end)) return;
    PyErr_Clear();
    if (end - begin == 1) {
      succeed[static_cast<std::size_t>(begin)] = false;
      return;
    }
    const std::int64_t middle = begin + (end - begin) / 2;
    find_failing(ends, begin, middle, succeed);
    find_failing(ends, middle, end, succeed);
  }

  void narrow(std::vector<bool>& stay) {
    const auto which = keep(stay);
    if (!which) return;
    for (Tensor& value : values_) value = eagerly_.rows(std::move(value), *which);
  }

  bool fails(std::span<const Tensor> ends, std::int64_t begin, std::int64_t end) {
    std::vector<std::int64_t> places(static_cast<std::size_t>(end - begin));
    std::iota(places.begin(), places.end(), begin);
    const Array which = numbers(places);
    std::vector<Tensor> values, results;
    for (const Tensor& value : values_) values.push_back(eagerly_.rows(value, which));
    return !sweep(ends, values, results);
  }

  /// Keeps the examples that agree; which, if these are not all. The first is always kept: it
  /// was recorded.
  std::optional<Array> keep(std::vector<bool>& agree) {
    if (!agree.empty()) agree[0] = true;
    std::vector<std::int64_t> places, kept;
    for (std::size_t i = 0; i < agree.size(); ++i) {
      if (!agree[i]) continue;
      places.push_back(static_cast<std::int64_t>(i));
      kept.push_back(examples_[i]);
    }
    if (kept.size() == examples_.size()) return std::nullopt;
    examples_ = std::move(kept);
    return numbers(places);
  }

  const ExampleRecording& recorded_;
  std::vector<Tensor> values_;  // of the leaves, for the examples
  std::vector<std::int64_t> examples_;
  std::vector<Tensor> outputs_;
  Eagerly eagerly_;
};

}  // namespace

Evaluated evaluate_for_batch(const ExampleRecording& recorded, std::span<const Tensor> values,
                             std::int64_t count) {
  return BatchEvaluation(recorded, values, count).run();
}

}  // namespace wg::bindings
