/// Walks several arrays of one shape together, as few long runs along the innermost axis.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/dims.h"

namespace wg {

/// Axes of length one are dropped and neighbours that step alike are joined, so dense operands
/// are one run. Strides and offsets are in elements.
template <int N> class StridedLoop {
 public:
  using Offsets = std::array<std::int64_t, N>;

  StridedLoop(std::span<const std::int64_t> shape, std::array<Dims, N> strides) {
    for (int axis = 0; axis < static_cast<int>(shape.size()); ++axis) {
      const std::int64_t n = shape[static_cast<std::size_t>(axis)];
      if (n == 1) continue;
      is_empty_ |= n == 0;
      if (!shape_.empty() && joins(strides, axis, n)) {
        shape_.back() *= n;
        for (std::size_t k = 0; k < N; ++k) strides_[k].back() = strides[k][axis];
      } else {
        shape_.push_back(n);
        for (std::size_t k = 0; k < N; ++k) strides_[k].push_back(strides[k][axis]);
      }
    }
    if (shape_.empty()) {
      shape_.push_back(1);
      for (Dims& s : strides_) s.push_back(0);
    }
  }

  /// The step of operand k along a run.
  std::int64_t step(int k) const { return strides_[static_cast<std::size_t>(k)].back(); }
  std::int64_t run_length() const { return shape_.back(); }
  int run_axes() const { return shape_.size() - 1; }

  /// Calls `f(offsets, n)` for each run of n elements.
  template <class F> void for_each_run(F&& f) const {
    if (is_empty_) return;
    Offsets offsets{};
    Dims counter(run_axes(), 0);
    while (true) {
      f(offsets, shape_.back());
      int axis = run_axes() - 1;
      for (; axis >= 0; --axis) {
        for (std::size_t k = 0; k < N; ++k) offsets[k] += strides_[k][axis];
        if (++counter[axis] < shape_[axis]) break;
        for (std::size_t k = 0; k < N; ++k) offsets[k] -= strides_[k][axis] * shape_[axis];
        counter[axis] = 0;
      }
      if (axis < 0) return;
    }
  }

 private:
  bool joins(const std::array<Dims, N>& strides, int axis, std::int64_t n) const {
    for (std::size_t k = 0; k < N; ++k) {
      if (strides_[k].back() != strides[k][axis] * n) return false;
    }
    return true;
  }

  bool is_empty_ = false;
  Shape shape_;
  std::array<Dims, N> strides_;
};

}  // namespace wg
