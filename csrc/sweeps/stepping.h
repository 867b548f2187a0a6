/// Steps of a loop with a condition, in lanes taken at once, and what is kept of their states.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "sweeps/while_loop.h"

namespace wg {

/// Values of so many lanes, one behind the other.
class LaneParts {
 public:
  void add(std::int64_t row, std::int64_t lanes) {
    rows_.push_back(row);
    places_.push_back(size_);
    size_ += (row * lanes + line - 1) / line * line;
  }
  std::size_t count() const { return rows_.size(); }
  std::int64_t row(std::size_t part) const { return rows_[part]; }
  std::int64_t place(std::size_t part) const { return places_[part]; }
  std::size_t bytes() const { return static_cast<std::size_t>(size_); }

 private:
  static constexpr std::int64_t line = 64;  // of cache

  std::vector<std::int64_t> rows_, places_;
  std::int64_t size_ = 0;
};

/// Memory for some parts.
class LaneMemory {
 public:
  explicit LaneMemory(const LaneParts& parts) : parts_(parts), bytes_(parts.bytes()) {}

  std::byte* part(std::size_t k) { return bytes_.data() + parts_.place(k); }
  std::byte* row(std::size_t k, std::int64_t lane) { return part(k) + lane * parts_.row(k); }
  std::byte* data() { return bytes_.data(); }
  void copy_row(std::size_t k, std::int64_t from, std::int64_t to) {
    copy(row(k, from), row(k, to), parts_.row(k));
  }
  void swap(LaneMemory& other) { bytes_.swap(other.bytes_); }

  static void copy(const std::byte* from, std::byte* to, std::int64_t bytes) {
    if (bytes > 0) std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }

 private:
  const LaneParts& parts_;
  std::vector<std::byte> bytes_;
};

/// The lanes that are taken at once, from step to step. In those that are through, the first of the
/// others is computed once more, and nobody looks at it: nothing is ever evaluated that is not
/// evaluated in some lane by itself.
class Stepping {
 public:
  /// `step`: the body, and the condition on what it gives.
  Stepping(const WhilePlan& plan, std::int64_t at_once, Runner& condition, Runner& step)
      : plan_(plan),
        at_once_(at_once),
        condition_(condition),
        step_(step),
        state_(parts_of(plan, at_once, true)),
        outside_(parts_of(plan, at_once, false)),
        now_(state_),
        next_(state_),
        padded_(outside_),
        holds_(static_cast<std::size_t>(at_once)),
        is_on_(static_cast<std::size_t>(at_once)) {}

  /// Lanes from one on. `results`: where last states go, or none.
  void begin(std::span<const std::byte* const> operands, std::span<std::byte* const> results,
             std::int64_t first);

  /// Whether some lane takes another step.
  bool holds();
  void step();
  /// The state, and what is read from outside.
  std::span<const std::byte* const> inputs();

  bool is_on(std::int64_t lane) const { return is_on_[static_cast<std::size_t>(lane)] != 0; }
  bool are_all_on() const { return !is_padded_; }
  std::int64_t first_on() const { return std::ranges::find(is_on_, char{true}) - is_on_.begin(); }
  std::int64_t cost() const { return 10 + step_.cost(); }

  std::size_t kept_bytes() const { return state_.bytes() + is_on_.size(); }
  void keep(std::byte* to);
  void restore(const std::byte* from);

 private:
  static LaneParts parts_of(const WhilePlan& plan, std::int64_t at_once, bool are_state);

  /// Puts its state where the last one goes.
  void put(std::int64_t lane);
  void pad_state();
  void pad_outside();

  const WhilePlan& plan_;
  const std::int64_t at_once_;
  Runner& condition_;
  Runner& step_;
  const LaneParts state_, outside_;  // of the latter, rows of nothing where all lanes read the same
  LaneMemory now_, next_, padded_;
  std::vector<char> holds_, is_on_;
  bool is_padded_ = false;
  bool is_known_ = false;  // whether the condition holds for the state
  std::int64_t first_ = 0;
  std::span<const std::byte* const> operands_;
  std::span<std::byte* const> results_;
  std::vector<const std::byte*> given_;
  std::vector<std::byte*> made_;
};

/// States before steps: all of them, as long as these are few, else those of every second step,
/// every fourth, and so on. The others are computed again.
class KeptStates {
 public:
  static constexpr std::int64_t least = 16;  // states
  static constexpr std::int64_t most_bytes = 32 << 20;

  /// Of so many bytes each; at first in so many in all.
  explicit KeptStates(std::size_t bytes, std::int64_t all = most_bytes)
      : bytes_(bytes), most_(std::max(least, all / static_cast<std::int64_t>(bytes))) {}

  void clear() {
    stride_ = 1;
    count_ = 0;
    part_ = -1;
  }

  void keep(std::int64_t step, Stepping& stepping);
  /// How many bytes it may come to, as it is.
  std::int64_t bytes() const { return most_ * static_cast<std::int64_t>(bytes_); }

  /// Goes back to before a step.
  void restore(std::int64_t step, Stepping& stepping);

 private:
  std::byte* place(std::vector<std::byte>& memory, std::int64_t number);
  /// Lets go of every second one.
  void thin();

  std::size_t bytes_;
  std::int64_t most_;
  std::int64_t stride_ = 1, count_ = 0;
  std::int64_t part_ = -1;  // of which every state is there
  std::vector<std::byte> kept_, again_;
};

/// The states of a loop, block of lanes by block, for the operation that goes back over it. They
/// are given up where they need more than so many bytes.
class LoopStates {
 public:
  struct Block {
    KeptStates states;
    std::int64_t steps = 0;
  };

  explicit LoopStates(std::int64_t most_bytes) : most_bytes_(most_bytes) {}

  /// Of a loop that begins; `blocks`: how many there will be.
  void begin(const Stepping& stepping, std::int64_t at_once, std::int64_t blocks);
  /// Before a step in the block.
  void keep(std::size_t block, Stepping& stepping);
  /// Whether those of the last loop are there, for so many lanes at once.
  bool are_there(std::int64_t at_once) const { return are_there_ && at_once == at_once_; }
  Block& block(std::size_t k) { return blocks_[k]; }

 private:
  const std::int64_t most_bytes_;
  std::int64_t at_once_ = 0;
  bool are_there_ = false;
  std::vector<Block> blocks_;
};

}  // namespace wg
