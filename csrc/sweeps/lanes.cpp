#include "sweeps/lanes.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <numeric>
#include <optional>

#include "core/copy.h"
#include "core/error.h"
#include "graph/trace.h"
#include "sweeps/eagerly.h"
#include "sweeps/interpret.h"
#include "sweeps/portions.h"
#include "sweeps/steered.h"

namespace wg {
namespace {

/// Which examples, from one on, have in every bit the value that was seen.
void keep_equal(const Array& outcomes, const Array& seen, std::size_t first,
                std::vector<bool>& agree) {
  const Array rows = dense(outcomes), row = dense(seen);
  const std::size_t bytes = static_cast<std::size_t>(row.size()) * item_size(row.dtype());
  const auto count = static_cast<std::size_t>(rows.shape()[0]);
  for (std::size_t i = 0; i < count; ++i) {
    if (std::memcmp(rows.data() + i * bytes, row.data(), bytes) != 0) agree[first + i] = false;
  }
}

/// Other values might not have raised it.
bool is_about_values(const std::exception& error) {
  if (const auto* of_host = dynamic_cast<const HostError*>(&error)) {
    return of_host->is_about_values();
  }
  return !dynamic_cast<const std::bad_alloc*>(&error);
}

class Lanes {
 public:
  Lanes(const Captured& captured, std::span<const Tensor> values, std::int64_t count)
      : captured_(captured),
        program_(*captured.program),
        values_(values.begin(), values.end()),
        examples_(static_cast<std::size_t>(count)),
        has_loops_(std::ranges::any_of(
            program_.instructions, [](const auto& own) { return is_steered(*own.primitive); })) {
    std::iota(examples_.begin(), examples_.end(), 0);
  }

  /// What fails may lie behind a branch that an example does not take: those that do not agree are
  /// dropped before, and then those that fail. A cotangent of zero must not pass what is no number
  /// there either, on its way to what all examples share: who differentiates has those alone that
  /// agree.
  Evaluated run() {
    while (true) {
      std::vector<bool> agree(examples_.size(), true);
      std::size_t at = 0;
      try {
        std::vector<Tensor> outputs = evaluate(agree, at);
        // What is the same for all is the business of whoever records around us, and so is who
        // agrees.
        for (const auto& [outcomes, left_by] : outcomes_) observe(outcomes, left_by);
        if ((is_tracked() || has_loops_) && narrow(agree)) continue;
        return finish(std::move(outputs), agree);
      } catch (const std::exception& error) {
        if (!is_about_values(error)) throw;
        if (narrow(agree)) continue;
        std::vector<bool> succeed(examples_.size(), true);
        find_failing(at, 0, examples_.size(), succeed);
        if (std::ranges::none_of(succeed, std::identity()) || !narrow(succeed)) throw;
      }
    }
  }

 private:
  /// The outputs, if nothing fails; `at` is the instruction that does. What Python would have read
  /// is held against what it did. None where a loop would begin for examples that do not agree.
  std::vector<Tensor> evaluate(std::vector<bool>& agree, std::size_t& at) {
    outcomes_.clear();
    const auto count = static_cast<std::int64_t>(examples_.size());
    const std::int64_t size = portion_of(captured_, values_, count);
    if (size == count) return evaluate_some(values_, 0, agree, at);
    Collected outputs(count);
    for (std::int64_t begin = 0; begin < count; begin += size) {
      std::vector<Tensor> some;
      for (const Tensor& value : values_)
        some.push_back(portion(value, begin, std::min(begin + size, count)));
      outputs.add(evaluate_some(some, begin, agree, at), begin);
    }
    return outputs.take();
  }

  /// The same of the examples, from one on, that have these values.
  std::vector<Tensor> evaluate_some(std::span<const Tensor> values, std::int64_t first,
                                    std::vector<bool>& agree, std::size_t& at) {
    Eager examples;
    Batch batch(examples);
    Interpreter interpreter(program_, inputs(values), batch);
    try {
      for (const Reading& reading : program_.readings) {
        interpreter.run_to(reading.before);
        check(reading, interpreter.take(reading.slot), static_cast<std::size_t>(first), agree);
        if (has_loops_ && std::ranges::find(agree, false) != agree.end()) return {};
      }
      return interpreter.results();
    } catch (...) {
      at = interpreter.next();
      throw;
    }
  }

  bool is_tracked() const {
    const auto tracked = [](const Tensor& x) { return x.is_tracked(); };
    return std::ranges::any_of(values_, tracked) ||
           std::ranges::any_of(captured_.captures, tracked);
  }

  std::vector<Tensor> inputs(std::span<const Tensor> values) const {
    std::vector<Tensor> all(values.begin(), values.end());
    for (Tensor& value : all) value.set_batched(true);
    all.insert(all.end(), captured_.captures.begin(), captured_.captures.end());
    return all;
  }

  void check(const Reading& reading, Tensor outcomes, std::size_t first, std::vector<bool>& agree) {
    if (outcomes.is_batched()) {
      outcomes.set_batched(false);
      if (!reading.left_by.empty()) {
        fail<DTypeError>("vmap: ", reading.left_by,
                         "() was taken of a value that differs between examples; use "
                         "wengert.numpy's functions on it");
      }
      keep_equal(outcomes.value, reading.seen, first, agree);
    }
    outcomes_.emplace_back(std::move(outcomes), reading.left_by);
  }

  Evaluated finish(std::vector<Tensor> outputs, std::vector<bool>& agree) {
    if (const auto which = keep(agree)) {
      for (Tensor& output : outputs) {
        if (!output.is_batched()) continue;
        output.set_batched(false);
        output = eagerly_.rows(std::move(output), *which);
        output.set_batched(true);
      }
    }
    return {std::move(outputs), std::move(examples_)};
  }

  /// By halves, of which most do not fail.
  void find_failing(std::size_t at, std::size_t begin, std::size_t end,
                    std::vector<bool>& succeed) {
    if (begin == end || !fails(at, begin, end)) return;
    if (end - begin == 1) {
      succeed[begin] = false;
      return;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    find_failing(at, begin, middle, succeed);
    find_failing(at, middle, end, succeed);
  }

  bool fails(std::size_t at, std::size_t begin, std::size_t end) {
    std::vector<std::int64_t> places(end - begin);
    std::iota(places.begin(), places.end(), begin);
    const Array which = numbers(places);
    std::vector<Tensor> some;
    for (const Tensor& value : values_) some.push_back(eagerly_.rows(value, which));
    Eager examples;
    Batch batch(examples);
    try {
      Interpreter(program_, inputs(some), batch)
          .run_to(std::min(at + 1, program_.instructions.size()));
      return false;
    } catch (const std::exception& error) {
      if (!is_about_values(error)) throw;
      return true;
    }
  }

  /// Goes on with these examples alone. False if they are all.
  bool narrow(std::vector<bool>& stay) {
    const auto which = keep(stay);
    if (!which) return false;
    for (Tensor& value : values_) value = eagerly_.rows(std::move(value), *which);
    return true;
  }

  /// Keeps the examples that agree; which, if these are not all. The first was recorded, and is
  /// kept unless it failed.
  std::optional<Array> keep(std::vector<bool>& agree) {
    std::vector<std::int64_t> places, kept;
    for (std::size_t i = 0; i < agree.size(); ++i) {
      if (!agree[i] && examples_[i] != 0) continue;
      places.push_back(static_cast<std::int64_t>(i));
      kept.push_back(examples_[i]);
    }
    if (kept.size() == examples_.size()) return std::nullopt;
    examples_ = std::move(kept);
    return numbers(places);
  }

  const Captured& captured_;
  const Program& program_;
  std::vector<Tensor> values_;  // of the leaves, for the examples
  std::vector<std::int64_t> examples_;
  const bool has_loops_;  // which may have no end for an example that takes another path
  std::vector<std::pair<Tensor, std::string>> outcomes_;
  Eagerly eagerly_;
};

}  // namespace

Evaluated evaluate_lanes(const Captured& captured, std::span<const Tensor> values,
                         std::int64_t count) {
  return Lanes(captured, values, count).run();
}

}  // namespace wg
