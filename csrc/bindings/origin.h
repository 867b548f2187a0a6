/// Where the operations of a program stand: a side table of nodes and lines of Python.
#pragma once

#include <string>
#include <unordered_map>

#include "bindings/guard.h"
#include "graph/node.h"

namespace wg::bindings {

/// A line of the user's. No code: nobody knows.
struct Origin {
  Object code;
  int line = 0;
  const Primitive* within = nullptr;  // the operation by whose rules it was applied, or null

  explicit operator bool() const { return static_cast<bool>(code); }
  /// As it is written in messages: file:line (in function).
  std::string text() const;
};

/// Files below `root` are the library's own, and never an origin.
class Origins {
 public:
  explicit Origins(std::string root) : root_(std::move(root)) {}

  /// Of what is being applied now: the innermost line outside the library, or that of the operation
  /// whose rules are at work, if that is known.
  Origin here() const;
  void note(const Node& node);
  /// Nothing known: an empty Origin.
  Origin of(const Node& node) const;

 private:
  struct Entry {
    std::uint64_t sequence;  // memory of nodes is used again
    Origin origin;
  };

  Origin innermost() const;

  std::string root_;
  std::unordered_map<const Node*, Entry> entries_;
};

}  // namespace wg::bindings
