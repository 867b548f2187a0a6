/// Primitives that reduce axes to one element.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// Axes are negative: they count from the end. They are dropped, or kept with length one.
struct Reduction : StructuralDefaults {
  static constexpr int arity = 1;
  static constexpr bool takes_dense = true;
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
};

/// Integers and booleans are summed as int64.
struct Sum : Reduction {
  static constexpr std::string_view name = "sum";

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
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
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// NaN is the result where there is one. Ties share the cotangent equally.
struct Max : Reduction {
  static constexpr std::string_view name = "max";
  static constexpr unsigned reads[4] = {1 | reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// NaN is the result where there is one. Ties share the cotangent equally.
struct Min : Reduction {
  static constexpr std::string_view name = "min";
  static constexpr unsigned reads[4] = {1 | reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

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

/// Whether an element is not zero.
struct Any : Reduction {
  static constexpr std::string_view name = "any";
  static constexpr bool is_differentiable = false;

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// Whether no element is zero.
struct All : Reduction {
  static constexpr std::string_view name = "all";
  static constexpr bool is_differentiable = false;

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// The first position of the largest element along a negative axis; of the first NaN, if there is
/// one.
struct Argmax : StructuralDefaults {
  static constexpr std::string_view name = "argmax";
  static constexpr int arity = 1;
  static constexpr bool is_differentiable = false;
  static constexpr bool takes_dense = true;
  std::int64_t axis = -1;
  bool keepdims = false;
  static constexpr auto parameters = members(Member<Argmax, std::int64_t>{"axis", &Argmax::axis},
                                             Member<Argmax, bool>{"keepdims", &Argmax::keepdims});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// The first position of the smallest element.
struct Argmin : StructuralDefaults {
  static constexpr std::string_view name = "argmin";
  static constexpr int arity = 1;
  static constexpr bool is_differentiable = false;
  static constexpr bool takes_dense = true;
  std::int64_t axis = -1;
  bool keepdims = false;
  static constexpr auto parameters = members(Member<Argmin, std::int64_t>{"axis", &Argmin::axis},
                                             Member<Argmin, bool>{"keepdims", &Argmin::keepdims});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

Var sum(const Var& x, Dims axes, bool keepdims = false);

Var extremum_share(const Var& x, const Var& y, Dims axes);

/// Sums over the axes along which a value of `shape` was broadcast to the shape of x.
Var sum_to(const Var& x, std::span<const std::int64_t> shape);
/// The same of an array, unrecorded.
Array sum_to(const Array& x, std::span<const std::int64_t> shape);

/// `shape` without the given negative axes, or with ones in their places.
Shape reduced_shape(std::span<const std::int64_t> shape, const Dims& axes, bool keepdims);

}  // namespace wg
