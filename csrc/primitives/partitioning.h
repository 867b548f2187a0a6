/// Primitives that sort along a negative axis as far as the elements of some places need it.
#pragma once

#include "primitives/structural.h"

namespace wg {

struct Partitioning : StructuralDefaults {
  static constexpr bool takes_dense = true;
  std::int64_t axis = -1;
  Dims kth;  // negative ones count from the end
  static constexpr auto parameters =
      members(Member<Partitioning, std::int64_t>{"axis", &Partitioning::axis},
              Member<Partitioning, Dims>{"kth", &Partitioning::kth});

  void add_work(std::span<const View> x, const View& y, Work& work) const;
};

/// The element of each place in kth where sorting puts it, lesser ones before it and greater ones
/// behind. Elements equal to one of these stand together, and share their cotangents equally.
struct Partition : Partitioning {
  static constexpr std::string_view name = "partition";
  static constexpr int arity = 1;
  static constexpr unsigned reads[4] = {1 | reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The positions that the elements of a partition come from.
struct Argpartition : Partitioning {
  static constexpr std::string_view name = "argpartition";
  static constexpr int arity = 1;
  static constexpr bool is_differentiable = false;

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

}  // namespace wg
