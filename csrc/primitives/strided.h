/// Parts of an array by strides over its elements in C order: what views of views come to, and what
/// stores in such parts in place.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The elements of x, counted in C order, from `offset` on and `strides` apart: a view where x is
/// dense.
struct AsStrided : StructuralDefaults {
  static constexpr std::string_view name = "as_strided";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 1;
  static constexpr bool gives_view = true;
  static constexpr bool takes_dense = true;
  Dims shape, strides;
  std::int64_t offset = 0;
  static constexpr auto parameters =
      members(Member<AsStrided, Dims>{"shape", &AsStrided::shape},
              Member<AsStrided, Dims>{"strides", &AsStrided::strides},
              Member<AsStrided, std::int64_t>{"offset", &AsStrided::offset});

  Type infer(std::span<const Type> x) const;
  bool view(const Type& x, Viewed& y) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// A base plus an update at such a part, which names no element twice.
struct AddAtStrided : StructuralDefaults {
  static constexpr std::string_view name = "add_at_strided";
  static constexpr int arity = 2;
  Dims shape, strides;
  std::int64_t offset = 0;
  static constexpr auto parameters =
      members(Member<AddAtStrided, Dims>{"shape", &AddAtStrided::shape},
              Member<AddAtStrided, Dims>{"strides", &AddAtStrided::strides},
              Member<AddAtStrided, std::int64_t>{"offset", &AddAtStrided::offset});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  static constexpr unsigned shares = 1;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// A base with an update in the place of such a part, which names no element twice.
struct SetAtStrided : StructuralDefaults {
  static constexpr std::string_view name = "set_at_strided";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 2;
  Dims shape, strides;
  std::int64_t offset = 0;
  static constexpr auto parameters =
      members(Member<SetAtStrided, Dims>{"shape", &SetAtStrided::shape},
              Member<SetAtStrided, Dims>{"strides", &SetAtStrided::strides},
              Member<SetAtStrided, std::int64_t>{"offset", &SetAtStrided::offset});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  static constexpr unsigned shares = 1;
  void vjp(std::span<const Var> x, const Var& y, Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<Var> x, std::span<const bool> is_batched) const;
};

}  // namespace wg
