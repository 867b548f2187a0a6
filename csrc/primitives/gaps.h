/// Quotients by differences of eigenvalues, of which some may be zero.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// c_ij / (v_j - u_i) over the last two axes of c. Where the difference is zero, up to rounding, so
/// is the result if c_ij is, beside the largest element of its matrix in the last operand; and
/// otherwise what is asked for depends on a choice that nothing determines, which is an error that
/// names the pair. The last operand receives no cotangent.
struct DivideByGaps : StructuralDefaults {
  static constexpr std::string_view name = "divide_by_gaps";
  static constexpr int arity = 4;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {6, 6 | reads_output, 6 | reads_output, 0};
  /// Of what kind element (i, i) is.
  enum Diagonal : std::int64_t { plain, zero, zero_asked };
  std::string what;  // whose eigenvalues, for the error
  std::int64_t diagonal =
      0;  // plain; zero: none of them counts; zero_asked: that c is zero is seen
  static constexpr auto parameters =
      members(Member<DivideByGaps, std::string>{"what", &DivideByGaps::what},
              Member<DivideByGaps, std::int64_t>{"diagonal", &DivideByGaps::diagonal});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View> x, const View& y) {
    if (i == 3) return x[3].dtype;
    return i == 0 || is_complex(x[i].dtype) ? y.dtype : real_part(y.dtype);
  }
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;

 private:
  Var again(const Var& c, const Var& u, const Var& v) const;
};

/// Fails where elements (i, j) of a cotangent ask for vectors of values that coincide, one by one.
/// `scale` is what they are measured by, c itself if it is not given.
void require_nothing_of_multiples(const char* what, const Var& c, const Var& values,
                                  const Var& scale = {});
/// The same of values whose vectors are differentiated as well: what is asked of equal ones must
/// be equal, or the function has a derivative there that values and vectors do not know.
void require_equal_for_multiples(const char* what, const Var& cts, const Var& values);

Var divide_by_gaps(const char* what, const Var& c, const Var& u, const Var& v,
                   DivideByGaps::Diagonal diagonal, const Var& scale);

}  // namespace wg
