/// Cuts the walk over several arrays of one shape into blocks that suit the first cache.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "core/layout.h"
#include "core/strided_loop.h"

namespace wg {

/// The longest block of several axes, in elements: copies of a few operands stay in the first
/// cache.
inline constexpr std::int64_t block_elements = 512;

/// The shortest run that pays for the call of a kernel, in elements.
inline constexpr std::int64_t long_run = 128;

/// A block is one of
/// - a part of a long run;
/// - a few such parts side by side, where an operand's neighbours are those of another axis, so
///   that what a run reads of a line of cache is still there for the next;
/// - the last axes, all short, and a part of the axis before them. Element i of any block then lies
///   at the same distance from its first, so one table of offsets serves all blocks.
template <int N> class Blocks {
 public:
  using Offsets = std::array<std::int64_t, N>;

  Blocks(std::span<const std::int64_t> shape, const std::array<Dims, N>& strides)
      : Blocks(JoinedAxes<N>(shape, strides), long_run) {}

  /// Where runs of `least` elements already pay for a call each.
  Blocks(JoinedAxes<N> axes, std::int64_t least)
      : axes_(std::move(axes)), places_(dense_strides(axes_.shape)), cut_(axes_.shape.size()) {
    if (axes_.is_empty) return;
    const Shape& n = axes_.shape;
    if (n.size() == 1 || n.back() >= least) {
      cut_run();
    } else {
      while (cut_ > 0 && inner_ * n[cut_ - 1] <= block_elements) inner_ *= n[--cut_];
      --cut_;
      rows_ = block_elements / inner_;
      const std::int64_t whole = full / std::gcd(inner_, full);
      if (rows_ > whole) rows_ -= rows_ % whole;
    }
    rows_ = std::min(rows_, length(cut_));
    count_ = 1;
    for (int axis = 0; axis <= cut_; ++axis) {
      parts_.push_back((length(axis) + part(axis) - 1) / part(axis));
      count_ *= parts_[axis];
    }
  }

  std::int64_t count() const { return count_; }
  /// Blocks that a thread should take at a time.
  std::int64_t grain() const {
    return std::max<std::int64_t>(1, run_elements / (size() * height_));
  }
  /// The elements of the largest block, or of one of the runs side by side.
  std::int64_t size() const { return rows_ * inner_; }
  /// Whether a block is made of runs, along which operand k has the step step(k).
  bool is_run() const { return inner_ == 1; }
  std::int64_t step(int k) const { return stride(k, cut_); }

  /// Whether the elements of operand k lie in a block as in a dense array.
  bool is_dense(int k) const {
    std::int64_t dense = 1;
    for (int axis = axes_.shape.size() - 1; axis > cut_; --axis) {
      if (stride(k, axis) != dense) return false;
      dense *= axes_.shape[axis];
    }
    return rows_ == 1 || stride(k, cut_) == dense;
  }

  /// Whether operand k has other elements in other blocks.
  bool moves(int k) const {
    for (int axis = 0; axis <= cut_; ++axis) {
      if (stride(k, axis) != 0 && parts_[axis] > 1) return true;
    }
    return false;
  }

  /// Writes the offset of each element of a block of operand k from the first.
  void write_offsets(int k, std::int64_t* offsets) const {
    std::int64_t size = 1;
    offsets[0] = 0;
    for (int axis = axes_.shape.size() - 1; axis >= std::max(cut_, 0); --axis) {
      const std::int64_t n = axis == cut_ ? rows_ : axes_.shape[axis];
      for (std::int64_t i = 1; i < n; ++i) {
        for (std::int64_t j = 0; j < size; ++j)
          offsets[i * size + j] = offsets[j] + i * stride(k, axis);
      }
      size *= n;
    }
  }

  /// How many elements of a block of operand k, one behind the other, are the same.
  std::int64_t repeats(int k) const {
    std::int64_t count = 1;
    for (int axis = axes_.shape.size() - 1; axis > cut_ && stride(k, axis) == 0; --axis)
      count *= axes_.shape[axis];
    return count;
  }

  /// Calls `f(offsets, position, n)` for what blocks [begin, end) are made of: where each operand
  /// has the first element, its place in a dense result, and how many there are.
  template <class F> void for_each(std::int64_t begin, std::int64_t end, F&& f) const {
    if (begin >= end) return;
    Offsets first{};
    std::int64_t position = 0, rest = begin;
    Dims part_of(cut_ + 1, 0);  // which part of each axis the block has
    for (int axis = cut_; axis >= 0; --axis) {
      part_of[axis] = rest % parts_[axis];
      rest /= parts_[axis];
      move(first, position, axis, part_of[axis] * part(axis));
    }
    for (std::int64_t block = begin;;) {
      visit(part_of, first, position, f);
      if (++block == end) return;
      int axis = cut_;
      for (; ++part_of[axis] == parts_[axis]; --axis) {
        move(first, position, axis, (1 - parts_[axis]) * part(axis));
        part_of[axis] = 0;
      }
      move(first, position, axis, part(axis));
    }
  }

 private:
  static constexpr std::int64_t run_elements = 32'768;  // what a thread takes at a time
  static constexpr std::int64_t full =
      8;  // elements in a multiple of which no register is left half
  static constexpr std::int64_t line = 8;  // a step that leaves a line of cache

  /// Runs are cut short where some operand leaps from line to line, but not along another axis.
  void cut_run() {
    --cut_;
    rows_ = run_elements;
    for (int k = 0; k < N && beside_ < 0; ++k) {
      std::int64_t least = std::abs(step(k));
      if (least < line) continue;
      for (int axis = 0; axis < cut_; ++axis) {
        const std::int64_t size = std::abs(stride(k, axis));
        if (size == 0 || size >= least) continue;
        least = size;
        beside_ = axis;
      }
    }
    if (beside_ < 0) return;
    rows_ = long_run;
    height_ = 2 * line;
  }

  /// Calls `f` for the runs of the block that begins at an element.
  template <class F>
  void visit(const Dims& part_of, Offsets first, std::int64_t position, F& f) const {
    const auto rows = [&](int axis) {
      return axis < 0 ? 1 : std::min(part(axis), length(axis) - part_of[axis] * part(axis));
    };
    const std::int64_t n = inner_ * rows(cut_), height = rows(beside_);
    for (std::int64_t i = 0; i < height; ++i) {
      f(first, position, n);
      if (beside_ >= 0) move(first, position, beside_, 1);
    }
  }

  void move(Offsets& offsets, std::int64_t& position, int axis, std::int64_t by) const {
    for (std::size_t k = 0; k < N; ++k) offsets[k] += by * axes_.strides[k][axis];
    position += by * places_[axis];
  }

  std::int64_t length(int axis) const { return axis < 0 ? 1 : axes_.shape[axis]; }
  std::int64_t stride(int k, int axis) const {
    return axis < 0 ? 0 : axes_.strides[static_cast<std::size_t>(k)][axis];
  }
  /// How much of an axis a block has.
  std::int64_t part(int axis) const { return axis == cut_ ? rows_ : axis == beside_ ? height_ : 1; }

  JoinedAxes<N> axes_;
  Dims places_;      // strides of a dense result
  Dims parts_;       // how many parts the axes up to `cut_` have
  int cut_;          // the axis before the last ones; -1 where one block is all
  int beside_ = -1;  // the axis on which runs lie side by side, if they do
  std::int64_t inner_ = 1, rows_ = 1, height_ = 1, count_ = 0;
};

}  // namespace wg
