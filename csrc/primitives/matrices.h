/// What primitives of matrices have in common: examples in leading axes, and the words of their
/// rules.
#pragma once

#include <atomic>

#include "core/error.h"
#include "core/host.h"
#include "core/threads.h"
#include "core/view.h"
#include "core/work.h"
#include "graph/dependence.h"
#include "graph/primitive.h"

namespace wg {

/// The axes in front of the matrices, or of what there are `own` axes of.
std::span<const std::int64_t> leading_axes(std::span<const std::int64_t> shape, int own = 2);

/// Fails unless the operand is of matrices, of square ones.
void require_matrices(std::string_view operation, const Type& x);
void require_square(std::string_view operation, const Type& x);

/// Fails unless the last axes of an operand are `own`, and those in front broadcast to `leading`.
void require_examples(std::string_view operation, const Type& x,
                      std::span<const std::int64_t> leading,
                      std::initializer_list<std::int64_t> own);

/// The shape of as many matrices (m, n), or of vectors where m is negative.
Shape with_matrices(std::span<const std::int64_t> leading, std::int64_t m, std::int64_t n);

/// Right-hand sides b (..., n, k) of equations with matrices a (..., n, n): the type of solutions.
Type solution_type(std::string_view operation, const Type& a, const Type& b, DType dtype);

/// Where the matrix, or vector, of each example lies in a dense operand whose leading axes
/// broadcast to those of the result.
class Examples {
 public:
  Examples(const View& operand, std::span<const std::int64_t> leading, int own = 2);
  std::byte* operator[](std::int64_t example) const {
    return is_plain_ ? data_ + example * bytes_ : data_ + offset(example);
  }

 private:
  std::int64_t offset(std::int64_t example) const;

  std::byte* const data_;
  const std::span<const std::int64_t> leading_;
  std::int64_t bytes_ = 0;  // from one to the next, where all lie behind one another; 0: one is all
  bool is_plain_ = true;
  Dims steps_;  // in bytes, where they do not
};

/// A dense operand, or a dense copy in the workspace; and room for that.
View lying_densely(const View& operand, Workspace& work);
void add_dense(const View& operand, Work& work);

inline constexpr int most_threads = 16;  // with workspace of their own

/// Calls work(example, thread) for each example, on the pool if that is worth it, and returns the
/// number of the first one for which it gave false, or -1. `cost` is that of one, in nanoseconds.
template <class F>
std::int64_t first_failure(std::int64_t count, std::int64_t cost, const F& work) {
  constexpr std::int64_t worth = 50'000;
  const Unlocked unlocked(cost * count);
  std::atomic<std::int64_t> failed = count;
  const auto some = [&](std::int64_t begin, std::int64_t end, int thread) {
    for (std::int64_t i = begin; i < end; ++i) {
      if (work(i, thread)) continue;
      std::int64_t first = failed.load();
      while (i < first && !failed.compare_exchange_weak(first, i)) {
      }
      return;
    }
  };
  if (count * cost <= worth)
    some(0, count, 0);
  else
    threads::parallel_for(count, std::max<std::int64_t>(1, worth / std::max<std::int64_t>(cost, 1)),
                          static_cast<int>(std::min<std::int64_t>(count, most_threads)), some);
  return failed == count ? -1 : failed.load();
}
/// Memory for each of the threads that work on so many examples.
class ThreadMemory {
 public:
  ThreadMemory(std::int64_t examples, std::int64_t bytes, Workspace& work) {
    for (int i = 0; i < used(examples); ++i) memory_[i] = work.take(bytes);
  }
  static void add(std::int64_t examples, std::int64_t bytes, Work& work) {
    for (int i = 0; i < used(examples); ++i) work.add(bytes);
  }
  std::byte* operator[](int thread) const { return memory_[thread]; }

 private:
  static int used(std::int64_t examples) {
    return static_cast<int>(std::min<std::int64_t>(examples, most_threads));
  }
  std::byte* memory_[most_threads] = {};
};

/// `x`, or which example of it: x[2, 0].
std::string named_example(std::int64_t example, std::span<const std::int64_t> leading);

/// Identity matrices, as a constant beside `like`.
Var identity_matrix(std::int64_t n, const Var& like);
/// 1 on the diagonal, as a condition.
Var on_diagonal(std::int64_t n, const Var& like);
/// The diagonals, as vectors.
Var diagonal(const Var& x);
/// A vector as a matrix of one column, or of one row.
Var column(const Var& v);
Var row(const Var& v);
/// Numbers as matrices of one row and column.
Var as_matrices(const Var& x);
/// The columns of x, and then those of y.
Var side_by_side(const Var& x, const Var& y);
/// The conjugate of the transpose.
Var adjoint(const Var& x);
Var lower_triangle(const Var& x, std::int64_t to_diagonal = 0);
Var upper_triangle(const Var& x, std::int64_t from_diagonal = 0);

/// An operand of a batch rule with as many axes in front of its own as the others have.
Var with_leading_axes(const Var& x, bool is_batched, int own, int leading);

/// Every element of the output depends on all of its own example of the operand.
void state_examples(const Tensor& x, int number, int own, const Type& y, int result_axes,
                    Dependence& dependence);
/// On the elements in the same column of its example.
void state_columns(const Tensor& x, int number, const Type& y, Dependence& dependence);

}  // namespace wg
