/// LAPACK in the library of kernels/blas.h, by Fortran's conventions: matrices by columns,
/// arguments by address, the lengths of texts last.
#pragma once

#include <cstddef>

#include "kernels/numbers.h"

namespace wg::lapack {

using kernels::is_complex_number;
using kernels::Real;

/// What differs between real and complex numbers.
template <class T> struct Spectral {
  void (*heevd)(const char* jobz, const char* uplo, const int* n, T* a, const int* lda, T* w,
                T* work, const int* lwork, int* iwork, const int* liwork, int* info, std::size_t,
                std::size_t) = nullptr;
  void (*gesdd)(const char* jobz, const int* m, const int* n, T* a, const int* lda, T* s, T* u,
                const int* ldu, T* vt, const int* ldvt, T* work, const int* lwork, int* iwork,
                int* info, std::size_t) = nullptr;
  void (*geev)(const char* jobvl, const char* jobvr, const int* n, T* a, const int* lda, T* wr,
               T* wi, T* vl, const int* ldvl, T* vr, const int* ldvr, T* work, const int* lwork,
               int* info, std::size_t, std::size_t) = nullptr;
};
template <class R> struct Spectral<std::complex<R>> {
  using T = std::complex<R>;
  void (*heevd)(const char* jobz, const char* uplo, const int* n, T* a, const int* lda, R* w,
                T* work, const int* lwork, R* rwork, const int* lrwork, int* iwork,
                const int* liwork, int* info, std::size_t, std::size_t) = nullptr;
  void (*gesdd)(const char* jobz, const int* m, const int* n, T* a, const int* lda, R* s, T* u,
                const int* ldu, T* vt, const int* ldvt, T* work, const int* lwork, R* rwork,
                int* iwork, int* info, std::size_t) = nullptr;
  void (*geev)(const char* jobvl, const char* jobvr, const int* n, T* a, const int* lda, T* w,
               T* vl, const int* ldvl, T* vr, const int* ldvr, T* work, const int* lwork, R* rwork,
               int* info, std::size_t, std::size_t) = nullptr;
};

/// The routines of one dtype.
template <class T> struct Routines : Spectral<T> {
  void (*potrf)(const char* uplo, const int* n, T* a, const int* lda, int* info,
                std::size_t) = nullptr;
  void (*getrf)(const int* m, const int* n, T* a, const int* lda, int* ipiv, int* info) = nullptr;
  void (*geqrf)(const int* m, const int* n, T* a, const int* lda, T* tau, T* work, const int* lwork,
                int* info) = nullptr;
  void (*ungqr)(const int* m, const int* n, const int* k, T* a, const int* lda, const T* tau,
                T* work, const int* lwork, int* info) = nullptr;
};

/// Null where there is no library.
template <class T> const Routines<T>* found();

/// Fails with what to install where there is no library.
template <class T> const Routines<T>& routines();

}  // namespace wg::lapack
