/// Coefficients of special functions, lowest order first; written by tools/fit_polynomials.py.
// clang-format off
namespace wg {
namespace {
namespace math {

template <class T> struct SpecialCoefficients;

template <> struct SpecialCoefficients<double> {
  // sqrt(pi) x e^(x^2) erfc(x), u = 1 / x^2: within 3.3e-19
  static constexpr double erfcx_far[] = {
      0x1.0000000000000p+0, -0x1.ffffffffffeadp-2, 0x1.7ffffffe85732p-1, -0x1.dffff653c4126p+0,
      0x1.a3f1af1796965p+2, -0x1.ceb54bafba0ccp+4};
  // (x + 2)^2 (2 / sqrt(pi) - 2 x erfcx(x)), t = (x - 2) / (x + 2): within 9.8e-19
  static constexpr double erfcx_slope[] = {
      0x1.b57034efd3f72p+0, -0x1.eeea7dc8a78b4p+0, 0x1.e53e911d21235p-1, -0x1.e9471597a022bp-5,
      -0x1.1e9db4540b77ap-3, 0x1.4d1c3b5f5760ep-6, 0x1.c27be29d58580p-6, -0x1.6d5f0380f802fp-10,
      -0x1.9b5ea99240341p-8, -0x1.209e862b61cdap-10, 0x1.3e1faf8652621p-10, 0x1.5f59cce677608p-11,
      -0x1.30507894cd6b8p-14, -0x1.b7fdcddc61776p-13, -0x1.2a774f324e679p-14, 0x1.99959be9b2a28p-16,
      0x1.26b69bc300a2dp-15, 0x1.2dcd3852e43ccp-16, -0x1.8076eb49edf34p-16, -0x1.45585d69be4f5p-21,
      0x1.2b7076177d8bfp-15, -0x1.3ea1d83143d3ap-14, 0x1.391cd7cf0ff19p-14, -0x1.40dc181da21bbp-15,
      0x1.503908e3393a0p-17, -0x1.1dfebe844cd9cp-20};
  // erfinv(x) / x, u = x^2: within 2.6e-19
  static constexpr double erfinv[] = {
      0x1.c5bf891b4ef6bp-1, 0x1.db29fb2fee5d7p-3, 0x1.053c2c0aba093p-3, 0x1.62847c4704a55p-4,
      0x1.0a1318d058b30p-4, 0x1.a7c84d9ffccdap-5, 0x1.5eec81e2be64ap-5, 0x1.2aa3dc6c7edbap-5,
      0x1.049d4d5479268p-5, 0x1.b9cf0dd7c4866p-6, 0x1.fab3e99cacb06p-6, -0x1.8df5e88840fd4p-10,
      0x1.65d251bc8fbefp-4, -0x1.8ba860fab3d7ep-4, 0x1.ec17ccd4d786dp-4};
  // erfcinv(e^(-r^2)) / r, t = (r - 1.8125) / (r + 1.8125): within 9.4e-19
  static constexpr double erfcinv_near[] = {
      0x1.9fab243f3cb8cp-1, 0x1.e442be2fbe7a1p-2, -0x1.b61d83ae9516bp-2, 0x1.385cc5878ec55p-3,
      0x1.19a93dd91525cp-4, -0x1.45e35c70c71c5p-3, 0x1.e3cc5624821ddp-4, -0x1.287d4130c9ca2p-6,
      -0x1.0f7da635b98f3p-4, 0x1.687b686bfead4p-4, -0x1.9673e9dd2a7bdp-5, -0x1.a4dd3476165cap-7,
      0x1.c52b6f0ebf524p-5, -0x1.c2a0448594e41p-5, 0x1.389153c16afe5p-6, 0x1.834f5bd2382bep-6,
      -0x1.72921e2d360d8p-5, 0x1.24315646569a4p-5, -0x1.485c3a09acf51p-9, -0x1.1fea57d7325c2p-5,
      0x1.3e47c2a069296p-5, 0x1.6206657d641dbp-9, -0x1.5cb5177e2e069p-6};
  // erfcinv(e^(-r^2)) / r, t = (r - 10.5) / (r + 10.5): within 4.6e-18
  static constexpr double erfcinv_far[] = {
      0x1.f92fa873c4598p-1, 0x1.6abb58e28883bp-5, -0x1.21d9d8fe1e0f1p-4, 0x1.5e97ddb9b82b4p-4,
      -0x1.841c6e2c65950p-4, 0x1.97272dc58a0d0p-4, -0x1.9ca3311c22e70p-4, 0x1.96cfd34db07ffp-4,
      -0x1.8810bd74871bap-4, 0x1.71f4e7a059395p-4, -0x1.5620f2166d1cep-4, 0x1.35d8d01123b71p-4,
      -0x1.1261f880446b0p-4, 0x1.d9b22ae562efap-5, -0x1.8d45bb1c748f1p-5, 0x1.3ff006aab9f6dp-5,
      -0x1.d9746679a4cf0p-6, 0x1.451ae87762766p-6, -0x1.1c74ff6697c0bp-6, 0x1.47c0a0e6eb220p-7,
      0x1.98cd0e1a7ce4ap-6, -0x1.0cde29c7e92b6p-5, -0x1.71f5d8e5c7268p-5, 0x1.624c5b362631fp-5,
      0x1.b47cc3c7fc84ep-4, -0x1.c93c4316c0021p-4};
  // log(gamma(x)) / ((x - 1) (x - 2)), t = (x - 1.75) / (x + 1.75): within 3.3e-19
  static constexpr double lgamma[] = {
      0x1.ccf151e09cde8p-2, -0x1.ac38d56a6a1e0p-2, 0x1.047c26c1d18edp-3, -0x1.27ad0d4072e92p-3,
      0x1.589852ea586b4p-4, -0x1.7088ef25f429dp-4, 0x1.02840a7c0f44fp-4, -0x1.0d7dae0f700cbp-4,
      0x1.9d5b750e26996p-5, -0x1.a98e010063e8cp-5, 0x1.5826c6ff00022p-5, -0x1.5fd0c03834101p-5,
      0x1.26abc82ac4ddap-5, -0x1.2bcd3abe233c2p-5, 0x1.02d9e95f7f64ep-5, -0x1.07d53a8fcc8a4p-5,
      0x1.af5b41055511bp-6, -0x1.a2ffd750eb890p-6, 0x1.1f9c942d694ebp-5, -0x1.3e3a77cf1adf1p-5};
  // x (log(gamma(x)) - (x - 1/2) log(x) + x - log(2 pi) / 2), u = 1 / x^2: within 6.0e-19
  static constexpr double stirling[] = {
      0x1.5555555555555p-4, -0x1.6c16c16c149f4p-9, 0x1.a01a017dcf9e1p-11, -0x1.38134d4f8896fp-11,
      0x1.b92c33f9445e5p-11, -0x1.ef8d748aeb0f2p-10, 0x1.4bffc9d8b455bp-8};
  // gamma(x), t = (x - 2.4375) / (x + 2.4375): within 2.3e-18
  static constexpr double gamma[] = {
      0x1.45fe97924ba04p+0, 0x1.0b013d6e9e93dp+2, 0x1.2a7fb5c9d70b6p+4, 0x1.dbfe6bbaf412ap+5,
      0x1.6ff3b46f37b8fp+7, 0x1.028700fcd046ap+9, 0x1.59a4102c34863p+10, 0x1.b758990d438bcp+11,
      0x1.0c8fb05db9d38p+13, 0x1.3d0cefd9b3ce1p+14, 0x1.6b413d891b783p+15, 0x1.95361dc02dde0p+16,
      0x1.b95f46c67aa3ap+17, 0x1.d683c0bb21e41p+18, 0x1.ec6a6e58d040ep+19, 0x1.fa8029b43b48fp+20,
      0x1.f54d411e74ec2p+21, 0x1.e88b777b2e980p+22, 0x1.2ccd619617008p+24, 0x1.3f8c0d14e409dp+25};
  // gamma(x) e^x x^(1/2 - x) / sqrt(2 pi), w = 1 / x: within 1.6e-18
  static constexpr double gamma_tail[] = {
      0x1.0000000000000p+0, 0x1.55555555554abp-4, 0x1.c71c71c87b216p-9, -0x1.5f72697908e4cp-9,
      -0x1.e13b2444ffab4p-13, 0x1.9b031ce9eada1p-11, 0x1.2b8fcff026b8ap-14, -0x1.3ff97ec36b5bdp-11,
      0x1.f5e13bf8dbf4ap-15, 0x1.11ac1b05e246fp-11};
  // psi(x) / (x - its root), t = (x - 1.4375) / (x + 1.4375): within 1.9e-19
  static constexpr double psi[] = {
      0x1.f4ff41a1f8ef2p-1, -0x1.4f458878e15e0p+0, 0x1.db4b9580e7702p-1, -0x1.f97ae9c41bdb9p-1,
      0x1.df111ed3738e1p-1, -0x1.ed638e8731c97p-1, 0x1.e3270fdc8e193p-1, -0x1.ea8acdd35ef09p-1,
      0x1.e4e55ca23ab67p-1, -0x1.e9573731bde91p-1, 0x1.e5bf0bd399ae5p-1, -0x1.e8b2a9151e6bap-1,
      0x1.e652f3ec2df16p-1, -0x1.e8f0c3314a630p-1, 0x1.e30b7a58b499ap-1, -0x1.da12c84286eeap-1,
      0x1.13e20b9e4adb8p+0, -0x1.427e6e3c0f34fp+0};
  // x^2 (log(x) - 1 / (2 x) - psi(x)), u = 1 / x^2: within 2.0e-19
  static constexpr double psi_tail[] = {
      0x1.5555555555555p-4, -0x1.1111111110d4fp-7, 0x1.0410410195bbfp-8, -0x1.11110c0ff8839p-8,
      0x1.f077209c326c0p-8, -0x1.58e68c895ad5bp-6, 0x1.47c69710dec6fp-4, -0x1.329c9079bcef2p-2};
  // x^3 (trigamma(x) - 1 / x - 1 / (2 x^2)), u = 1 / x^2: within 3.5e-18
  static constexpr double trigamma_tail[] = {
      0x1.5555555555555p-3, -0x1.11111111100fbp-5, 0x1.8618617b7b459p-6, -0x1.1111065760c00p-5,
      0x1.36483713ee3aep-4, -0x1.0273c0acea2e4p-2, 0x1.1bff07a3b5495p+0, -0x1.24d1c876e87ffp+2};
  // i0(x), u = x^2: within 4.3e-19
  static constexpr double i0[] = {
      0x1.0000000000000p+0, 0x1.0000000000000p-2, 0x1.0000000000002p-6, 0x1.c71c71c71c6dfp-12,
      0x1.c71c71c71cbe1p-18, 0x1.23456789a8318p-24, 0x1.02e85c08d260ap-31, 0x1.522a43f155552p-39,
      0x1.522a444603fe2p-47, 0x1.0b312ee43b7c5p-55, 0x1.5601c7e411b36p-64, 0x1.69c76363ac35fp-73,
      0x1.41b6c17a09391p-82, 0x1.e56f7ffb05c87p-92, 0x1.46a4446d3e276p-101, 0x1.31d00bad6ba1ap-111,
      0x1.20d247d00eeebp-120};
  // i1(x) / x, u = x^2: within 1.2e-20
  static constexpr double i1[] = {
      0x1.0000000000000p-1, 0x1.0000000000000p-4, 0x1.5555555555556p-9, 0x1.c71c71c71c70fp-15,
      0x1.6c16c16c16d20p-21, 0x1.845c8a0ce3807p-28, 0x1.27e4fb77a30bbp-35, 0x1.522a43f427f3bp-43,
      0x1.2c9758fda3036p-51, 0x1.ab81e74959342p-60, 0x1.f176cf1f1237fp-69, 0x1.e260acd0c17e6p-78,
      0x1.8be972f0e252ep-87, 0x1.159f90570389ap-96, 0x1.5ac53da80dc82p-106, 0x1.38dbeef3ff4f1p-116,
      0x1.08fbc76dd1df0p-125};
  // sqrt(x) e^-x i0(x), w = 1 / x: within 1.1e-17
  static constexpr double i0_far[] = {
      0x1.9884533d43651p-2, 0x1.9884533d4133bp-5, 0x1.cb94ddbf0140ap-6, 0x1.debad42b01020p-6,
      0x1.6ead5772f893ap-5, 0x1.64a80d3cd551ap-4, 0x1.5e96982013a9dp-1, -0x1.47797804658a5p+5,
      0x1.5c7642a88e8ebp+11, -0x1.12a3638e0f31bp+17, 0x1.4d9c1db9285eap+22, -0x1.3c6a44a7c1403p+27,
      0x1.d933166ce357ep+31, -0x1.18899a8c1ff1cp+36, 0x1.084b28a643c85p+40, -0x1.8b2a0d9fc19b3p+43,
      0x1.d2905a59aaed2p+46, -0x1.af0b929606ad8p+49, 0x1.3311e67c5ca99p+52, -0x1.49bf6b26afe43p+54,
      0x1.01711d545cedfp+56, -0x1.131e8a75c7100p+57, 0x1.66e8e3430e1bep+57, -0x1.ada2c97f3fdddp+56};
  // sqrt(x) e^-x i1(x), w = 1 / x: within 1.1e-17
  static constexpr double i1_far[] = {
      0x1.9884533d43650p-2, -0x1.32633e6df1fd8p-3, -0x1.7efc0e16a7ad0p-5, -0x1.4f1c6d2ea3700p-5,
      -0x1.d766c16b26f52p-5, -0x1.b6f2905fdef26p-4, -0x1.7689c70fd7a22p-1, 0x1.4a21c3b06e271p+5,
      -0x1.5fc1b83696ebap+11, 0x1.14d11d2bdbd64p+17, -0x1.4fb436f4878cfp+22, 0x1.3dc7ff61dab68p+27,
      -0x1.da2750869210cp+31, 0x1.18582d2b239c5p+36, -0x1.074557f1a3b54p+40, 0x1.88272f54d7775p+43,
      -0x1.ccf0b85f533a8p+46, 0x1.a79590dc9ccd5p+49, -0x1.2bd5859c6fc46p+52, 0x1.3f827b276b64ep+54,
      -0x1.ee4068a538e44p+55, 0x1.05118337f94f9p+57, -0x1.4fb110f69d6c3p+57, 0x1.8a72ab2fc6959p+56};
  // x^(3/2) e^-x (i0(x) - i1(x)), w = 1 / x: within 1.0e-16
  static constexpr double i0e_slope[] = {
      0x1.9884533d43651p-3, 0x1.32633e6dee535p-4, 0x1.1f3d0aa205032p-4, 0x1.a2e36be8d8466p-4,
      0x1.9c844128c6166p-3, 0x1.ecd6277e8ae3ap-2, 0x1.e02ab0f00ed07p+1, -0x1.98995943c6fdcp+7,
      0x1.b3692be621546p+13, -0x1.4abefb493d151p+19, 0x1.72fcc479d8a35p+24, -0x1.2db0bece3fea5p+29,
      0x1.4c6ba46670983p+33, -0x1.67dd3988c1584p+36, -0x1.07e2c9dcc5136p+40, 0x1.b1a50e7cef498p+45,
      -0x1.13c709e2415b5p+50, 0x1.cdd348e65978bp+53, -0x1.17274b385217bp+57, 0x1.f2af53e0757d6p+59,
      -0x1.47bb478c0fe71p+62, 0x1.350eedaf5bc78p+64, -0x1.8c8f0336537f7p+65, 0x1.36742364c0d1cp+66,
      -0x1.c01b12eddafd8p+65};
};

template <> struct SpecialCoefficients<float> {
  // sqrt(pi) x e^(x^2) erfc(x), u = 1 / x^2: within 3.2e-10
  static constexpr float erfcx_far[] = {
      9.999999997e-1f, -4.999988603e-1f, 7.493689169e-1f, -1.762020805f};
  // (x + 2)^2 (2 / sqrt(pi) - 2 x erfcx(x)), t = (x - 2) / (x + 2): within 1.1e-8
  static constexpr float erfcx_slope[] = {
      1.708743385f, -1.933265711f, 9.477438410e-1f, -5.971747566e-2f, -1.399832936e-1f, 2.022542177e-2f,
      2.798503161e-2f, -1.359471481e-3f, -8.455167083e-3f, 1.933972363e-3f, 3.390617356e-4f};
  // erfinv(x) / x, u = x^2: within 8.1e-10
  static constexpr float erfinv[] = {
      8.862269261e-1f, 2.320134200e-1f, 1.275717644e-1f, 8.618665921e-2f, 6.896985209e-2f, 2.985550047e-2f,
      9.748263345e-2f};
  // erfcinv(e^(-r^2)) / r, t = (r - 1.8125) / (r + 1.8125): within 3.6e-9
  static constexpr float erfcinv_near[] = {
      8.118525786e-1f, 4.729108446e-1f, -4.278458439e-1f, 1.525224869e-1f, 6.869923313e-2f, -1.592066376e-1f,
      1.195068341e-1f, -1.671219013e-2f, -7.909558294e-2f, 7.885523910e-2f};
  // erfcinv(e^(-r^2)) / r, t = (r - 10.5) / (r + 10.5): within 7.4e-10
  static constexpr float erfcinv_far[] = {
      9.866917288e-1f, 4.427919217e-2f, -7.074090027e-2f, 8.618489533e-2f, -8.693752774e-2f, 1.592827926e-1f,
      1.762688767e-1f, 8.717906630e-1f, 1.128728557f, 9.974898959e-1f};
  // log(gamma(x)) / ((x - 1) (x - 2)), t = (x - 1.75) / (x + 1.75): within 2.6e-10
  static constexpr float lgamma[] = {
      4.501393123e-1f, -4.181855547e-1f, 1.271897943e-1f, -1.443726213e-1f, 8.414399578e-2f, -9.000561358e-2f,
      6.256615465e-2f, -6.488107159e-2f, 5.885966914e-2f, -6.299073554e-2f};
  // x (log(gamma(x)) - (x - 1/2) log(x) + x - log(2 pi) / 2), u = 1 / x^2: within 6.8e-11
  static constexpr float stirling[] = {
      8.333333326e-2f, -2.777698545e-3f, 7.800347190e-4f};
  // gamma(x), t = (x - 2.4375) / (x + 2.4375): within 1.8e-9
  static constexpr float gamma[] = {
      1.273416016f, 4.171950825f, 1.865618165e+1f, 5.949895091e+1f, 1.839734521e+2f, 5.172054140e+2f,
      1.383497124e+3f, 3.481552710e+3f, 8.445220593e+3f, 2.345624757e+4f, 5.672129629e+4f};
  // gamma(x) e^x x^(1/2 - x) / sqrt(2 pi), w = 1 / x: within 1.2e-10
  static constexpr float gamma_tail[] = {
      1.000000000f, 8.333331516e-2f, 3.473268990e-3f, -2.705071325e-3f};
  // psi(x) / (x - its root), t = (x - 1.4375) / (x + 1.4375): within 6.6e-10
  static constexpr float psi[] = {
      9.785099518e-1f, -1.309654715f, 9.283107048e-1f, -9.872776792e-1f, 9.357515844e-1f, -9.622136065e-1f,
      9.382410855e-1f, -1.022947274f, 1.089807826f};
  // x^2 (log(x) - 1 / (2 x) - psi(x)), u = 1 / x^2: within 4.7e-10
  static constexpr float psi_tail[] = {
      8.333333286e-2f, -8.332783541e-3f, 3.873588262e-3f};
  // x^3 (trigamma(x) - 1 / x - 1 / (2 x^2)), u = 1 / x^2: within 3.7e-9
  static constexpr float trigamma_tail[] = {
      1.666666629e-1f, -3.332897780e-2f, 2.305793246e-2f};
  // i0(x), u = x^2: within 2.8e-10
  static constexpr float i0[] = {
      9.999999997e-1f, 2.500000012e-1f, 1.562499914e-2f, 4.340280277e-4f, 6.781646537e-6f, 6.782015177e-8f,
      4.707653445e-10f, 2.409580785e-12f, 9.221437658e-15f, 3.158271659e-17f, 4.660754454e-20f,
      2.888677339e-22f};
  // i1(x) / x, u = x^2: within 4.2e-10
  static constexpr float i1[] = {
      5.000000004e-1f, 6.249999855e-2f, 2.604167572e-3f, 5.425325234e-5f, 6.781957301e-7f, 5.649427522e-9f,
      3.372802421e-11f, 1.476321529e-13f, 5.678116391e-16f, 9.338660341e-19f, 6.358902397e-21f};
  // sqrt(x) e^-x i0(x), w = 1 / x: within 7.9e-11
  static constexpr float i0_far[] = {
      3.989422803e-1f, 4.986783907e-2f, 2.804159674e-2f, 2.979093318e-2f, 2.723624021e-2f, 3.728431764e-1f,
      -2.119772489f, 9.029041911f};
  // sqrt(x) e^-x i1(x), w = 1 / x: within 7.6e-11
  static constexpr float i1_far[] = {
      3.989422805e-1f, -1.496034171e-1f, -4.674070440e-2f, -4.156003016e-2f, -3.759874466e-2f,
      -4.306406021e-1f, 2.379143058f, -1.016189928e+1f};
  // x^(3/2) e^-x (i0(x) - i1(x)), w = 1 / x: within 2.1e-9
  static constexpr float i0e_slope[] = {
      1.994711401e-1f, 7.480180492e-2f, 7.010272128e-2f, 1.040654496e-1f, 1.339505133e-1f, 1.831217143f,
      -1.197278898e+1f, 6.232746033e+1f};
};

}  // namespace math
}  // namespace
}  // namespace wg
