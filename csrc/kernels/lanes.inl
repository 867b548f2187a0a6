// The lanes of every dtype, with the mathematics under them.
#include "kernels/math/all.inl"
#include "kernels/lane.inl"
#include "kernels/complex_lane.inl"
