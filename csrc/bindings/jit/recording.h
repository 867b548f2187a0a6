/// One call of a function that is recorded to be called again.
#pragma once

#include <memory>
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

class Recording final : public Outside {
 public:
  Recording(PyObject* function, const Arguments& arguments, const Static& given,
            const Leaves& leaves);

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

}  // namespace wg::bindings
