/// How the vectors that one node chose among those of equal values are told to another.
///
/// A function of equal values that treats them alike is differentiated twice in reverse by two
/// rules: one turns a cotangent of its gradient into cotangents of what is asked of the values (or,
/// over forward mode, of how they move), and one that into a cotangent of the matrix. What lies
/// between them is numbers, one for each value, and both must hold them for numbers of the same
/// vectors: those that diagonalise the cotangent within the block of equal values. So the node of
/// the values has a second result, zeros of the shape of the matrix, its *frame*. The first rule
/// gives it, in the place of a cotangent, the sum of r_j u_j v_j^H over the vectors that it chose,
/// with ranks r that no two vectors of a block have in common; the second finds the vectors there.
/// If several rules gave it theirs, ranks are those of none of them, which is an error.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// The ranks of vectors of values w (..., n) along a direction with m (..., n, n): 1/b to 1 within
/// b equal values where m is no multiple of the identity, and otherwise 0, since any vectors do.
struct FrameRanks : StructuralDefaults {
  static constexpr std::string_view name = "frame_ranks";
  static constexpr int arity = 2;
  static constexpr bool is_differentiable = false;
  static constexpr bool takes_dense = true;
  bool descends = false;
  static constexpr auto parameters =
      members(Member<FrameRanks, bool>{"descends", &FrameRanks::descends});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View> x, const View& y) {
    return i == 1 && is_complex(x[1].dtype) ? complex_of(y.dtype) : y.dtype;
  }
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// Vectors v (..., m, n) of values w (..., n), turned within those of equal values to the ones that
/// a frame was given: f (..., n, n) is U^H F V of it.
struct InFrame : StructuralDefaults {
  static constexpr std::string_view name = "in_frame";
  static constexpr int arity = 3;
  static constexpr bool is_fallible = true;
  static constexpr bool takes_dense = true;
  static constexpr unsigned reads[4] = {3 | reads_output, 0, 3 | reads_output, 0};
  std::string what;  // whose values, for the error
  bool descends = false;
  static constexpr auto parameters = members(Member<InFrame, std::string>{"what", &InFrame::what},
                                             Member<InFrame, bool>{"descends", &InFrame::descends});

  Type infer(std::span<const Type> x) const;
  static DType given_dtype(std::size_t i, std::span<const View>, const View& y) {
    return i == 1 ? real_part(y.dtype) : y.dtype;
  }
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;
};

/// The frame as the node of the values makes it.
void write_empty_frame(const View& y);
/// What a frame is given of vectors u and v of values w, aligned with m.
Var given_to_frame(const Var& u, const Var& v, const Var& w, const Var& m, bool descends);

/// The leading axes of all operands, each of which has so many axes of its own; and operands of a
/// batch rule with all of these.
Shape joined_leading(std::string_view name, std::span<const Type> x, std::span<const int> own);
std::vector<Var> with_joined_leading(std::span<const Var> x, std::span<const bool> is_batched,
                                     std::span<const int> own);

/// What errors say of reverse mode where forward mode over reverse mode may have a derivative.
inline constexpr char in_reverse_mode[] =
    " (in reverse mode; forward over reverse mode, as wg.hessian, knows more)";

}  // namespace wg
