/// The LU factors of a matrix, and equations solved by them.
#pragma once

#include "core/dtype.h"

namespace wg::kernels {

/// The factors of an m x n matrix by columns, in place: P L U by partial pivoting, L unit lower, in
/// the place of the matrix; row i was exchanged with pivots[i], from 0 on. A zero pivot stays.
void lu(DType dtype, std::byte* a, std::int64_t m, std::int64_t n, std::int32_t* pivots);

/// Solves a x = b, or the transpose of a, for k right-hand sides by rows, in the place of b.
void solve_by_lu(DType dtype, bool is_transposed, const std::byte* factors,
                 const std::int32_t* pivots, std::int64_t n, std::byte* b, std::int64_t k);

/// The same for a matrix by rows whose factors nobody wants; `work` has room for lu_work(). False
/// if a pivot is zero.
bool solve(DType dtype, bool is_transposed, const std::byte* a, std::int64_t n, std::byte* b,
           std::int64_t k, std::byte* work);
std::int64_t lu_work(DType dtype, std::int64_t n);

/// Small systems, of up to four equations with up to four right-hand sides each, so many at once or
/// fewer. What comes of one does not depend on which are beside it. A bit for each says whether it
/// was solved; solve() tells why one was not, or solves it.
inline constexpr int systems_at_once = 64;
bool is_small_system(std::int64_t n, std::int64_t k);
std::uint64_t solve_systems(DType dtype, bool is_transposed, const std::byte* const* a,
                            std::int64_t n, std::byte* const* b, std::int64_t k, int systems);

/// The order of m rows that the exchanges come to: row i of L U is row order[i] of the matrix.
void permutation(const std::int32_t* pivots, std::int64_t count, std::int64_t* order,
                 std::int64_t m);

/// The product of the pivots, with the sign of the exchanges.
void determinant(DType dtype, const std::byte* factors, const std::int32_t* pivots, std::int64_t n,
                 std::byte* result);
/// Its modulus' logarithm, -inf of zero, and what it is divided by its modulus, 0 of zero. Either
/// may be null.
void log_determinant(DType dtype, const std::byte* factors, const std::int32_t* pivots,
                     std::int64_t n, std::byte* logarithm, std::byte* sign);

}  // namespace wg::kernels
