/// The formulas whose value no other formula expresses: each kind of lane defines those it has.
#pragma once

namespace wg {

struct Absolute;
struct Difference;
struct Reciprocal;
struct Sign;

struct Exp;
struct Exp2;
struct Expit;
struct Expm1;
struct Log;
struct Log10;
struct Log1p;
struct Log2;
struct Logaddexp;
struct Logaddexp2;

struct Cbrt;
struct Hypot;
struct Hypot1;
struct Power;
struct Sqrt;

struct Arccos;
struct Arcsin;
struct Arctan;
struct Arctan2;
struct Cos;
struct Sin;
struct Tan;

struct Arccosh;
struct Arcsinh;
struct Arctanh;
struct Cosh;
struct Sinh;
struct Tanh;

struct Erf;
struct Erfc;

struct Ceil;
struct Exponent;
struct Floor;
struct FloorDivide;
struct Fmod;
struct Nextafter;
struct Remainder;
struct Rint;
struct Scaleb;
struct Significand;
struct Spacing;
struct Trunc;

struct Copysign;
struct Exceeds;
struct Fmax;
struct Fmin;
struct Heaviside;
struct Maximum;
struct Minimum;

struct Equal;
struct Greater;
struct GreaterEqual;
struct Isfinite;
struct Isinf;
struct Isnan;
struct Less;
struct LessEqual;
struct LogicalAnd;
struct LogicalNot;
struct LogicalOr;
struct LogicalXor;
struct NotEqual;
struct Signbit;

struct BitwiseAnd;
struct BitwiseCount;
struct BitwiseOr;
struct BitwiseXor;
struct Gcd;
struct Invert;
struct Lcm;
struct LeftShift;
struct RightShift;

}  // namespace wg
