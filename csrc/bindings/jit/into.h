/// Results that a call writes into the caller's arrays.
#pragma once

#include <vector>

#include "bindings/guard.h"
#include "core/array.h"
#include "graph/program.h"

namespace wg::bindings {

/// What a caller gives for results, and whether they have been written there.
struct Into {
  PyObject* out;
  bool is_written = false;
};

/// Arrays of a caller's as results of a replay.
class Destinations {
 public:
  Destinations() = default;
  /// `leaves`: one for each result. Empty where one of them is not an array that the result can be
  /// written to at once: of its dtype and shape, writable, in C order, in memory that neither
  /// another nor what the replay reads is in.
  Destinations(std::span<const Object> leaves, std::span<const Type> types,
               std::span<const Array> inputs, const Program& program);

  bool is_empty() const { return leaves_.empty(); }
  /// The arrays, undefined for numbers and small arrays.
  std::vector<Array> arrays() const { return arrays_; }
  /// Writes these.
  void finish(std::span<const Array> results) const;

 private:
  std::vector<Object> leaves_;
  std::vector<Array> arrays_;
};

}  // namespace wg::bindings
