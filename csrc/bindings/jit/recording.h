/// One call of a function that is recorded to be called again.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "bindings/jit/returned.h"
#include "bindings/jit/signature.h"
#include "bindings/origin.h"
#include "graph/excerpt.h"
#include "tape/replayed_call.h"

namespace wg::bindings {

/// The value of an argument after the call, where the function has written to it.
struct Written {
  std::size_t leaf;
  std::size_t result;
};

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

  std::shared_ptr<Replays> replays;
  std::vector<Object> handles;  // Tensors that the function read from outside: inputs, after those
  std::vector<Pattern> types;   // that are arguments, and what they must be
  Returned returned;
  std::vector<Written> written;
  std::vector<Origin> guards;  // where each reading was
  std::string reason;          // why it was recorded
  std::uint64_t runs = 0;      // how often it was the one that held
};

/// The value of an input; whether it is tracked.
bool read_input(PyObject* leaf, Array& value);
/// The same with its node, to outlast the call: memory of the caller's is copied.
Tensor input_of(PyObject* leaf);

/// The results of a path's program as what was made of these inputs.
std::vector<Tensor> results_for(const Path& path, std::span<const Tensor> inputs,
                                std::vector<Array> values);

/// Stores what the function wrote to its arguments.
void write_back(const Path& path, const Leaves& leaves, std::span<const Tensor> results);

/// Loops that are recorded step by step, by their numbers, as they begin.
struct LoopsApart {
  std::set<std::size_t> numbers;
  bool are_all = false;
};

class Recording final : public Outside {
 public:
  Recording(PyObject* function, const Arguments& arguments, const Static& given,
            const Leaves& leaves, const LoopsApart& apart);

  /// Calls the function; what it returned.
  Object run();
  /// Calls the function for its program alone: what it wrote to its arguments is not stored.
  void rehearse();
  /// What was recorded, or null if it serves this call alone.
  Ref<Path> path() const { return why_not_.empty() ? path_ : nullptr; }
  /// The values of the results of the program.
  std::span<const Array> values() const { return values_; }
  const std::string& why_not() const { return why_not_; }

  const Tensor& capture(void* handle, const Tensor& value) override;
  void guarded() override { guards_.push_back(origins_.here()); }
  void give_up(std::string_view why) override;
  std::ptrdiff_t begins_loop() override {
    const std::size_t number = loops_++;
    const bool is_apart = apart_.are_all || apart_.numbers.contains(number);
    return is_apart ? -1 : static_cast<std::ptrdiff_t>(number);
  }
  [[noreturn]] void begin_again(std::ptrdiff_t loop) override;
  /// Whether it is void, and the function is to be recorded again.
  bool is_begun_again() const { return failed_loop_ >= 0; }
  std::ptrdiff_t failed_loop() const { return failed_loop_; }

 private:
  struct Captured {
    Tensor value, leaf;
  };

  void make_leaves(Trace& trace);
  Object renewed(PyObject* object);
  Object renewed_registered(PyObject* object);
  Object call();
  Object record(Trace& trace);
  void keep(PyObject* tree);
  Object finish(PyObject* tree);
  std::ptrdiff_t number_of(PyObject* leaf);
  void note_writes();
  void make_path();

  PyObject* function_;
  const Arguments& arguments_;
  const Static& given_;
  const Leaves& leaves_;
  const LoopsApart& apart_;
  std::size_t loops_ = 0;
  std::ptrdiff_t failed_loop_ = -1;

  Trace* trace_ = nullptr;
  std::vector<Tensor> inputs_;  // as they came, those of handles and what else was read behind
  std::vector<Object> fresh_;   // the leaves in their place
  std::size_t next_ = 0;        // of fresh_
  std::unordered_map<void*, Captured> captured_;
  std::vector<Object> handles_;
  std::vector<Origin> guards_;
  Origins origins_;
  std::vector<Tensor> results_;  // of the program
  std::vector<Array> values_;
  std::vector<Written> written_;
  Returned returned_;
  Ref<Path> path_;
  std::string why_not_;
};

/// Records a call of the function, more than once where a loop turns out to be none that is one
/// operation; `take` is given what was recorded, and what the function returned.
template <class Take>
void record_call(PyObject* function, const Arguments& arguments, const Static& given,
                 const Leaves& leaves, const Take& take) {
  constexpr std::size_t most_apart = 4;
  LoopsApart apart;
  while (true) {
    Recording recording(function, arguments, given, leaves, apart);
    Object result;
    try {
      result = recording.run();
    } catch (const PythonError&) {
      if (!recording.is_begun_again()) throw;
    }
    if (!recording.is_begun_again()) return take(recording, std::move(result));
    apart.numbers.insert(static_cast<std::size_t>(recording.failed_loop()));
    apart.are_all = apart.numbers.size() > most_apart;
  }
}

void add_recording(PyObject* module);

}  // namespace wg::bindings
