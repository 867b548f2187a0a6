/// Walks several arrays of one shape together, as few long runs along the innermost axis.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/dims.h"

namespace wg {

/// The axes of several arrays of one shape: those of length one are dropped, and neighbours that
/// step alike are joined, so dense arrays have one. There is always one. Strides are in elements.
template <int N> struct JoinedAxes {
  bool is_empty = false;
  Shape shape;
  std::array<Dims, N> strides;

  JoinedAxes(std::span<const std::int64_t> of, const std::array<Dims, N>& steps) {
    for (int axis = 0; axis < static_cast<int>(of.size()); ++axis) {
      const std::int64_t n = of[static_cast<std::size_t>(axis)];
      if (n == 1) continue;
      is_empty |= n == 0;
      if (!shape.empty() && joins(steps, axis, n)) {
        shape.back() *= n;
        for (std::size_t k = 0; k < N; ++k) strides[k].back() = steps[k][axis];
      } else {
        shape.push_back(n);
        for (std::size_t k = 0; k < N; ++k) strides[k].push_back(steps[k][axis]);
      }
    }
    if (shape.empty()) {
      shape.push_back(1);
      for (Dims& s : strides) s.push_back(0);
    }
  }

 private:
  bool joins(const std::array<Dims, N>& steps, int axis, std::int64_t n) const {
    for (std::size_t k = 0; k < N; ++k) {
      if (strides[k].back() != steps[k][axis] * n) return false;
    }
    return true;
  }
};

template <int N> class StridedLoop {
 public:
  using Offsets = std::array<std::int64_t, N>;

  StridedLoop(std::span<const std::int64_t> shape, const std::array<Dims, N>& strides)
      : axes_(shape, strides) {}

  /// The step of operand k along a run.
  std::int64_t step(int k) const { return axes_.strides[static_cast<std::size_t>(k)].back(); }

  /// Calls `f(offsets, n)` for each run of n elements.
  template <class F> void for_each_run(F&& f) const {
    if (axes_.is_empty) return;
    Offsets offsets{};
    const int outer = axes_.shape.size() - 1;
    if (outer == 0) return f(offsets, axes_.shape.back());
    Dims counter(outer, 0);
    while (true) {
      f(offsets, axes_.shape.back());
      int axis = outer - 1;
      for (; axis >= 0; --axis) {
        for (std::size_t k = 0; k < N; ++k) offsets[k] += axes_.strides[k][axis];
        if (++counter[axis] < axes_.shape[axis]) break;
        for (std::size_t k = 0; k < N; ++k)
          offsets[k] -= axes_.strides[k][axis] * axes_.shape[axis];
        counter[axis] = 0;
      }
      if (axis < 0) return;
    }
  }

 private:
  JoinedAxes<N> axes_;
};

}  // namespace wg
