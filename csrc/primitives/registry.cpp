#include "primitives/registry.h"

#include <vector>

#include "core/error.h"
#include "primitives/aligned.h"
#include "primitives/banded.h"
#include "primitives/cholesky.h"
#include "primitives/complex.h"
#include "primitives/convolution.h"
#include "primitives/cumulative.h"
#include "primitives/determinant.h"
#include "primitives/distances.h"
#include "primitives/eigen.h"
#include "primitives/fourier.h"
#include "primitives/frames.h"
#include "primitives/gaps.h"
#include "primitives/hermitian.h"
#include "primitives/indexing.h"
#include "primitives/last_at.h"
#include "primitives/log_determinant.h"
#include "primitives/lu.h"
#include "primitives/matmul.h"
#include "primitives/movement.h"
#include "primitives/partitioning.h"
#include "primitives/pointwise.h"
#include "primitives/pseudoinverse.h"
#include "primitives/qr.h"
#include "primitives/reduction.h"
#include "primitives/scan.h"
#include "primitives/selection.h"
#include "primitives/shape.h"
#include "primitives/sorting.h"
#include "primitives/sparse.h"
#include "primitives/spectral_sums.h"
#include "primitives/strided.h"
#include "primitives/svd.h"
#include "primitives/triangular.h"

namespace wg {
namespace {

template <class... P> struct Structural {
  static constexpr const Primitive* rows[] = {&structural_row_of<P>...};
};

using Rows =
    Structural<Identity, Convert, Reshape, BroadcastTo, Transpose, Flip, Concatenate, Stack, Slice,
               AddAtSlice, SetAtSlice, AsStrided, AddAtStrided, SetAtStrided, Gather, AddAt, SetAt,
               LastAt, Sum, Prod, Max, Min, ExtremumShare, Any, All, Argmax, Argmin, Cumsum,
               Cumprod, Recurrence, Scan, Sort, Argsort, Partition, Argpartition, Searchsorted,
               AverageTies, Where, Triangle, Real, Imag, Conjugate, Modulus, Direction, Angle,
               Complex, Matmul, Fft, Rfft, Irfft, Convolve, Recur, SquaredDistances,
               WeightedDifferences, ProjectedDifferences>;

using LinearAlgebra =
    Structural<SparseMatmul, SampledProduct, TriangularSolve, BandedSolve, BandedMatmul,
               BandOfProduct, Cholesky, Solve, LuSolve, LuOrder, Determinant, Cofactors,
               LogDeterminant, SignDeterminant, Pseudoinverse, Eigvals, DivideByGaps, Aligned,
               AlignedValues, FrameRanks, InFrame, EigenSum, SingularSum>;

template <class... P> void add_factorizations(std::vector<const Primitive*>& rows) {
  (rows.push_back(&factorization_row<P>()), ...);
}

}  // namespace

std::span<const Primitive* const> registry() {
  static const std::vector<const Primitive*> all = [] {
    std::vector<const Primitive*> rows;
    for (const Primitive& row : elementwise_rows()) rows.push_back(&row);
    for (const Primitive& row : pointwise_rows()) rows.push_back(&row);
    rows.insert(rows.end(), std::begin(Rows::rows), std::end(Rows::rows));
    rows.insert(rows.end(), std::begin(LinearAlgebra::rows), std::end(LinearAlgebra::rows));
    add_factorizations<Lu, Qr, Svd, Svdvals, Eigh, Eigvalsh, Eig>(rows);
    return rows;
  }();
  return all;
}

const Primitive& primitive_named(std::string_view name) {
  for (const Primitive* row : registry()) {
    if (row->name == name) return *row;
  }
  fail<ShapeError>("primitive: no primitive is named '", name, "'");
}

const Primitive& identity_primitive() { return structural_row_of<Identity>; }

}  // namespace wg
