/// Truncated Taylor series in up to three variables: functions evaluated on them give their mixed
/// derivatives of any order.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

namespace wg::point {

/// How often a function is differentiated in each operand, from the digits of a number to base 16.
struct Orders {
  static constexpr int most = 3, capacity = 96;
  int of[most] = {};

  static Orders of_digits(double digits) {
    Orders orders;
    auto number = static_cast<long>(digits);
    for (int& order : orders.of) {
      order = static_cast<int>(number % 16);
      number /= 16;
    }
    return orders;
  }
  int size() const { return (of[0] + 1) * (of[1] + 1) * (of[2] + 1); }
  int degree() const { return of[0] + of[1] + of[2]; }
  bool fits() const { return size() <= capacity; }
  double factorials() const {
    double product = 1;
    for (const int order : of) product *= std::tgamma(order + 1.0);
    return product;
  }
};

/// Of its room it makes, copies and reads as many coefficients as its orders have. Two, of a first
/// derivative, are what is asked for most: their products are written out.
class Taylor {
 public:
  explicit Taylor(const Orders& orders, double constant = 0)
      : orders_(orders), size_(orders.size()) {
    c_[0] = constant;
    c_[1] = 0;
    if (size_ > 2) std::fill(c_ + 2, c_ + size_, 0.0);
  }
  Taylor(const Taylor& other) { *this = other; }
  Taylor& operator=(const Taylor& other) {
    orders_ = other.orders_;
    size_ = other.size_;
    c_[0] = other.c_[0];
    c_[1] = other.c_[1];
    if (size_ > 2 && this != &other) std::copy(other.c_ + 2, other.c_ + size_, c_ + 2);
    return *this;
  }

  /// The variable of an operand, at a value.
  static Taylor variable(const Orders& orders, int operand, double value) {
    Taylor x(orders, value);
    int step = 1;
    for (int v = 0; v < operand; ++v) step *= orders.of[v] + 1;
    if (orders.of[operand] > 0) x.c_[step] = 1;
    return x;
  }

  double constant() const { return c_[0]; }
  void set_constant(double value) { c_[0] = value; }
  /// The derivative of these orders.
  double derivative() const { return c_[size_ - 1] * orders_.factorials(); }
  const Orders& orders() const { return orders_; }

  bool is_finite() const { return std::isfinite(c_[0]) && std::isfinite(largest_rest()); }

  /// The largest coefficient, the constant apart.
  double largest_rest() const {
    double largest = 0;
    for (int k = 1; k < size_; ++k) largest = std::fmax(largest, std::fabs(c_[k]));
    return largest;
  }

  Taylor& operator+=(const Taylor& b) {
    for (int k = 0; k < size_; ++k) c_[k] += b.c_[k];
    return *this;
  }
  friend Taylor operator+(Taylor a, const Taylor& b) { return a += b; }
  friend Taylor operator+(Taylor a, double b) {
    a.c_[0] += b;
    return a;
  }
  friend Taylor operator*(Taylor a, double b) {
    for (int k = 0; k < a.size_; ++k) a.c_[k] *= b;
    return a;
  }
  friend Taylor operator-(const Taylor& a, const Taylor& b) { return a + b * -1; }
  friend Taylor operator-(double a, const Taylor& b) { return b * -1 + a; }
  friend Taylor operator*(const Taylor& a, const Taylor& b) {
    Taylor product(a.orders_);
    if (a.size_ == 2) {
      product.c_[0] = a.c_[0] * b.c_[0];
      product.c_[1] = a.c_[0] * b.c_[1] + a.c_[1] * b.c_[0];
      return product;
    }
    a.for_each_index([&](int k, const Index& at) {
      double sum = 0;
      a.for_each_below(at, [&](int j, const Index&) { sum += a.c_[j] * b.c_[k - j]; });
      product.c_[k] = sum;
    });
    return product;
  }
  friend Taylor inverse(const Taylor& a) {
    Taylor y(a.orders_);
    if (a.size_ == 2) {
      y.c_[0] = 1 / a.c_[0];
      y.c_[1] = -(a.c_[1] * y.c_[0]) / a.c_[0];
      return y;
    }
    a.for_each_index([&](int k, const Index& at) {
      double sum = k == 0 ? -1 : 0;
      a.for_each_below(at, [&](int j, const Index&) {
        if (j != 0) sum += a.c_[j] * y.c_[k - j];
      });
      y.c_[k] = -sum / a.c_[0];
    });
    return y;
  }
  friend Taylor operator/(const Taylor& a, const Taylor& b) { return a * inverse(b); }

  // y' = a' y, in the first variable that an index has.
  friend Taylor exp(const Taylor& a) {
    Taylor y(a.orders_, std::exp(a.c_[0]));
    a.for_each_index([&](int k, const Index& at) {
      if (k == 0) return;
      const int v = first(at);
      double sum = 0;
      a.for_each_below(at, [&](int j, const Index& part) {
        if (part[v] != 0) sum += part[v] * a.c_[j] * y.c_[k - j];
      });
      y.c_[k] = sum / at[v];
    });
    return y;
  }
  // y' a = a'.
  friend Taylor log(const Taylor& a) {
    Taylor y(a.orders_, std::log(a.c_[0]));
    a.for_each_index([&](int k, const Index& at) {
      if (k == 0) return;
      const int v = first(at);
      double sum = 0;
      a.for_each_below(at, [&](int j, const Index& part) {
        if (part[v] != 0 && j != k) sum += part[v] * y.c_[j] * a.c_[k - j];
      });
      y.c_[k] = (a.c_[k] - sum / at[v]) / a.c_[0];
    });
    return y;
  }
  /// A function of one variable by its Taylor coefficients at the constant of `a`, up to its
  /// degree.
  friend Taylor composed(std::span<const double> coefficients, Taylor a) {
    a.c_[0] = 0;
    Taylor y(a.orders_, coefficients.back());
    for (std::size_t k = coefficients.size() - 1; k-- > 0;) y = y * a + coefficients[k];
    return y;
  }

 private:
  using Index = std::array<int, Orders::most>;

  static int first(const Index& at) { return at[0] != 0 ? 0 : at[1] != 0 ? 1 : 2; }

  template <class F> void for_each_index(const F& f) const { for_each_below(top(), f); }
  Index top() const { return {orders_.of[0], orders_.of[1], orders_.of[2]}; }

  /// Calls `f(place, index)` for every index that is nowhere above another, smaller ones first.
  template <class F> void for_each_below(const Index& most, const F& f) const {
    const int row = orders_.of[0] + 1, plane = row * (orders_.of[1] + 1);
    for (int l = 0; l <= most[2]; ++l)
      for (int m = 0; m <= most[1]; ++m)
        for (int n = 0; n <= most[0]; ++n) f(n + row * m + plane * l, Index{n, m, l});
  }

  Orders orders_;
  int size_;
  double c_[Orders::capacity];
};

/// log gamma of a positive series.
Taylor log_gamma(const Taylor& a);

/// 1 / gamma of any series.
Taylor reciprocal_gamma(Taylor z);

/// log beta(a, b), positive, with the digits of its constant where the three gammas nearly cancel.
Taylor log_beta(const Taylor& a, const Taylor& b);

/// The limit at x = 0 of x^power, differentiated m times in x and n times in the power.
double power_at_zero(double power, int m, int n);

/// x - log(1 + x).
double without_log1p(double x);

/// What Stirling's formula leaves of log gamma(x), x >= 8.
double stirling_rest(double x);

}  // namespace wg::point
