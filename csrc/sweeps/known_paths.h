/// What recordings of one function know of the paths of examples, so that the next one has them
/// all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "graph/excerpt.h"

namespace wg {

/// How a value comes about in traces that are open: a program of the leaves of each and of what
/// comes from the one around, the innermost first. Equal words, equal values.
struct Definition {
  std::vector<std::shared_ptr<const Program>> programs;
  std::vector<std::int64_t> words;
};

/// A path, and how what it captures comes about.
struct KnownPath {
  std::shared_ptr<const Program> program;
  std::vector<Definition> captures;
};

/// What recordings of one function keep for those that come.
struct PathMemory {
  std::size_t most = 0;  // how many paths of one batch are followed
  std::size_t size = 0;  // how many are known
  std::map<std::vector<std::int64_t>, std::vector<KnownPath>> paths;  // by the words of the site
};

/// Where in a recording a function of examples is called.
class Site {
 public:
  /// The next of the innermost trace.
  explicit Site(KnownPaths& known);

  /// Equal words: the function is called there with values that come about in the same way, by all
  /// that the host has read.
  const std::vector<std::int64_t>& words() const { return words_; }
  /// Nothing for what comes from elsewhere.
  std::optional<Definition> definition_of(const Tensor& value) const;
  /// The value that comes about so; nothing if what it is made of is not there.
  std::optional<Tensor> value_of(const Definition& definition) const;

 private:
  struct Level {
    const Trace* trace;
    std::vector<Ref<Node>> leaves;  // its own, and those of transforms inside
  };

  std::vector<Level> levels_;  // the innermost trace first
  std::vector<std::int64_t> words_;
};

/// The paths that one recording knows, with what it needs to tell where it is.
class KnownPaths {
 public:
  explicit KnownPaths(PathMemory& memory) : memory_(memory) {}

  std::size_t most() const { return memory_.most; }
  std::size_t size() const { return memory_.size; }
  /// The paths that were taken at a site, each as one of the function called there now, in an order
  /// that does not depend on which were taken when. Those that were found now are among them.
  std::vector<Captured> with_known(const Site& site, std::vector<Captured> found) const;
  void remember(const Site& site, std::span<const Captured> paths);

  /// A transform made a leaf, while this trace was the innermost.
  void add_leaf(const Trace& trace, const Ref<Node>& leaf) {
    leaves_[trace.number()].push_back(leaf);
  }
  std::span<const Ref<Node>> leaves_in(const Trace& trace) { return leaves_[trace.number()]; }
  /// It was read that each example takes a path that is known.
  void add_guard(const Node& node) { guards_.insert(node.sequence()); }
  bool is_guard(const Node& node) const { return guards_.contains(node.sequence()); }
  /// How many sites were reached in a trace, and one more.
  std::size_t next_in(const Trace& trace) { return ++reached_[trace.number()]; }
  std::size_t reached_in(const Trace& trace) { return reached_[trace.number()]; }

 private:
  PathMemory& memory_;
  std::set<std::uint64_t> guards_;
  std::map<std::uint64_t, std::size_t> reached_;            // by number of the trace
  std::map<std::uint64_t, std::vector<Ref<Node>>> leaves_;  // likewise
};

}  // namespace wg
