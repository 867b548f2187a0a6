/// Indexing: parts of an array by integers and slices (views) or by arrays of integers (copies),
/// and what adds to or stores in
/// such parts in place.
#pragma once

#include "primitives/basic_index.h"
#include "primitives/structural.h"

namespace wg {

/// x[i, a:b:s, None]: a view.
struct Slice : StructuralDefaults {
  static constexpr std::string_view name = "slice";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 1;
  static constexpr bool gives_view = true;
  Dims index;  // basic_index
  static constexpr auto parameters = members(Member<Slice, Dims>{"index", &Slice::index});

  Type infer(std::span<const Type> x) const;
  bool view(const Type& x, Viewed& y) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// A base plus an update at x[i, a:b:s, None].
struct AddAtSlice : StructuralDefaults {
  static constexpr std::string_view name = "add_at_slice";
  static constexpr int arity = 2;
  Dims index;  // basic_index
  static constexpr auto parameters = members(Member<AddAtSlice, Dims>{"index", &AddAtSlice::index});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  static constexpr unsigned shares = 1;
  bool put(Array& base, const Array& update) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// A base with an update in the place of x[i, a:b:s, None].
struct SetAtSlice : StructuralDefaults {
  static constexpr std::string_view name = "set_at_slice";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int arity = 2;
  Dims index;  // basic_index
  static constexpr auto parameters = members(Member<SetAtSlice, Dims>{"index", &SetAtSlice::index});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) { return y.dtype; }
  static constexpr unsigned shares = 1;
  bool put(Array& base, const Array& update) const;
  bool take_out(Array& ct, Array& part) const;
  void vjp(std::span<const Var> x, const Var& y, Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<Var> x, std::span<const bool> is_batched) const;
};

/// x[..., i0, i1, ...] with arrays of integers, one for each of some axes of x, which broadcast to
/// one block of indices. The block's axes stand in front of the last `behind` of the axes that are
/// kept. Operands are x and the index arrays.
struct Gather : StructuralDefaults {
  static constexpr std::string_view name = "gather";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int first_index = 1;
  static constexpr int arity = -1;
  Dims axes;  // of x, negative, one for each index array
  std::int64_t behind = 0;
  static constexpr auto parameters =
      members(Member<Gather, Dims>{"axes", &Gather::axes},
              Member<Gather, std::int64_t>{"behind", &Gather::behind});
  static constexpr unsigned reads[4] = {0x7ffffffe, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t i, std::span<const View>, const View& y) {
    return i == 0 ? y.dtype : DType::int64;
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// A base plus an update at what Gather takes: an index that occurs twice is added to twice, in
/// order. Operands are base, update and the index arrays.
struct AddAt : StructuralDefaults {
  static constexpr std::string_view name = "add_at";
  static constexpr int first_index = 2;
  static constexpr int arity = -1;
  Dims axes;  // of the base, negative, one for each index array
  std::int64_t behind = 0;
  static constexpr auto parameters = members(Member<AddAt, Dims>{"axes", &AddAt::axes},
                                             Member<AddAt, std::int64_t>{"behind", &AddAt::behind});
  static constexpr unsigned reads[4] = {0, 0x7ffffffc, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t i, std::span<const View>, const View& y) {
    return i < 2 ? y.dtype : DType::int64;
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  static constexpr unsigned shares = 1;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// A base with an update in the place of what Gather takes: of an index that occurs twice, the last
/// stays. Operands are base, update and the index arrays.
struct SetAt : StructuralDefaults {
  static constexpr std::string_view name = "set_at";
  static constexpr Sparsity depends = Sparsity::moved;
  static constexpr int first_index = 2;
  static constexpr int arity = -1;
  Dims axes;  // of the base, negative, one for each index array
  std::int64_t behind = 0;
  static constexpr auto parameters = members(Member<SetAt, Dims>{"axes", &SetAt::axes},
                                             Member<SetAt, std::int64_t>{"behind", &SetAt::behind});
  static constexpr unsigned reads[4] = {0x7ffffffc, 0x7ffffffc, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t i, std::span<const View>, const View& y) {
    return i < 2 ? y.dtype : DType::int64;
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  static constexpr unsigned shares = 1;
  void vjp(std::span<const Var> x, const Var& y, Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<Var> x, std::span<const bool> is_batched) const;
};

Var slice(const Var& x, Dims index);
/// `count` elements from `start` on along a negative axis.
Var slice_axis(const Var& x, int axis, std::int64_t start, std::int64_t count,
               std::int64_t step = 1);
Var add_at_slice(Var base, Var update, Dims index);
Var set_at_slice(Var base, Var update, Dims index);
Var gather(const Var& x, std::span<const Var> indices, Dims axes, std::int64_t behind);
Var add_at(Var base, Var update, std::span<const Var> indices, Dims axes, std::int64_t behind);
Var set_at(Var base, Var update, std::span<const Var> indices, Dims axes, std::int64_t behind);
/// A part of what will be written to, in memory of its own.
Var apart(Var part);

/// Zeros of a shape, in the language of rules.
Var zeros(Builder& builder, DType dtype, std::span<const std::int64_t> shape);
inline Var zeros_like(const Var& x) { return zeros(*x.builder, x.dtype(), x.shape()); }
/// An operand of a batch rule with its batch axis, `n` long: repeated, if it has none.
Var with_batch_axis(Var x, bool is_batched, std::int64_t n);
/// The length of the batch axis of the operands of a batch rule.
std::int64_t batch_length(std::span<const Var> x, std::span<const bool> is_batched);

}  // namespace wg
