/// The language of functions that are computed number by number, of up to four operands. Their
/// partials are formulas, evaluated on a Var, a Probe and a Text; their values are not.
#pragma once

#include "formulas/formula.h"

namespace wg {

/// Names an operand by its place.
template <int i> struct At {};

/// What every such function has unless it says otherwise. It states `name`, a `summary`, the names
/// of its `operands`, and, for each operand that it has a derivative in, an overload of
/// `partial(At<i>, operands..., result)`.
template <int count> struct Pointwise {
  static constexpr int arity = count;
  static constexpr bool is_complex_too = false;  // in the last operand
  static constexpr bool is_from_scipy = true;    // else from kernels/point_functions.h
  static constexpr std::string_view entry{};     // in scipy.special.cython_special, if not `name`
  static constexpr int output = 0;               // of an entry of several
  static constexpr void partial() {}             // no operand: there are derivatives in those named
};

/// One that the library computes itself.
template <int count> struct OwnPointwise : Pointwise<count> {
  static constexpr bool is_from_scipy = false;
};

inline constexpr Function<struct ArctanRootDerivative> arctan_root_derivative{};
inline constexpr Function<struct BesselFar> bessel_far{};
inline constexpr Function<struct BoxcoxDerivative> boxcox_derivative{};
inline constexpr Function<struct Boxcox1pDerivative> boxcox1p_derivative{};
inline constexpr Function<struct ErfcxTail> erfcx_tail{};
inline constexpr Function<struct ExprelDerivative> exprel_derivative{};
inline constexpr Function<struct InverseMillsTail> inverse_mills_tail{};
inline constexpr Function<struct IvRatio> iv_ratio{};
inline constexpr Function<struct IveRatio> ive_ratio{};
inline constexpr Function<struct Log1prelDerivative> log1prel_derivative{};
inline constexpr Function<struct Polygamma> polygamma{};
inline constexpr Function<struct SincRootDerivative> sinc_root_derivative{};

}  // namespace wg
