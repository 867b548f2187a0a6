/// Primitives that reduce axes to one element.
#pragma once

#include "kernels/loops.h"
#include "primitives/structural.h"

namespace wg {

/// Axes are negative: they count from the end. They are dropped, or kept with length one.
struct Reduction : StructuralDefaults {
  static constexpr int arity = 1;
  Dims axes;
  bool keepdims = false;
  static constexpr auto parameters =
      members(Member<Reduction, Dims>{"axes", &Reduction::axes},
              Member<Reduction, bool>{"keepdims", &Reduction::keepdims});

  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;

 protected:
  Shape shape(std::string_view operation, std::span<const std::int64_t> x) const;
  Shape column(std::span<const std::int64_t> x) const;
  /// Joins the elements of x, as they lie or in a dense copy.
  void join(Fold by, const View& x, const View& y, Workspace& work) const;
  /// The cotangent of the result at each element of x.
  Var spread(const Var& ct, std::span<const std::int64_t> x) const;
};

/// Integers and booleans are summed as int64.
struct Sum : Reduction {
  static constexpr std::string_view name = "sum";

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// The derivative multiplies the other factors: it does not divide, so zeros are as good as any
/// number.
struct Prod : Reduction {
  static constexpr std::string_view name = "prod";
  static constexpr unsigned reads[4] = {1, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// NaN is the result where there is one. Ties share the cotangent equally.
template <Fold fold> struct Extremum : Reduction {
  static constexpr std::string_view name = fold == Fold::greatest ? "max" : "min";
  static constexpr unsigned reads[4] = {1 | reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

using Max = Extremum<Fold::greatest>;
using Min = Extremum<Fold::least>;

/// Of x and its extremum, with axes of length one: the part of the extremum's cotangent that each
/// element receives. It is constant but at ties.
struct ExtremumShare : StructuralDefaults {
  static constexpr std::string_view name = "extremum_share";
  static constexpr int arity = 2;
  static constexpr bool is_differentiable = false;
  static constexpr unsigned shares = 1;
  Dims axes;
  static constexpr auto parameters =
      members(Member<ExtremumShare, Dims>{"axes", &ExtremumShare::axes});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// Whether an element, or every element, is not zero.
template <Fold fold> struct Truth : Reduction {
  static constexpr std::string_view name = fold == Fold::greatest ? "any" : "all";
  static constexpr bool is_differentiable = false;

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
};

using Any = Truth<Fold::greatest>;
using All = Truth<Fold::least>;

/// The first position of the largest, or smallest, element along a negative axis; of the first NaN,
/// if there is one.
template <Fold fold> struct ExtremumPosition : StructuralDefaults {
  static constexpr std::string_view name = fold == Fold::greatest ? "argmax" : "argmin";
  static constexpr int arity = 1;
  static constexpr bool is_differentiable = false;
  static constexpr bool takes_dense = true;
  std::int64_t axis = -1;
  bool keepdims = false;
  static constexpr auto parameters =
      members(Member<ExtremumPosition, std::int64_t>{"axis", &ExtremumPosition::axis},
              Member<ExtremumPosition, bool>{"keepdims", &ExtremumPosition::keepdims});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
};

using Argmax = ExtremumPosition<Fold::greatest>;
using Argmin = ExtremumPosition<Fold::least>;

Var sum(const Var& x, Dims axes, bool keepdims = false);

Var extremum_share(const Var& x, const Var& y, Dims axes);

/// Sums over the axes along which a value of `shape` was broadcast to the shape of x.
Var sum_to(const Var& x, std::span<const std::int64_t> shape);
/// The same of an array, unrecorded.
Array sum_to(const Array& x, std::span<const std::int64_t> shape);

/// `shape` without the given negative axes, or with ones in their places.
Shape reduced_shape(std::span<const std::int64_t> shape, const Dims& axes, bool keepdims);

}  // namespace wg
