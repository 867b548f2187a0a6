/// Discrete Fourier transforms over several axes at once. They are linear, and their transposes are
/// themselves: the matrix of a transform is symmetric.
#pragma once

#include "primitives/structural.h"

namespace wg {

/// What the transforms have in common: negative axes, each named once, and which direction is
/// scaled, in NumPy's words: "backward", "ortho" or "forward".
struct Fourier : StructuralDefaults {
  static constexpr int arity = 1;
  Dims axes{-1};
  std::string norm = "backward";

  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const;

 protected:
  void check(std::string_view operation, const Type& x) const;
};

/// The transform, or its inverse, of complex or of real numbers: the result is complex.
struct Fft : Fourier {
  static constexpr std::string_view name = "fft";
  static constexpr unsigned shares = 1;
  bool inverse = false;
  static constexpr auto parameters =
      members(Member<Fft, Dims>{"axes", &Fft::axes}, Member<Fft, bool>{"inverse", &Fft::inverse},
              Member<Fft, std::string>{"norm", &Fft::norm});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View> x, const View& y) {
    return is_complex(x[0].dtype) ? y.dtype : real_part(y.dtype);
  }
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// The transform of real numbers: of the last of the axes the first half, which the other mirrors.
struct Rfft : Fourier {
  static constexpr std::string_view name = "rfft";
  static constexpr auto parameters = members(Member<Rfft, Dims>{"axes", &Rfft::axes},
                                             Member<Rfft, std::string>{"norm", &Rfft::norm});

  Type infer(std::span<const Type> x) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) {
    return real_part(y.dtype);
  }
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

/// Real numbers from the half of their spectrum: `length` of them along the last of the axes, which
/// the half does not tell.
struct Irfft : Fourier {
  static constexpr std::string_view name = "irfft";
  static constexpr bool is_holomorphic = false;
  std::int64_t length = 1;
  static constexpr auto parameters = members(Member<Irfft, Dims>{"axes", &Irfft::axes},
                                             Member<Irfft, std::int64_t>{"length", &Irfft::length},
                                             Member<Irfft, std::string>{"norm", &Irfft::norm});

  Type infer(std::span<const Type> x) const;
  void add_work(std::span<const View> x, const View& y, Work& work) const;
  void evaluate(std::span<const View> x, const View& y, Workspace& work) const;
  static DType given_dtype(std::size_t, std::span<const View>, const View& y) {
    return complex_of(y.dtype);
  }
  Contribution vjp(std::span<const Var> x, const Var& y, const Var& ct) const;
  Var jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const;
};

}  // namespace wg
