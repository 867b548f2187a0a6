/// Primitives that change a value's shape or dtype and nothing else.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The value as a new node: the fresh leaf of a transform.
struct Identity : StructuralDefaults {
  static constexpr std::string_view name = "identity";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 1;

  Type infer(std::span<const Type> x) const { return x[0]; }
  bool view(const Type& x, Viewed& y) const {
    y.type = x;
    return true;
  }
  Contribution vjp(std::span<const Var>, const Var&, const Var& ct) const { return ct; }
  Var jvp(std::span<const Var>, const Var&, std::span<Var> t) const { return t[0]; }
  Var batch(std::span<const Var> x, std::span<const bool>) const { return x[0]; }
};

/// ndarray.astype. Between inexact dtypes the derivative passes; to or from others it is zero.
struct Convert : StructuralDefaults {
  static constexpr std::string_view name = "convert";
  static constexpr bool keeps_order = true;
  static constexpr int arity = 1;
  DType dtype = DType::float64;
  static constexpr auto parameters = members(Member<Convert, DType>{"dtype", &Convert::dtype});

  Type infer(std::span<const Type> x) const { return {dtype, x[0].layout}; }
  bool view(const Type& x, Viewed& y) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The elements in C order under another shape of the same size.
struct Reshape : StructuralDefaults {
  static constexpr std::string_view name = "reshape";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 1;
  static constexpr bool gives_view = true;
  Shape shape;
  static constexpr auto parameters = members(Member<Reshape, Shape>{"shape", &Reshape::shape});

  Type infer(std::span<const Type> x) const;
  bool view(const Type& x, Viewed& y) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// A view that repeats axes of length one, and leading axes that are not there.
struct BroadcastTo : StructuralDefaults {
  static constexpr std::string_view name = "broadcast_to";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 1;
  static constexpr bool gives_view = true;
  Shape shape;
  static constexpr auto parameters =
      members(Member<BroadcastTo, Shape>{"shape", &BroadcastTo::shape});

  Type infer(std::span<const Type> x) const;
  bool view(const Type& x, Viewed& y) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;

 private:
  void check(std::span<const std::int64_t> x) const;
};

Var convert(const Var& x, DType dtype);
Var reshape(const Var& x, Shape shape);
Var broadcast_to(const Var& x, Shape shape);

/// A batched value of lower rank, with axes of length one put behind its batch axis.
Var lift(const Var& x, int rank);

}  // namespace wg
