/// What is chosen among equal values of a spectrum: the vectors that a direction singles out.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// Vectors v (..., m, n) of values w (..., n) in their order, turned within those of equal values
/// so that the Hermitian m (..., n, n), which is V^H dx V or its like, is diagonal there: along
/// that direction these are the vectors that move continuously. Where m is diagonal already they
/// stay. Of a function of x, what is asked of equal values must be equal: the last operand, or none
/// if it is w. What is turned has no derivative of its own, and neither has how it turns with m: an
/// error that names the pair.
struct Aligned : StructuralDefaults {
  static constexpr std::string_view name = "aligned";
  static constexpr int arity = 4;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {3 | reads_output, 0, 3 | reads_output, 0};
  std::string what;  // whose values, for the error
  bool descends = false;
  static constexpr auto parameters = members(Member<Aligned, std::string>{"what", &Aligned::what},
                                             Member<Aligned, bool>{"descends", &Aligned::descends});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View>, const View& y) {
    return i == 1 || i == 3 ? real_part(y.dtype) : y.dtype;
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// How the values w (..., n) of a matrix move along a direction with m (..., n, n), as above: by
/// the diagonal of m, and equal values by the eigenvalues of their block of m, in the order of w.
/// Further operands are the frame of the matrix (primitives/frames.h), which is given the vectors
/// that the direction singles out, and the vectors of either side.
struct AlignedValues : StructuralDefaults {
  static constexpr std::string_view name = "aligned_values";
  static constexpr int arity = 5;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {3, 0, 27, 0};
  std::string what;
  bool descends = false;
  static constexpr auto parameters =
      members(Member<AlignedValues, std::string>{"what", &AlignedValues::what},
              Member<AlignedValues, bool>{"descends", &AlignedValues::descends});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View> x, const View& y) {
    if (i > 1) return x[i].dtype;
    return i == 0 && is_complex(x[0].dtype) ? complex_of(y.dtype) : y.dtype;
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The rules of vectors y, which are x[0] of values x[1] turned within those of equal values as
/// x[2] says: they pass where nothing was turned, and would not be.
void pull_turned(const char* what, std::span<const Var> x, const Var& y, const Var& ct,
                 Wanted wanted, std::span<Contribution> contributions);
Var push_turned(const char* what, std::span<const Var> x, const Var& y, std::span<const Var> t);

}  // namespace wg
