#include "kernels/sparse.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "core/threads.h"
#include "kernels/numbers.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t grain = 16'384;  // products that are worth a piece of work

/// Calls work(T(), columns, starts) with what the numbers and the places are.
template <class F> void visit_both(DType dtype, const Places& places, const F& work) {
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      if (places.dtype == DType::int32)
        work(T(), reinterpret_cast<const std::int32_t*>(places.columns),
             reinterpret_cast<const std::int32_t*>(places.starts));
      else
        work(T(), reinterpret_cast<const std::int64_t*>(places.columns),
             reinterpret_cast<const std::int64_t*>(places.starts));
    }
  });
}

/// By the signs of differences, without a branch.
template <class I>
bool inside(const I* columns, const I* starts, std::int64_t count, std::int64_t rows,
            std::int64_t width) {
  using U = std::make_unsigned_t<I>;
  if (starts[0] != 0 || starts[rows] != count) return false;
  if (width > std::numeric_limits<I>::max()) width = std::numeric_limits<I>::max();
  const U last = static_cast<U>(width) - 1;
  U signs = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    signs |=
        (static_cast<U>(starts[i + 1]) - static_cast<U>(starts[i])) | static_cast<U>(starts[i]);
  }
  for (std::int64_t e = 0; e < count; ++e) {
    signs |= static_cast<U>(columns[e]) | (last - static_cast<U>(columns[e]));
  }
  return static_cast<I>(signs) >= 0;
}

/// How many rows are worth a piece of work.
std::int64_t rows_at_once(const Places& places, std::int64_t k) {
  const std::int64_t products = std::max<std::int64_t>(1, places.count * k);
  return std::max<std::int64_t>(1, grain * std::max<std::int64_t>(1, places.rows) / products);
}

template <class T>
void add_multiple(T factor, const T* __restrict from, T* __restrict to, std::int64_t k) {
  for (std::int64_t c = 0; c < k; ++c) to[c] += times(factor, from[c]);
}

}  // namespace

bool Places::are_inside() const {
  if (dtype == DType::int32) {
    return inside(reinterpret_cast<const std::int32_t*>(columns),
                  reinterpret_cast<const std::int32_t*>(starts), count, rows, width);
  }
  return inside(reinterpret_cast<const std::int64_t*>(columns),
                reinterpret_cast<const std::int64_t*>(starts), count, rows, width);
}

void multiply_sparse(DType dtype, const Places& places, bool is_transposed, const std::byte* a,
                     const std::byte* x, std::byte* y, std::int64_t k) {
  visit_both(dtype, places, [&](auto zero, const auto* columns, const auto* starts) {
    using T = decltype(zero);
    const T *const elements = reinterpret_cast<const T*>(a), *const from =
                                                                 reinterpret_cast<const T*>(x);
    T* const to = reinterpret_cast<T*>(y);
    if (is_transposed) {  // rows add to one another's columns: in order
      std::fill_n(to, places.width * k, T());
      for (std::int64_t i = 0; i < places.rows; ++i) {
        for (std::int64_t e = starts[i]; e < starts[i + 1]; ++e) {
          add_multiple(elements[e], from + i * k, to + columns[e] * k, k);
        }
      }
      return;
    }
    threads::parallel_for(places.rows, rows_at_once(places, k),
                          [&](std::int64_t begin, std::int64_t end) {
                            for (std::int64_t i = begin; i < end; ++i) {
                              if (k == 1) {
                                T sum{};
                                for (std::int64_t e = starts[i]; e < starts[i + 1]; ++e) {
                                  sum += times(elements[e], from[columns[e]]);
                                }
                                to[i] = sum;
                                continue;
                              }
                              std::fill_n(to + i * k, k, T());
                              for (std::int64_t e = starts[i]; e < starts[i + 1]; ++e) {
                                add_multiple(elements[e], from + columns[e] * k, to + i * k, k);
                              }
                            }
                          });
  });
}

void sample_product(DType dtype, const Places& places, const std::byte* x, const std::byte* y,
                    std::int64_t k, std::byte* a) {
  visit_both(dtype, places, [&](auto zero, const auto* columns, const auto* starts) {
    using T = decltype(zero);
    const T *const left = reinterpret_cast<const T*>(x), *const right =
                                                             reinterpret_cast<const T*>(y);
    T* const elements = reinterpret_cast<T*>(a);
    threads::parallel_for(places.rows, rows_at_once(places, k),
                          [&](std::int64_t begin, std::int64_t end) {
                            for (std::int64_t i = begin; i < end; ++i) {
                              for (std::int64_t e = starts[i]; e < starts[i + 1]; ++e) {
                                T sum{};
                                for (std::int64_t c = 0; c < k; ++c) {
                                  sum += times(left[i * k + c], right[columns[e] * k + c]);
                                }
                                elements[e] = sum;
                              }
                            }
                          });
  });
}

}  // namespace wg::kernels
