/// Coefficients of the fitted polynomials, lowest order first; written by tools/fit_polynomials.py.
// clang-format off
namespace wg {
namespace {
namespace math {

template <class T> struct Coefficients;

template <> struct Coefficients<double> {
  // (e^r - 1 - r) / r^2: within 1.4e-18
  static constexpr double exp[] = {
      0x1.0000000000000p-1, 0x1.5555555555557p-3, 0x1.5555555555556p-5, 0x1.11111111100dcp-7,
      0x1.6c16c16c162d4p-10, 0x1.a01a01abe7fe1p-13, 0x1.a01a01a6d889cp-16, 0x1.71de0231960ebp-19,
      0x1.27e4db646b17ep-22, 0x1.af4de97ca4194p-26, 0x1.1f730349868cep-29};
  // (2^r - 1 - r ln 2) / r^2: within 6.7e-19
  static constexpr double exp2[] = {
      0x1.ebfbdff82c58fp-3, 0x1.c6b08d704a0c2p-5, 0x1.3b2ab6fba4e78p-7, 0x1.5d87fe78a526dp-10,
      0x1.430912f86bf4ep-13, 0x1.ffcbfc6712438p-17, 0x1.62c022401d5c2p-20, 0x1.b524fad88ed30p-24,
      0x1.e4cf1cc5c8b02p-28, 0x1.e9d419696e0e9p-32, 0x1.c48f8c2305624p-36};
  // (2 atanh(s) - 2 s) / s^3, u = s^2: within 2.1e-18
  static constexpr double log[] = {
      0x1.5555555555555p-1, 0x1.9999999999a39p-2, 0x1.2492492476a1ap-2, 0x1.c71c7201a55d7p-3,
      0x1.745cf8e4bba1bp-3, 0x1.3b1c3c1c81c8fp-3, 0x1.0fbde0f4ad17bp-3, 0x1.0c0aff044a970p-3};
  // (2 atanh(s) - 2 s - 2/3 s^3) / s^5, u = s^2: within 1.9e-18
  static constexpr double log_tail[] = {
      0x1.999999999999ap-2, 0x1.2492492492522p-2, 0x1.c71c71c6ea5acp-3, 0x1.745d177ad436ap-3,
      0x1.3b1395b82701ep-3, 0x1.1118cd67251c5p-3, 0x1.df7ba1f4809c3p-4, 0x1.e03a7acf07f85p-4};
  // (sin(r) - r) / r^3, u = r^2: within 2.0e-17
  static constexpr double sin[] = {
      -0x1.5555555555555p-3, 0x1.1111111110bb1p-7, -0x1.a01a019e8357dp-13, 0x1.71de37961e4c6p-19,
      -0x1.ae600a926c89ap-26, 0x1.5e0af186af739p-33};
  // (cos(r) - 1 + r^2 / 2) / r^4, u = r^2: within 1.3e-18
  static constexpr double cos[] = {
      0x1.5555555555555p-5, -0x1.6c16c16c16966p-10, 0x1.a01a019f4e867p-16, -0x1.27e4fa17a41b4p-22,
      0x1.1eeb68b109173p-29, -0x1.907d7aebd5e3dp-37};
  // (arcsin(r) - r) / r^3, u = r^2: within 1.5e-17
  static constexpr double arcsin[] = {
      0x1.5555555555556p-3, 0x1.3333333332ec4p-4, 0x1.6db6db6e3292ep-5, 0x1.f1c71c1d4aa0dp-6,
      0x1.6e8bb1d89492bp-6, 0x1.1c4d343fa57f6p-6, 0x1.c9cf3759fd8ffp-7, 0x1.78246f32d075cp-7,
      0x1.524ea8b3aad31p-7, 0x1.653a8f8cfd43cp-8, 0x1.1d661531b222ep-6, -0x1.e7a24f548c99fp-7,
      0x1.d78189767524ep-6};
  // (arctan(r) - r) / r^3, u = r^2: within 1.2e-18
  static constexpr double arctan[] = {
      -0x1.5555555555555p-2, 0x1.9999999999952p-3, -0x1.249249248d739p-3, 0x1.c71c71c2fc236p-4,
      -0x1.745d165c497f3p-4, 0x1.3b1392a9c2d8bp-4, -0x1.110e84aa36d9dp-4, 0x1.e199c62156609p-5,
      -0x1.ac7858539e493p-5, 0x1.74d3a7b43351ap-5, -0x1.1b1992aa413c9p-5, 0x1.0a997ba33c1dbp-6};
  // cbrt(m), a first guess: within 1.7e-6
  static constexpr double cbrt[] = {
      0x1.e68ceb1fc3429p-2, 0x1.a9da3cc66f245p-1, -0x1.d758498b983bcp-2, 0x1.92bfc00e33108p-3,
      -0x1.8bd2dce403128p-5, 0x1.4c7608a04eba1p-8};
  // erf(x) / x - 1, u = x^2: within 2.2e-21
  static constexpr double erf[] = {
      0x1.06eba8214db69p-3, -0x1.812746b0379e7p-2, 0x1.ce2f21a042bdep-4, -0x1.b82ce312889bap-6,
      0x1.565bcd0e6502dp-8, -0x1.c02db3feeb579p-11, 0x1.f9a326c233146p-14, -0x1.f4d2561aeafd4p-17,
      0x1.b9e6509b9867dp-20, -0x1.5f6d925a0bc7ap-23, 0x1.fc4356498c2d9p-27, -0x1.4e607b41a6416p-30,
      0x1.7f072188e194dp-34, -0x1.29b9f1b3df556p-38};
  // (x + 2) e^(x^2) erfc(x), t = (x - 2) / (x + 2): within 8.6e-19
  static constexpr double erfc[] = {
      0x1.058671b52c776p+0, -0x1.5fd386754eff9p-1, 0x1.1e2deea6b116cp-2, -0x1.2a88e6107d850p-5,
      -0x1.606e415524a31p-6, 0x1.a89eaff8c15a0p-8, 0x1.9517bb6675627p-9, -0x1.b6fbf9bc0a419p-11,
      -0x1.5ba43387f4878p-11, 0x1.2053c00fe5703p-15, 0x1.2ef907aee9117p-13, 0x1.1e820b227d352p-15,
      -0x1.6bc7b947e9e71p-16, -0x1.0f99a2a52d993p-16, -0x1.28ee289902027p-20, 0x1.0ac28be7fe3d7p-18,
      0x1.73e1192a768ebp-20, -0x1.d028dfa39ca0bp-24, 0x1.43bc212c8280bp-20, -0x1.9133b56ecec8ep-19,
      0x1.e3a6d8fc9264cp-20, -0x1.798859db2d5bap-22};
};

template <> struct Coefficients<float> {
  // (e^r - 1 - r) / r^2: within 6.5e-8
  static constexpr float exp[] = {
      5.000000000e-1f, 1.666657699e-1f, 4.166655462e-2f, 8.363179053e-3f, 1.392618359e-3f};
  // (2^r - 1 - r ln 2) / r^2: within 3.1e-8
  static constexpr float exp2[] = {
      2.402265070e-1f, 5.550380990e-2f, 9.618103232e-3f, 1.338132167e-3f, 1.544490052e-4f};
  // (2 atanh(s) - 2 s) / s^3, u = s^2: within 1.9e-7
  static constexpr float log[] = {
      6.666668510e-1f, 3.998875772e-1f, 2.958098593e-1f};
  // (2 atanh(s) - 2 s - 2/3 s^3) / s^5, u = s^2: within 9.8e-10
  static constexpr float log_tail[] = {
      3.999999990e-1f, 2.857153211e-1f, 2.220472991e-1f, 1.912132996e-1f};
  // (sin(r) - r) / r^3, u = r^2: within 2.0e-8
  static constexpr float sin[] = {
      -1.666666466e-1f, 8.332748038e-3f, -1.958784052e-4f};
  // (cos(r) - 1 + r^2 / 2) / r^4, u = r^2: within 2.0e-9
  static constexpr float cos[] = {
      4.166666466e-2f, -1.388830280e-3f, 2.454789162e-5f};
  // (arcsin(r) - r) / r^3, u = r^2: within 7.3e-8
  static constexpr float arcsin[] = {
      1.666667243e-1f, 7.498852962e-2f, 4.500189409e-2f, 2.655066296e-2f, 3.809396215e-2f};
  // (arctan(r) - r) / r^3, u = r^2: within 1.6e-8
  static constexpr float arctan[] = {
      -3.333333175e-1f, 1.999953879e-1f, -1.426389711e-1f, 1.074309967e-1f, -6.449835225e-2f};
  // cbrt(m), a first guess: within 0.00077
  static constexpr float cbrt[] = {
      6.256872266e-1f, 4.335605918e-1f, -5.836172078e-2f};
  // erf(x) / x - 1, u = x^2: within 3.4e-11
  static constexpr float erf[] = {
      1.283791671e-1f, -3.761263847e-1f, 1.128378250e-1f, -2.686543073e-2f, 5.221031808e-3f, -8.484080406e-4f,
      1.126595903e-4f, -9.667044571e-6f};
  // (x + 2) e^(x^2) erfc(x), t = (x - 2) / (x + 2): within 2.9e-10
  static constexpr float erfc[] = {
      1.021582705f, -6.871606864e-1f, 2.794721498e-1f, -3.644214301e-2f, -2.151279463e-2f, 6.479880680e-3f,
      3.116686419e-3f, -8.759489893e-4f, -7.509197263e-4f, 2.780096675e-4f};
};

}  // namespace math
}  // namespace
}  // namespace wg
