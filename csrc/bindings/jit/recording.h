/// One call of a function that is recorded to be called again.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bindings/jit/captures.h"
#include "bindings/jit/container_copies.h"
#include "bindings/jit/returned.h"
#include "bindings/jit/signature.h"
#include "bindings/origin.h"
#include "graph/excerpt.h"
#include "sweeps/known_paths.h"
#include "tape/replayed_call.h"

namespace wg::bindings {

/// A program, and what stands around it.
struct Path : Counted {
  explicit Path(std::shared_ptr<const Program> program)
      : replays(std::make_shared<Replays>(std::make_shared<Callable>(std::move(program)))) {}
  explicit Path(std::shared_ptr<Replays> all) : replays(std::move(all)) {}

  static void release(Path* path) noexcept {
    if (path->drop()) delete path;
  }
  const Replay& replay() const { return replays->replay(); }
  const Program& program() const { return replay().program(); }
  /// The first reading that is whether examples take paths that are known.
  std::size_t first_division() const {
    const auto found = std::ranges::find(divides, true);
    return found == divides.end() ? SIZE_MAX : static_cast<std::size_t>(found - divides.begin());
  }
  bool passes_any() const { return std::ranges::find(passes, true) != passes.end(); }

  std::shared_ptr<Replays> replays;
  std::vector<Input> inputs;  // after those that are arguments
  std::size_t argument_count = 0;
  std::vector<std::pair<std::size_t, Object>> identical;  // leaves that must be these objects
  bool has_memory = false;         // that it reads or stores without asking a call where it is
  std::vector<std::size_t> known;  // leaves that see that
  std::vector<Effect> effects;
  std::vector<bool> passes;  // whether a derivative reaches each result
  Returned returned;
  std::vector<Origin> guards;  // where each reading was
  std::vector<bool> divides;   // whether it is that all examples take a path that is known
  std::string reason;          // why it was recorded
  std::uint64_t runs = 0;      // how often it was the one that held
  bool is_brief = false;       // brief.h
};

/// The value of an input; whether it is tracked.
bool read_input(PyObject* leaf, Array& value);
/// The same with its node, to outlast the call: memory of the caller's is copied.
Tensor input_of(PyObject* leaf);

/// The results of a path's program as what was made of these inputs.
std::vector<Tensor> results_for(const Path& path, std::span<const Tensor> inputs,
                                std::vector<Array> values);

/// Whether a leaf sees memory that the program reads or stores without asking a call where it is.
bool sees_its_memory(const Path& path, PyObject* leaf);

/// Stores what the function wrote to its arguments and to what came from outside.
void store(std::span<const Effect> effects, const Leaves& leaves, std::span<const Tensor> results);

/// Loops that are recorded step by step, by their numbers, as they begin.
struct LoopsApart {
  std::set<std::size_t> numbers;
  bool are_all = false;
};

class Recording final : public Outside {
 public:
  /// `leaves`: so many of the arguments, then what is found outside at every call.
  Recording(PyObject* function, const Arguments& arguments, const Static& given,
            const Leaves& leaves, std::size_t argument_count, std::vector<bool> meeting,
            const LoopsApart& apart, PathMemory& memory);

  /// Calls the function; what it returned. What it wrote is stored, also if it fails.
  Object run();
  /// Calls the function for its program and its results alone: what it wrote is not stored.
  void rehearse();
  /// What was recorded, or null if it serves this call alone.
  Ref<Path> path() const { return why_not_.empty() ? path_ : nullptr; }
  /// The values of the results of the program.
  std::span<const Array> values() const { return values_; }
  const std::string& why_not() const { return why_not_; }
  /// Whether an argument, or its gradient, was written to.
  bool writes_to_arguments() const {
    return std::ranges::any_of(effects_, [](const Effect& own) { return own.place.is_argument(); });
  }

  void* inside(void* handle) override {
    return &captures_->inside(*static_cast<TensorObject*>(handle));
  }
  GradientCell& inside(GradientCell& cell) override { return captures_->inside(cell); }
  void wrote(void* handle) override;
  std::uint64_t changes() const override { return writes_ + captures_->gradient_changes(); }
  void guarded() override { guards_.push_back(origins_.here()); }
  void give_up(std::string_view why) override;
  KnownPaths& known_paths() override { return known_paths_; }
  std::ptrdiff_t begins_loop() override {
    const std::size_t number = loops_++;
    const bool is_apart = apart_.are_all || apart_.numbers.contains(number);
    return is_apart ? -1 : static_cast<std::ptrdiff_t>(number);
  }
  [[noreturn]] void begin_again(std::ptrdiff_t loop) override;
  /// Whether it is void, and the function is to be recorded again.
  bool is_begun_again() const { return failed_loop_ >= 0; }
  /// Whether it is void, and the function is to be called as it is.
  bool is_void() const { return is_void_; }
  std::ptrdiff_t failed_loop() const { return failed_loop_; }

 private:
  Object record(Trace& trace);
  Guise common_guise() const;
  Object call();
  void keep_containers();
  Returned kept(PyObject* tree);
  Returned::Source source_of(PyObject* leaf);
  void change_containers(std::span<Tensor> results) const;
  void keep_changes();
  void close();
  std::vector<Tensor> made();
  void make_path();

  PyObject* function_;
  const Arguments& arguments_;
  const Static& given_;
  const Leaves& leaves_;
  const LoopsApart& apart_;
  KnownPaths known_paths_;
  std::size_t loops_ = 0;
  std::uint64_t writes_ = 0;
  std::ptrdiff_t failed_loop_ = -1;
  bool is_void_ = false;

  Trace* trace_ = nullptr;
  std::optional<Captures> captures_;
  RecordedGuises guises_;
  std::vector<std::pair<std::size_t, Object>> identical_;
  std::vector<Tensor> inputs_;  // as they came, those from outside behind the arguments
  std::size_t argument_count_ = 0;
  std::vector<bool> meeting_;  // which arguments the function may read in another place
  std::optional<ContainerCopies> copies_;
  struct Changed {
    Object given, copy;
    Returned contents;  // now
  };
  std::vector<Changed> changed_;  // containers of the caller's
  std::vector<Origin> guards_;
  Origins origins_;
  std::vector<Tensor> results_;  // of the program
  std::vector<Array> values_;
  std::vector<Effect> effects_;
  Returned returned_;
  Ref<Path> path_;
  std::string why_not_;
};

/// Records a call of the function, more than once where a loop turns out to be none that is one
/// operation; `take` is given what was recorded, and what `run` returned: nothing if it is void.
template <class Run, class Take>
void record_call(PyObject* function, const Arguments& arguments, const Static& given,
                 const Leaves& leaves, std::size_t argument_count, const std::vector<bool>& meeting,
                 PathMemory& memory, const Run& run, const Take& take) {
  constexpr std::size_t most_apart = 4;
  LoopsApart apart;
  while (true) {
    Recording recording(function, arguments, given, leaves, argument_count, meeting, apart, memory);
    Object result;
    try {
      result = std::invoke(run, recording);
    } catch (const PythonError&) {
      if (!recording.is_begun_again() && !recording.is_void()) throw;
    }
    if (!recording.is_begun_again()) return take(recording, std::move(result));
    apart.numbers.insert(static_cast<std::size_t>(recording.failed_loop()));
    apart.are_all = apart.numbers.size() > most_apart;
  }
}

void add_recording(PyObject* module);

}  // namespace wg::bindings
