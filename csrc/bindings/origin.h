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
  /// For Python: (file, line, function, within), or None.
  Object written() const;
};

/// Where the library's own files are, which are never an origin.
std::string& library_root();

/// How many of the innermost frames of Python are the library's.
int frames_of_library();

class Origins {
 public:
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

  std::unordered_map<const Node*, Entry> entries_;
};

}  // namespace wg::bindings
