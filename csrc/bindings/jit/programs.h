/// What was recorded of one function, and the choice between it at each call.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bindings/jit/into.h"
#include "bindings/jit/recording.h"
#include "bindings/jit/surroundings.h"

namespace wg::bindings {

/// The programs of one function.
class Programs {
 public:
  Programs(PyObject* function, Static given, std::size_t max_paths, std::uint64_t verify)
      : function_(function), given_(std::move(given)), max_paths_(max_paths), verify_(verify) {}
  /// Those that were saved of a function, which is not there: calls that none of them serves fail.
  static std::unique_ptr<Programs> loaded(std::span<const std::byte> content);

  std::string name() const;
  /// As bytes, with the values that were read from outside as they are now.
  std::string saved() const;
  /// A tuple of the classes and functions that one which was loaded has by their names.
  PyObject* named() const;
  /// What a call of the function itself would do: operations are recorded one by one.
  PyObject* called(const Arguments& arguments);

  /// What the function gives for these arguments.
  PyObject* call(const Arguments& arguments);
  /// The same with the caller's arrays for results: None if they were written there, else a tuple
  /// of what is returned. `is_seen`: the function is called as it is.
  PyObject* call_into(PyObject* out, const Arguments& arguments, bool is_seen);
  void clear();
  /// A list of tuples, one for each path: the signature, how often it ran, why it was recorded, the
  /// text of its program.
  PyObject* listed() const;
  /// What a call with these arguments is replayed as, for Python to show (lowering.h). The
  /// function, or `self`, what was loaded, is recorded once more, with its lines, and nothing of
  /// that is kept. Replays of it are timed for so many seconds.
  PyObject* lowered(PyObject* self, const Arguments& arguments, double seconds) const;
  int traverse(visitproc visit, void* arg) const;

 private:
  /// The paths of one signature in one state of what lies outside.
  struct Entry : Counted {
    static void release(Entry* entry) noexcept {
      if (entry->drop()) delete entry;
    }

    Signature signature;
    Surroundings surroundings;
    bool is_untracked = false;      // under no_grad
    bool is_copy = false;           // of one that was loaded, for inputs that are held otherwise
    bool is_written = false;        // leaves are written to: which share memory matters
    bool finds_containers = false;  // that it is given
    std::size_t argument_count = 0;
    std::vector<std::size_t> firsts;             // of the leaves, those that are the same object
    std::vector<std::size_t> firsts_that_share;  // or see the same memory
    std::vector<bool> meeting;                   // that see what is found outside
    /// By leaf, of one that was loaded: whether it was recorded with that being differentiated.
    std::vector<bool> differentiated;
    std::vector<Ref<Path>> paths;  // the one that held last in front
    PathMemory memory;             // of paths of examples
    std::string why_not;           // it is replayed, or empty
  };

  /// Tables of a call, used again by the next.
  struct Tables {
    Leaves leaves;
    std::vector<Array> inputs;
    std::vector<Tensor> results;
  };
  class Lent;

  /// The path of these entries that is the same as one recorded now, and how many others there are.
  std::pair<const Path*, std::size_t> kept_like(const Path& path, const Arguments& arguments) const;

  /// What is known of paths of examples, for calls like this.
  PathMemory memory_for(const Arguments& arguments) const;

  Ref<Entry> find(const Arguments& arguments, Leaves& leaves, std::string& reason);
  bool is_brief(const Entry& entry, const Path& path) const;
  /// What the path that held last gives, if it is brief and holds again, or null.
  PyObject* replayed_again(const Arguments& arguments);
  PyObject* replayed(Entry& entry, const Arguments& arguments, Tables& tables, std::string& reason);
  PyObject* run(Path& path, const Arguments& arguments, Tables& tables, Plan::Run& outcome);
  Destinations destinations_of(const Path& path, const Arguments& arguments, const Tables& tables,
                               bool is_any_tracked) const;
  PyObject* recorded(Ref<Entry> entry, const Arguments& arguments, std::string reason);
  void keep(const Ref<Entry>& entry);
  void keep(Entry& entry, Ref<Path> path);
  /// Whether the leaves are, and see, of each other what they did.
  static bool are_alike(const Entry& entry, const Arguments& arguments, const Leaves& leaves);
  /// Notes it where a function changes what it reads from outside, which no replay does.
  static void note_changes(Entry& entry, const Leaves& leaves);
  void verify(const Arguments& arguments, const Leaves& leaves, std::size_t argument_count,
              std::span<const Array> values);
  /// The same of one that was loaded.
  PyObject* interpreted(const Arguments& arguments);
  Ref<Entry> find_like(const Arguments& arguments, Leaves& leaves, std::string& reason);
  /// Whether derivatives in these leaves pass all that they would pass in the function.
  bool passes_derivatives(const Entry& entry, const Leaves& leaves) const;
  [[noreturn]] void refuse(const std::string& reason) const;
  /// Whether there were so many recordings since the last replay that there will be no more.
  bool is_full(const std::string& reason);

  PyObject* function_;  // the object that has this holds it; null if it was loaded
  std::string name_;    // of one that was loaded
  std::vector<Object> named_;
  bool has_cuts_ = false;  // operations of one that was loaded, which pass no derivative
  Static given_;
  std::size_t max_paths_;
  std::uint64_t verify_;
  std::uint64_t replays_ = 0;
  std::size_t recorded_in_vain_ = 0;
  bool is_stopped_ = false;
  std::vector<Ref<Entry>> entries_;  // the one that held last in front
  std::unique_ptr<Tables> idle_;     // that no call uses
};

}  // namespace wg::bindings
