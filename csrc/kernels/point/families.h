/// The library's own functions that are computed number by number.
#pragma once

#include <complex>
#include <span>
#include <string_view>

namespace wg {

struct OwnFunction {
  std::string_view name;
  double (*function)(const double* operands);
  std::complex<double> (*complex)(const double* operands, std::complex<double> last) = nullptr;
};

std::span<const OwnFunction> own_functions();

namespace point {

double polygamma(const double* operands);
double exprel_derivative(const double* operands);
double log1prel_derivative(const double* operands);
double iv_ratio(const double* operands);
double ive_ratio(const double* operands);
double sinc_root_derivative(const double* operands);
double arctan_root_derivative(const double* operands);
double kelvin_ratio(const double* operands);
double boxcox_derivative(const double* operands);
double boxcox1p_derivative(const double* operands);
double bessel_far(const double* operands);
double dawsn_tail(const double* operands);
double erfcx_tail(const double* operands);
double inverse_mills_tail(const double* operands);
double psi_difference(const double* operands);
double gammaincinv_slope(const double* operands);
double betaincinv_slope(const double* operands);
double rgamma_derivative(const double* operands);
double elliptic_moment(const double* operands);
double bessel_order_derivative(const double* operands);
double ordinary_bessel_derivative(bool is_second, int n, double v, double x);  // in v; x >= 0
double gammainc_derivative(const double* operands);
double betainc_derivative(const double* operands);
double stdtr_derivative(const double* operands);
double zeta_derivative(const double* operands);
std::complex<double> complex_polygamma(const double* operands, std::complex<double> z);
std::complex<double> lambertw_branch(const double* operands, std::complex<double> z);
std::complex<double> sine_quotient(const double* operands, std::complex<double> z);
std::complex<double> complex_erfcx_tail(const double* operands, std::complex<double> z);
std::complex<double> complex_mills_tail(const double* operands, std::complex<double> x);
std::complex<double> complex_log1prel(const double* operands, std::complex<double> w);

}  // namespace point
}  // namespace wg
