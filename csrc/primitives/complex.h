/// Primitives of complex numbers that are real-linear, or not even that. The pairing of a cotangent
/// with a tangent is Re(sum(ct t)); no rule conjugates for any other reason than that its function
/// does.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// A function of one complex operand, element by element.
struct ComplexUnary : StructuralDefaults {
  static constexpr bool is_holomorphic = false;
  static constexpr int arity = 1;
  static constexpr Sparsity depends = Sparsity::same;

 protected:
  /// Fails with a word on what serves real operands where the operand is real.
  static void check(std::string_view operation, const Type& z, std::string_view instead);
};

/// Of a real operand, itself.
struct Real : ComplexUnary {
  static constexpr std::string_view name = "real";
  static constexpr bool gives_view = true;

  Type infer(std::span<const Type> x) const;
  bool view(const Type& x, Viewed& y) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

struct Imag : ComplexUnary {
  static constexpr std::string_view name = "imag";
  static constexpr bool gives_view = true;

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// Of a real operand, itself.
struct Conjugate : ComplexUnary {
  static constexpr std::string_view name = "conjugate";
  static constexpr bool keeps_order = true;
  static constexpr unsigned shares = 1;

  Type infer(std::span<const Type> x) const;
  bool view(const Type& x, Viewed& y) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// |z|. Its derivative at 0 is 0.
struct Modulus : ComplexUnary {
  static constexpr std::string_view name = "modulus";
  static constexpr bool keeps_order = true;
  static constexpr unsigned reads[4] = {1, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// z / |z|, the sign of a complex number; 0, and of derivative 0, at 0.
struct Direction : ComplexUnary {
  static constexpr std::string_view name = "direction";
  static constexpr bool keeps_order = true;
  static constexpr unsigned shares = 1;
  static constexpr unsigned reads[4] = {1 | reads_output, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// In radians, from -pi to pi.
struct Angle : ComplexUnary {
  static constexpr std::string_view name = "angle";
  static constexpr bool keeps_order = true;
  static constexpr unsigned reads[4] = {1, 0, 0, 0};

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// Two real operands, broadcast, as the parts of one complex number.
struct Complex : StructuralDefaults {
  static constexpr std::string_view name = "complex";
  static constexpr bool keeps_order = true;
  static constexpr Sparsity depends = Sparsity::same;
  static constexpr int arity = 2;

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) {
    return real_part(y.dtype);
  }
  void vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
           std::span<Contribution> contributions) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
  Var batch(std::span<const Var> x, std::span<const bool> is_batched) const;
};

/// Of real values, themselves, or zero.
Var real_part(const Var& z);
Var imaginary_part(const Var& z);
Var conjugate(const Var& z);
Var modulus(const Var& z);
Var direction(const Var& z);
Var from_parts(const Var& re, const Var& im);

}  // namespace wg
