/// QR, singular values, eigenvalues: what LAPACK alone is asked for. Matrices lie by rows. Where a
/// function takes `work`, it is one example's, of so many bytes as the function of that name says.
#pragma once

#include "core/dtype.h"

namespace wg::kernels {

/// The orthonormal columns q (m, columns of q) and the upper r (columns of q, n) of a (m, n); q may
/// be null, and r has then min(m, n) rows.
std::int64_t qr_work(DType dtype, std::int64_t m, std::int64_t n, std::int64_t columns);
void qr(DType dtype, const std::byte* a, std::int64_t m, std::int64_t n, std::int64_t columns,
        std::byte* q, std::byte* r, std::byte* work);

/// Which singular vectors: none, as many as there are values, or all.
enum class Vectors : char { none = 'N', some = 'S', all = 'A' };

/// Singular values in descending order, and the vectors u by columns and vh by rows. False if they
/// were not found.
std::int64_t svd_work(DType dtype, std::int64_t m, std::int64_t n, Vectors vectors);
bool svd(DType dtype, const std::byte* a, std::int64_t m, std::int64_t n, Vectors vectors,
         std::byte* u, std::byte* s, std::byte* vh, std::byte* work);

/// The eigenvalues in ascending order of the Hermitian matrix whose lower or upper triangle is
/// read, and the eigenvectors by columns, unless they are null. False if they were not found.
std::int64_t eigh_work(DType dtype, std::int64_t n, bool has_vectors);
bool eigh(DType dtype, const std::byte* a, std::int64_t n, bool is_lower, std::byte* w,
          std::byte* v, std::byte* work);

/// Complex eigenvalues, and eigenvectors of norm one by columns unless they are null. False if they
/// were not found.
std::int64_t eig_work(DType dtype, std::int64_t n, bool has_vectors);
bool eig(DType dtype, const std::byte* a, std::int64_t n, std::byte* w, std::byte* v,
         std::byte* work);

}  // namespace wg::kernels
