/// The BLAS of a shared library that is opened at the first product worth it.
#pragma once

#include <complex>
#include <string>

namespace wg {

/// The path of scipy-openblas32's library; nothing is opened yet. An empty path means none.
void set_blas_library(std::string path);

namespace blas {

inline constexpr int row_major = 101, plain = 111, transposed = 112;
inline constexpr int upper = 121, lower = 122, not_unit = 131, unit = 132, left = 141;

template <class T> struct Scalar {
  using type = T;  // real factors are passed by value
};
template <class T> struct Scalar<std::complex<T>> {
  using type = const void*;
};

/// The routines of one dtype.
template <class T> struct Routines {
  using S = typename Scalar<T>::type;
  void (*gemm)(int order, int trans_a, int trans_b, int m, int n, int k, S alpha, const T* a,
               int lda, const T* b, int ldb, S beta, T* c, int ldc) = nullptr;
  void (*gemv)(int order, int trans, int m, int n, S alpha, const T* a, int lda, const T* x,
               int incx, S beta, T* y, int incy) = nullptr;
  void (*trsm)(int order, int side, int uplo, int trans, int diag, int m, int n, S alpha,
               const T* a, int lda, T* b, int ldb) = nullptr;
  void (*trsv)(int order, int uplo, int trans, int diag, int n, const T* a, int lda, T* x,
               int incx) = nullptr;
};

/// Null where there is no library.
template <class T> const Routines<T>* routines();

/// Finds a symbol of the library, by its name without prefix; null if there is none.
void* symbol(const char* name);

}  // namespace blas
}  // namespace wg
