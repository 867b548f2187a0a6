#include "kernels/blas.h"

#include <dlfcn.h>

#include <mutex>

namespace wg {
namespace {

struct Library {
  std::mutex mutex;
  std::string path;
  void* handle = nullptr;
  bool is_tried = false;

  void* open() {
    const std::lock_guard lock(mutex);
    if (!is_tried) {
      is_tried = true;
      // Local: SciPy and NumPy bring their own, and must not bind to this one.
      if (!path.empty()) handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
      if (handle) {
        // It spins where our own pool has the processors.
        if (auto* set =
                reinterpret_cast<void (*)(int)>(dlsym(handle, "scipy_openblas_set_num_threads")))
          set(1);
      }
    }
    return handle;
  }
};

Library& library() {
  static Library instance;
  return instance;
}

}  // namespace

void set_blas_library(std::string path) {
  const std::lock_guard lock(library().mutex);
  library().path = std::move(path);
}

namespace blas {

void* symbol(const char* name) {
  void* handle = library().open();
  return handle ? dlsym(handle, (std::string("scipy_") + name).c_str()) : nullptr;
}

namespace {

template <class T> Routines<T> load(char letter) {
  Routines<T> r;
  const std::string prefix = std::string("cblas_") + letter;
  r.gemm = reinterpret_cast<decltype(r.gemm)>(symbol((prefix + "gemm").c_str()));
  r.gemv = reinterpret_cast<decltype(r.gemv)>(symbol((prefix + "gemv").c_str()));
  r.trsm = reinterpret_cast<decltype(r.trsm)>(symbol((prefix + "trsm").c_str()));
  r.trsv = reinterpret_cast<decltype(r.trsv)>(symbol((prefix + "trsv").c_str()));
  return r;
}

template <class T> const Routines<T>* loaded(char letter) {
  static const Routines<T> instance = load<T>(letter);
  const bool is_whole = instance.gemm && instance.gemv && instance.trsm && instance.trsv;
  return is_whole ? &instance : nullptr;
}

}  // namespace

template <> const Routines<float>* routines<float>() { return loaded<float>('s'); }
template <> const Routines<double>* routines<double>() { return loaded<double>('d'); }
template <> const Routines<std::complex<float>>* routines<std::complex<float>>() {
  return loaded<std::complex<float>>('c');
}
template <> const Routines<std::complex<double>>* routines<std::complex<double>>() {
  return loaded<std::complex<double>>('z');
}

}  // namespace blas
}  // namespace wg
