/// Gauss' rule of 16 points.
#pragma once

namespace wg::point {

/// Calls `f(x, weight)` for its points between -1 and 1.
template <class F> void for_each_gauss_point(const F& f) {
  constexpr double points[] = {0.0950125098376374402, 0.281603550779258913, 0.458016777657227386,
                               0.617876244402643748,  0.755404408355003034, 0.865631202387831744,
                               0.944575023073232576,  0.989400934991649933};
  constexpr double weights[] = {0.189450610455068496, 0.182603415044923589, 0.169156519395002538,
                                0.14959598881657673,  0.124628971255533872, 0.0951585116824927848,
                                0.062253523938647893, 0.0271524594117540949};
  for (int i = 0; i < 8; ++i) {
    f(-points[i], weights[i]);
    f(points[i], weights[i]);
  }
}

}  // namespace wg::point
