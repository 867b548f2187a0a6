/// What a key with arrays names: a view of x, what arrays take of that, and a view of what was
/// taken.
#pragma once

#include "bindings/index_key.h"
#include "core/error.h"

namespace wg::bindings {

/// Adds an item that is no array to a basic index.
void add_to(Dims& index, const Item& item);
bool is_whole(const Dims& index);
/// The part of x that a basic index names.
Tensor viewed(const Tensor& x, Dims index);

/// Arrays that do not broadcast are, to Python, an IndexError.
template <class Work> auto with_arrays(const Work& work) {
  try {
    return work();
  } catch (const OperandValueError&) {
    throw;
  } catch (const ShapeError& e) {
    throw IndexRangeError(e.what());
  }
}

/// Slices and newaxes come before arrays, as a view of x, or behind, as a view of what was taken.
struct Selection {
  Dims before;                  // of x
  std::vector<Tensor> indices;  // arrays of integers
  Dims axes;                    // of the view, negative, one for each of them
  std::int64_t behind = 0;      // as Gather has it
  Dims after;                   // of what was taken

  /// Takes the key's arrays over.
  Selection(Key& key, int rank, bool arrays_first);

  Tensor view_of(const Tensor& x) const { return is_whole(before) ? x : viewed(x, before); }
  /// Fails if the arrays do not broadcast.
  void require_arrays(const Tensor& view) const;
  /// What the arrays take of the view.
  Tensor taken(const Tensor& view) const;
};

}  // namespace wg::bindings
