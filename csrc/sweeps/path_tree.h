/// The paths that were recorded through a function of one example, as a tree: they part where
/// something else was read.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "graph/excerpt.h"

namespace wg {

struct PathTree {
  struct Path {
    std::vector<Reading> readings;
    std::vector<Slot> results;
  };
  /// Paths that read the same.
  struct Fork {
    Array seen;
    std::vector<std::size_t> paths;
  };

  Program program;               // the operations of all paths, each once
  std::vector<bool> is_common;   // by instruction: every path has it, with one value for all
  std::vector<Tensor> captures;  // the inputs behind the leaves
  std::vector<Path> paths;
  std::vector<Type> types;  // of the results of every path

  /// How some of the paths part at their reading of this number, in an order that what was seen
  /// alone decides.
  std::vector<Fork> forks(std::span<const std::size_t> some, std::size_t reading) const;
  bool is_end(std::size_t path, std::size_t reading) const {
    return paths[path].readings.size() == reading;
  }
};

/// Programs of the same leaves. Nothing if they are no tree of operations that can be derived and
/// batched: if results differ in type, if other things than booleans and integers were read, or if
/// a path has operations that may fail beside what it returns.
std::optional<PathTree> tree_of(std::span<const Captured> paths);

}  // namespace wg
