#include "kernels/spectral.h"

#include <algorithm>

#include "core/copy.h"
#include "core/work.h"
#include "kernels/lapack.h"

namespace wg::kernels {
namespace {

/// Calls work(T()) with the type of the elements.
template <class Result, class F> Result of_inexact(DType dtype, const F& work) {
  return visit(dtype, [&](auto tag) -> Result {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>))
      return work(T());
    else
      return Result();
  });
}

template <class T> constexpr std::int64_t size_of(std::int64_t elements) {
  return elements * static_cast<std::int64_t>(sizeof(T));
}

/// From rows to columns; or back, with m and n exchanged.
template <class T> void turn(const T* from, std::int64_t m, std::int64_t n, T* to) {
  copy_strided(reinterpret_cast<const std::byte*>(from), {1, n}, reinterpret_cast<std::byte*>(to),
               {m, 1}, Dims{n, m}, static_cast<std::int64_t>(sizeof(T)));
}

/// LAPACK answers with a number of elements in an element.
template <class T> int answered(T element) { return static_cast<int>(real_value(element)); }

struct Sizes {
  int work = 1, real = 1, integers = 1;
};

template <class T> Sizes qr_sizes(int m, int n, int columns) {
  const auto& routines = lapack::routines<T>();
  const int lead = std::max(m, 1), query = -1, count = std::min(m, n);
  T first{}, second{};
  int info = 0;
  routines.geqrf(&m, &n, nullptr, &lead, nullptr, &first, &query, &info);
  routines.ungqr(&m, &columns, &count, nullptr, &lead, nullptr, &second, &query, &info);
  return {std::max({1, answered(first), answered(second)})};
}

template <class T> Sizes svd_sizes(int m, int n, Vectors vectors) {
  const auto& routines = lapack::routines<T>();
  const char job = static_cast<char>(vectors);
  const int lead = std::max(m, 1), least = std::min(m, n), most = std::max(m, n), query = -1;
  const int rows = std::max(1, vectors == Vectors::all ? n : least);
  T first{};
  int info = 0, integers = 0;
  Sizes sizes;
  if constexpr (is_complex_number<T>) {
    Real<T> second{};
    routines.gesdd(&job, &m, &n, nullptr, &lead, nullptr, nullptr, &lead, nullptr, &rows, &first,
                   &query, &second, &integers, &info, 1);
    sizes.real = vectors == Vectors::none ? 7 * least
                                          : least * std::max(5 * least + 7, 2 * (most + least) + 1);
  } else {
    routines.gesdd(&job, &m, &n, nullptr, &lead, nullptr, nullptr, &lead, nullptr, &rows, &first,
                   &query, &integers, &info, 1);
  }
  sizes.work = std::max(1, answered(first));
  sizes.integers = 8 * least;
  return sizes;
}

template <class T> Sizes eigh_sizes(int n, bool has_vectors) {
  const auto& routines = lapack::routines<T>();
  const char job = has_vectors ? 'V' : 'N';
  const int lead = std::max(n, 1), query = -1;
  T first{};
  int integers = 0, info = 0;
  Sizes sizes;
  if constexpr (is_complex_number<T>) {
    Real<T> reals{};
    routines.heevd(&job, "L", &n, nullptr, &lead, nullptr, &first, &query, &reals, &query,
                   &integers, &query, &info, 1, 1);
    sizes.real = answered(reals);
  } else {
    routines.heevd(&job, "L", &n, nullptr, &lead, nullptr, &first, &query, &integers, &query, &info,
                   1, 1);
  }
  sizes.work = std::max(1, answered(first));
  sizes.integers = std::max(1, integers);
  return sizes;
}

template <class T> Sizes eig_sizes(int n, bool has_vectors) {
  const auto& routines = lapack::routines<T>();
  const char job = has_vectors ? 'V' : 'N';
  const int lead = std::max(n, 1), query = -1;
  T first{};
  int info = 0;
  Sizes sizes;
  if constexpr (is_complex_number<T>) {
    Real<T> second{};
    routines.geev("N", &job, &n, nullptr, &lead, nullptr, nullptr, &lead, nullptr, &lead, &first,
                  &query, &second, &info, 1, 1);
    sizes.real = 2 * n;
  } else {
    routines.geev("N", &job, &n, nullptr, &lead, nullptr, nullptr, nullptr, &lead, nullptr, &lead,
                  &first, &query, &info, 1, 1);
    sizes.real = 2 * n;  // the parts of the eigenvalues
  }
  sizes.work = std::max(1, answered(first));
  return sizes;
}

template <class T> void add_sizes(const Sizes& sizes, Work& work) {
  work.add(size_of<T>(sizes.work));
  work.add(size_of<Real<T>>(sizes.real));
  work.add(size_of<int>(sizes.integers));
}

/// The pieces of that.
template <class T> struct Pieces {
  T* work;
  Real<T>* real;
  int* integers;
  Pieces(const Sizes& sizes, Workspace& space)
      : work(space.take_for<T>(sizes.work)),
        real(space.take_for<Real<T>>(sizes.real)),
        integers(space.take_for<int>(sizes.integers)) {}
};

}  // namespace

std::int64_t qr_work(DType dtype, std::int64_t m, std::int64_t n, std::int64_t columns) {
  return of_inexact<std::int64_t>(dtype, [&](auto zero) {
    using T = decltype(zero);
    Work work;
    work.add(size_of<T>(m * std::max(n, columns)));
    work.add(size_of<T>(std::min(m, n)));
    add_sizes<T>(qr_sizes<T>(static_cast<int>(m), static_cast<int>(n), static_cast<int>(columns)),
                 work);
    return static_cast<std::int64_t>(work.bytes);
  });
}

void qr(DType dtype, const std::byte* a, std::int64_t m, std::int64_t n, std::int64_t columns,
        std::byte* q, std::byte* r, std::byte* memory) {
  of_inexact<bool>(dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto& routines = lapack::routines<T>();
    const int rows = static_cast<int>(m), all = static_cast<int>(n),
              own = static_cast<int>(columns), count = std::min(rows, all);
    const Sizes sizes = qr_sizes<T>(rows, all, own);
    Workspace space(memory);
    T* const matrix = space.take_for<T>(m * std::max(n, columns));
    T* const tau = space.take_for<T>(std::min(m, n));
    const Pieces<T> pieces(sizes, space);
    int info = 0;
    turn(reinterpret_cast<const T*>(a), m, n, matrix);
    routines.geqrf(&rows, &all, matrix, &rows, tau, pieces.work, &sizes.work, &info);
    T* const upper = reinterpret_cast<T*>(r);
    const std::int64_t upper_rows = q ? columns : std::min(m, n);
    for (std::int64_t i = 0; i < upper_rows; ++i) {
      for (std::int64_t j = 0; j < n; ++j) upper[i * n + j] = j < i ? T() : matrix[j * m + i];
    }
    if (q) {
      routines.ungqr(&rows, &own, &count, matrix, &rows, tau, pieces.work, &sizes.work, &info);
      turn(matrix, columns, m, reinterpret_cast<T*>(q));
    }
    return true;
  });
}

std::int64_t svd_work(DType dtype, std::int64_t m, std::int64_t n, Vectors vectors) {
  return of_inexact<std::int64_t>(dtype, [&](auto zero) {
    using T = decltype(zero);
    Work work;
    work.add(size_of<T>(m * n));
    if (vectors != Vectors::none) {
      const std::int64_t k = std::min(m, n);
      work.add(size_of<T>(m * (vectors == Vectors::all ? m : k)));
      work.add(size_of<T>(n * (vectors == Vectors::all ? n : k)));
    }
    add_sizes<T>(svd_sizes<T>(static_cast<int>(m), static_cast<int>(n), vectors), work);
    return static_cast<std::int64_t>(work.bytes);
  });
}

bool svd(DType dtype, const std::byte* a, std::int64_t m, std::int64_t n, Vectors vectors,
         std::byte* u, std::byte* s, std::byte* vh, std::byte* memory) {
  return of_inexact<bool>(dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto& routines = lapack::routines<T>();
    const int rows = static_cast<int>(m), columns = static_cast<int>(n);
    const char job = static_cast<char>(vectors);
    const Sizes sizes = svd_sizes<T>(rows, columns, vectors);
    const std::int64_t k = std::min(m, n);
    const std::int64_t left = vectors == Vectors::all ? m : k,
                       right = vectors == Vectors::all ? n : k;
    const int lead = static_cast<int>(std::max<std::int64_t>(right, 1));
    Workspace space(memory);
    T* const matrix = space.take_for<T>(m * n);
    T* own_u = nullptr;
    T* own_vh = nullptr;
    if (vectors != Vectors::none) {
      own_u = space.take_for<T>(m * left);
      own_vh = space.take_for<T>(n * right);
    }
    const Pieces<T> pieces(sizes, space);
    turn(reinterpret_cast<const T*>(a), m, n, matrix);
    auto* const values = reinterpret_cast<Real<T>*>(s);
    int info = 0;
    if constexpr (is_complex_number<T>) {
      routines.gesdd(&job, &rows, &columns, matrix, &rows, values, own_u, &rows, own_vh, &lead,
                     pieces.work, &sizes.work, pieces.real, pieces.integers, &info, 1);
    } else {
      routines.gesdd(&job, &rows, &columns, matrix, &rows, values, own_u, &rows, own_vh, &lead,
                     pieces.work, &sizes.work, pieces.integers, &info, 1);
    }
    if (info != 0) return false;
    if (vectors != Vectors::none) {
      turn(own_u, left, m, reinterpret_cast<T*>(u));
      turn(own_vh, n, right, reinterpret_cast<T*>(vh));
    }
    return true;
  });
}

std::int64_t eigh_work(DType dtype, std::int64_t n, bool has_vectors) {
  return of_inexact<std::int64_t>(dtype, [&](auto zero) {
    using T = decltype(zero);
    Work work;
    work.add(size_of<T>(n * n));
    add_sizes<T>(eigh_sizes<T>(static_cast<int>(n), has_vectors), work);
    return static_cast<std::int64_t>(work.bytes);
  });
}

bool eigh(DType dtype, const std::byte* a, std::int64_t n, bool is_lower, std::byte* w,
          std::byte* v, std::byte* memory) {
  return of_inexact<bool>(dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto& routines = lapack::routines<T>();
    const int size = static_cast<int>(n);
    const char job = v ? 'V' : 'N', triangle = is_lower ? 'L' : 'U';
    const Sizes sizes = eigh_sizes<T>(size, v != nullptr);
    Workspace space(memory);
    T* const matrix = space.take_for<T>(n * n);
    const Pieces<T> pieces(sizes, space);
    turn(reinterpret_cast<const T*>(a), n, n, matrix);
    auto* const values = reinterpret_cast<Real<T>*>(w);
    int info = 0;
    if constexpr (is_complex_number<T>) {
      routines.heevd(&job, &triangle, &size, matrix, &size, values, pieces.work, &sizes.work,
                     pieces.real, &sizes.real, pieces.integers, &sizes.integers, &info, 1, 1);
    } else {
      routines.heevd(&job, &triangle, &size, matrix, &size, values, pieces.work, &sizes.work,
                     pieces.integers, &sizes.integers, &info, 1, 1);
    }
    if (info != 0) return false;
    if (v) turn(matrix, n, n, reinterpret_cast<T*>(v));
    return true;
  });
}

std::int64_t eig_work(DType dtype, std::int64_t n, bool has_vectors) {
  return of_inexact<std::int64_t>(dtype, [&](auto zero) {
    using T = decltype(zero);
    Work work;
    work.add(size_of<T>(n * n));
    if (has_vectors) work.add(size_of<T>(n * n));
    add_sizes<T>(eig_sizes<T>(static_cast<int>(n), has_vectors), work);
    return static_cast<std::int64_t>(work.bytes);
  });
}

namespace {

/// Real matrices have pairs of conjugate eigenvectors, whose parts are two columns.
template <class R>
void join_parts(const R* im, const R* columns, std::int64_t n, std::complex<R>* v) {
  for (std::int64_t j = 0; j < n; ++j) {
    const bool is_pair = im[j] != 0 && j + 1 < n;
    for (std::int64_t i = 0; i < n; ++i) {
      const R re = columns[j * n + i], other = is_pair ? columns[(j + 1) * n + i] : R(0);
      v[i * n + j] = {re, other};
      if (is_pair) v[i * n + j + 1] = {re, -other};
    }
    j += is_pair;
  }
}

}  // namespace

bool eig(DType dtype, const std::byte* a, std::int64_t n, std::byte* w, std::byte* v,
         std::byte* memory) {
  return of_inexact<bool>(dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = std::complex<Real<T>>;
    const auto& routines = lapack::routines<T>();
    const int size = static_cast<int>(n), lead = std::max(size, 1);
    const char job = v ? 'V' : 'N';
    const Sizes sizes = eig_sizes<T>(size, v != nullptr);
    Workspace space(memory);
    T* const matrix = space.take_for<T>(n * n);
    T* const own = v ? space.take_for<T>(n * n) : nullptr;
    const Pieces<T> pieces(sizes, space);
    turn(reinterpret_cast<const T*>(a), n, n, matrix);
    C* const values = reinterpret_cast<C*>(w);
    int info = 0;
    if constexpr (is_complex_number<T>) {
      routines.geev("N", &job, &size, matrix, &lead, values, nullptr, &lead, own, &lead,
                    pieces.work, &sizes.work, pieces.real, &info, 1, 1);
      if (info == 0 && v) turn(own, n, n, reinterpret_cast<T*>(v));
    } else {
      T* const re = pieces.real;
      T* const im = pieces.real + n;
      routines.geev("N", &job, &size, matrix, &lead, re, im, nullptr, &lead, own, &lead,
                    pieces.work, &sizes.work, &info, 1, 1);
      for (std::int64_t i = 0; i < n; ++i) values[i] = {re[i], im[i]};
      if (info == 0 && v) join_parts(im, own, n, reinterpret_cast<C*>(v));
    }
    return info == 0;
  });
}

}  // namespace wg::kernels
