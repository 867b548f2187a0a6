// The lanes of every dtype, with the mathematics under them.
// clang-format off: each file builds on those before it
#include "kernels/math/all.inl"
#include "kernels/lane.inl"
#include "kernels/complex_lane.inl"
#include "kernels/intrinsics.inl"
#include "kernels/integral_intrinsics.inl"
#include "kernels/complex_intrinsics.inl"
