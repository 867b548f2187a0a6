/// Convolutions, and their inverse in one dimension: filters with and without feedback.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// y[i] = sum_j x[i + start - j] k[j] over the last axes, as many as `start` has, of which y has
/// `lengths`; what lies outside of x is zero. Axes in front broadcast. Any part of a convolution is
/// one, and so are its derivatives, with an operand backwards.
struct Convolve : StructuralDefaults {
  static constexpr std::string_view name = "convolve";
  static constexpr int arity = 2;
  static constexpr unsigned reads[4] = {2, 1, 0, 0};
  Dims start{0}, lengths{0};
  static constexpr auto parameters = members(Member<Convolve, Dims>{"start", &Convolve::start},
                                             Member<Convolve, Dims>{"lengths", &Convolve::lengths});

  Type infer(std::span<const Type> x) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t i, std::span<const View> x, const View& y) {
    return is_complex(x[i].dtype) ? y.dtype : real_part(y.dtype);
  }
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// y[i] = x[i] - a[0] y[i - 1] - a[1] y[i - 2] - ... along the last axis, from y = 0 before it;
/// `reverse` runs from its end. Axes in front of a's broadcast to those of x. The transpose in x is
/// the same, run from the other end.
struct Recur : StructuralDefaults {
  static constexpr std::string_view name = "recur";
  static constexpr int arity = 2;
  static constexpr unsigned reads[4] = {2, 2 | reads_output, 0, 0};
  static constexpr bool takes_dense = true;
  static constexpr unsigned shares = 1;
  bool reverse = false;
  static constexpr auto parameters = members(Member<Recur, bool>{"reverse", &Recur::reverse});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

}  // namespace wg
