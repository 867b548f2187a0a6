#include "kernels/cofactors.h"

#include <algorithm>

#include "core/work.h"
#include "kernels/lu.h"
#include "kernels/matmul.h"
#include "kernels/numbers.h"
#include "kernels/spectral.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t direct = 3;  // rows up to which minors are multiplied out

template <class T> void by_minors(const T* a, std::int64_t n, T* y) {
  if (n == 1) {
    y[0] = T(1);
  } else if (n == 2) {
    y[0] = a[3], y[1] = -a[2], y[2] = -a[1], y[3] = a[0];
  } else {
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        const T* const below = a + (i + 1) % 3 * 3;
        const T* const above = a + (i + 2) % 3 * 3;
        const int right = (j + 1) % 3, left = (j + 2) % 3;
        y[i * 3 + j] = times(below[right], above[left]) - times(below[left], above[right]);
      }
    }
  }
}

template <class T> struct Memory {
  T *factors, *u, *vh;
  Real<T>* s;
  std::int32_t* pivots;
  std::byte* svd;

  static void add(std::int64_t n, Work& work) {
    const auto item = static_cast<std::int64_t>(sizeof(T));
    for (int i = 0; i < 3; ++i) work.add(n * n * item);
    work.add(n * item);
    work.add(n * static_cast<std::int64_t>(sizeof(std::int32_t)));
  }
  Memory(std::int64_t n, Workspace& work)
      : factors(work.take_for<T>(n * n)),
        u(work.take_for<T>(n * n)),
        vh(work.take_for<T>(n * n)),
        s(reinterpret_cast<Real<T>*>(work.take_for<T>(n))),
        pivots(work.take_for<std::int32_t>(n)) {
    svd = work.take(0);
  }
};

template <class T> std::byte* bytes(T* x) { return reinterpret_cast<std::byte*>(x); }

template <class T> T determinant_of(T* a, std::int64_t n, std::int32_t* pivots) {
  T result;
  lu(dtype_of<T>, bytes(a), n, n, pivots);
  determinant(dtype_of<T>, bytes(a), pivots, n, bytes(&result));
  return result;
}

/// Pivots so far apart that the inverse would lose digits.
template <class T> bool is_uneven(const T* factors, std::int64_t n) {
  Real<T> least = std::abs(factors[0]), most = least;
  for (std::int64_t i = 1; i < n; ++i) {
    const Real<T> pivot = std::abs(factors[i * (n + 1)]);
    least = std::min(least, pivot);
    most = std::max(most, pivot);
  }
  return !(least > most * Real<T>(1e-3));
}

/// The transpose of the inverse times the determinant.
template <class T> void by_inverse(const Memory<T>& memory, std::int64_t n, T det, T* y) {
  std::fill(y, y + n * n, T());
  for (std::int64_t i = 0; i < n; ++i) y[i * (n + 1)] = det;
  // The factors are those of the transpose.
  solve_by_lu(dtype_of<T>, false, bytes(memory.factors), memory.pivots, n, bytes(y), n);
}

/// det U det V^H times the conjugate of U diag(the products of all other s) V^H.
template <class T>
bool by_singular_values(const T* a, const Memory<T>& memory, std::int64_t n, T* y) {
  if (!svd(dtype_of<T>, reinterpret_cast<const std::byte*>(a), n, n, Vectors::some, bytes(memory.u),
           bytes(memory.s), bytes(memory.vh), memory.svd)) {
    return false;
  }
  std::copy(memory.u, memory.u + n * n, memory.factors);
  T turn = determinant_of(memory.factors, n, memory.pivots);
  std::copy(memory.vh, memory.vh + n * n, memory.factors);
  turn = times(turn, determinant_of(memory.factors, n, memory.pivots));
  Real<T> before = 1;
  for (std::int64_t p = 0; p < n; ++p) {
    Real<T> others = before;
    for (std::int64_t q = p + 1; q < n; ++q) others *= memory.s[q];
    before *= memory.s[p];
    for (std::int64_t j = 0; j < n; ++j) {
      memory.vh[p * n + j] = times(turn, T(conjugated(memory.vh[p * n + j]) * others));
    }
  }
  for (std::int64_t i = 0; i < n * n; ++i) memory.u[i] = conjugated(memory.u[i]);
  multiply(dtype_of<T>, {bytes(memory.u), n, n, n, 1}, {bytes(memory.vh), n, n, n, 1}, bytes(y));
  return true;
}

}  // namespace

std::int64_t cofactors_work(DType dtype, std::int64_t n) {
  if (n <= direct) return 0;
  return visit(dtype, [&](auto tag) -> std::int64_t {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      Work work;
      Memory<T>::add(n, work);
      work.add(svd_work(dtype, n, n, Vectors::some));
      return static_cast<std::int64_t>(work.bytes);
    } else {
      return 0;
    }
  });
}

bool cofactors(DType dtype, const std::byte* a, std::int64_t n, std::byte* y, std::byte* memory) {
  return visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      const T* matrix = reinterpret_cast<const T*>(a);
      T* result = reinterpret_cast<T*>(y);
      if (n <= direct) {
        by_minors(matrix, n, result);
        return true;
      }
      Workspace work(memory);
      const Memory<T> own(n, work);
      std::copy(matrix, matrix + n * n, own.factors);
      const T det = determinant_of(own.factors, n, own.pivots);
      if (is_uneven(own.factors, n)) return by_singular_values(matrix, own, n, result);
      by_inverse(own, n, det, result);
    }
    return true;
  });
}

}  // namespace wg::kernels
