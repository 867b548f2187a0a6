/// The continued fraction of incomplete beta functions, on Taylor series.
#pragma once

#include <cmath>

#include "kernels/point/taylor.h"

namespace wg::point {

constexpr int most_terms = 1'000'000;

inline bool is_one(const Taylor& factor) {
  return std::fabs(factor.constant() - 1) < 4e-16 && factor.largest_rest() < 4e-16;
}

/// betainc(a, b, x) over x^a (1 - x)^b / (a beta(a, b)), for x < (a + 1) / (a + b + 2): Lentz'
/// method on the continued fraction of DLMF 8.17.22.
inline Taylor beta_fraction(const Taylor& a, const Taylor& b, const Taylor& x) {
  const Taylor one(a.orders(), 1);
  Taylor c = one, d = inverse(one - (a + b) * x / (a + 1)), h = d;
  for (int k = 1; k < most_terms; ++k) {
    const Taylor even = (b - Taylor(a.orders(), k)) * x * k / ((a + (2 * k - 1)) * (a + 2 * k));
    d = inverse(even * d + 1);
    c = even / c + 1;
    h = h * d * c;
    const Taylor odd = (a + k) * (a + b + k) * x * -1 / ((a + 2 * k) * (a + (2 * k + 1)));
    d = inverse(odd * d + 1);
    c = odd / c + 1;
    const Taylor factor = d * c;
    h = h * factor;
    if (is_one(factor)) break;
  }
  return h;
}

/// Whether betainc is best computed from x, not from 1 - x.
inline bool is_low(double a, double b, double x) { return x < (a + 1) / (a + b + 2); }

}  // namespace wg::point
