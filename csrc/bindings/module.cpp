/// The extension module wengert._core.
#define WENGERT_IMPORTS_NUMPY
#include "bindings/checkpoint.h"
#include "bindings/checkpoint_chain.h"
#include "bindings/no_grad.h"
#include "bindings/numpy_api.h"

#include <pybind11/pybind11.h>

#include <atomic>
#include <string>

#include "bindings/branches.h"
#include "bindings/closure.h"
#include "bindings/custom_rule.h"
#include "bindings/debug.h"
#include "bindings/departure.h"
#include "bindings/errors.h"
#include "bindings/explain.h"
#include "bindings/fourier.h"
#include "bindings/guard.h"
#include "bindings/host_call.h"
#include "bindings/jacobian.h"
#include "bindings/jit/jitted.h"
#include "bindings/loops.h"
#include "bindings/memory_order.h"
#include "bindings/primitive_object.h"
#include "bindings/programs.h"
#include "bindings/protocols.h"
#include "bindings/scipy_functions.h"
#include "bindings/sparse_jacobian.h"
#include "bindings/storing.h"
#include "bindings/tensor_object.h"
#include "bindings/transforms.h"
#include "bindings/views.h"
#include "bindings/vmap.h"
#include "bindings/while_loops.h"
#include "core/error.h"
#include "core/host.h"
#include "core/large_blocks.h"
#include "core/threads.h"
#include "kernels/blas.h"
#include "kernels/table.h"

namespace py = pybind11;

namespace wg::bindings {
namespace {

// At its end Python has one thread left, which keeps the lock.
void* unlock() { return PyGILState_Check() && !is_python_ending() ? PyEval_SaveThread() : nullptr; }
void relock(void* state) {
  // Python ends a thread that comes back now, which nothing on its stack is prepared for. It waits
  // for the end of the process instead, as from CPython 3.14 on Python itself has it do.
  if (is_python_ending()) wait_for_the_end();
#if defined(__GLIBCXX__)
  try {
    PyEval_RestoreThread(static_cast<PyThreadState*>(state));
  } catch (abi::__forced_unwind&) {
    wait_for_the_end();
  }
#else
  PyEval_RestoreThread(static_cast<PyThreadState*>(state));
#endif
}
void poll() {
  if (PyGILState_Check() && PyErr_CheckSignals() < 0) throw PythonError::of_signal();
}

/// Calls a function of this library that throws C++ exceptions.
template <class F> auto translated(F&& f) {
  try {
    return f();
  } catch (const EnvironmentError&) {
    throw;  // pybind11 makes it an ImportError with this message
  } catch (...) {
    set_python_error();
    throw py::error_already_set();
  }
}

}  // namespace
}  // namespace wg::bindings

PYBIND11_MODULE(_core, m) {
  using namespace wg;
  using namespace wg::bindings;
  translated([&] {
    if (_import_array() < 0) throw PythonError();
    host() = {unlock, relock, poll, is_in_no_grad, transform_lines};
    find_host_functions() = scipy_functions;
    add_no_grad(m.ptr());
    add_errors(m.ptr());
    add_tensor_type(m.ptr());
    add_primitives(m.ptr());
    add_protocols(m.ptr());
    add_operands(m.ptr());
    add_storing(m.ptr());
    add_closure(m.ptr());
    add_transforms(m.ptr());
    add_vmap(m.ptr());
    add_jitted(m.ptr());
    add_sparse_jacobian(m.ptr());
    add_jacobian(m.ptr());
    add_custom_rules(m.ptr());
    add_host_calls(m.ptr());
    add_checkpoint(m.ptr());
    add_checkpoint_chain(m.ptr());
    add_loops(m.ptr());
    add_branches(m.ptr());
    add_while_loops(m.ptr());
    add_debug(m.ptr());
    add_departures(m.ptr());
    add_views(m.ptr());
    add_memory_order(m.ptr());
    add_explain(m.ptr());
    add_programs(m.ptr());
    (void)threads::count();       // a wrong WENGERT_NUM_THREADS is an error at import,
    (void)large_blocks::limit();  // and so is a wrong WENGERT_CACHE_MB
    return 0;
  });
  m.attr("__version__") = WENGERT_VERSION;
  m.attr("isa") = std::string(isa_level());
  m.def("num_threads", [] { return threads::count(); });
  m.def(
      "set_num_threads",
      [](int count) { translated([&] { return threads::set_count(count), 0; }); }, py::arg("count"),
      py::pos_only());
  m.def("cache_limit", [] { return large_blocks::limit(); });
  m.def("cached_bytes", [] { return large_blocks::kept(); });
  m.def("release_memory", [] { large_blocks::give_back(); });
  m.def(
      "set_blas_library", [](std::string path) { set_blas_library(std::move(path)); },
      py::arg("path"), py::pos_only());
  py::module_::import("atexit").attr("register")(py::cpp_function([] { threads::join(); }));
}
