/// The same of the families of special functions, which the kernels of other families do without.
#pragma once

namespace wg {

struct Erfcinv;
struct Erfcx;
struct ErfcxSlope;
struct Erfinv;
struct LogNdtr;
struct Ndtr;
struct Ndtri;

struct Betaln;
struct Gamma;
struct Gammaln;
struct Psi;
struct Trigamma;

struct I0;
struct I0e;
struct I0eSlope;
struct I1;
struct I1OverX;
struct I1e;

struct Boxcox;
struct Boxcox1p;
struct Exprel;
struct InvBoxcox;
struct InvBoxcox1p;
struct Logit;

}  // namespace wg
