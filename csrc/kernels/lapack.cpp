#include "kernels/lapack.h"

#include <string>

#include "core/error.h"
#include "kernels/blas.h"

namespace wg::lapack {
namespace {

template <class F> bool find(F& routine, char letter, const char* name) {
  const std::string symbol = std::string(1, letter) + name + '_';
  routine = reinterpret_cast<F>(blas::symbol(symbol.c_str()));
  return routine != nullptr;
}

template <class T> const Routines<T>* loaded(char letter) {
  static Routines<T> instance;
  static const bool is_whole = [&] {
    constexpr bool is_complex = is_complex_number<T>;
    Routines<T>& r = instance;
    return find(r.potrf, letter, "potrf") && find(r.getrf, letter, "getrf") &&
           find(r.geqrf, letter, "geqrf") &&
           find(r.ungqr, letter, is_complex ? "ungqr" : "orgqr") &&
           find(r.heevd, letter, is_complex ? "heevd" : "syevd") &&
           find(r.gesdd, letter, "gesdd") && find(r.geev, letter, "geev");
  }();
  return is_whole ? &instance : nullptr;
}

}  // namespace

template <> const Routines<float>* found<float>() { return loaded<float>('s'); }
template <> const Routines<double>* found<double>() { return loaded<double>('d'); }
template <> const Routines<std::complex<float>>* found<std::complex<float>>() {
  return loaded<std::complex<float>>('c');
}
template <> const Routines<std::complex<double>>* found<std::complex<double>>() {
  return loaded<std::complex<double>>('z');
}

template <class T> const Routines<T>& routines() {
  if (const Routines<T>* all = found<T>()) return *all;
  fail<EnvironmentError>(
      "linear algebra: no LAPACK was found; the package scipy-openblas32 is needed, which pip "
      "installs");
}

template const Routines<float>& routines<float>();
template const Routines<double>& routines<double>();
template const Routines<std::complex<float>>& routines<std::complex<float>>();
template const Routines<std::complex<double>>& routines<std::complex<double>>();

}  // namespace wg::lapack
