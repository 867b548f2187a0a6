#include "bindings/jacobian.h"

#include "bindings/jacobian_call.h"
#include "bindings/plans.h"
#include "sweeps/jacobian.h"

namespace wg::bindings {
namespace {

/// jacobian(name, fun, argnums, mode, has_aux, holomorphic, chunk, args, keywords, plans)
PyObject* jacobian(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const char* name = PyUnicode_AsUTF8(args[0]);
    const bool has_aux = args[4] == Py_True, is_holomorphic = args[5] == Py_True;
    const Py_ssize_t chunk =
        args[6] == Py_None ? 0 : PyNumber_AsSsize_t(args[6], PyExc_OverflowError);
    if (chunk == -1 && PyErr_Occurred()) throw PythonError();
    const JacobianCall call(name, args[1], args[2], has_aux, args[7], args[8]);
    const Mode mode = call.checked_mode(mode_of(args[3]), is_holomorphic);
    std::vector<std::vector<Object>> parts;
    for (std::vector<Tensor>& blocks : jacobian_blocks(
             call.outputs(), call.leaves(), mode, call.call().policy(), chunk, plans_of(args[9]))) {
      parts.push_back(call.call().results(std::move(blocks)));
    }
    return call.nested(std::move(parts)).release();
  });
}

PyMethodDef jacobian_functions[] = {{"jacobian", as_method(jacobian), METH_FASTCALL, nullptr}, {}};

}  // namespace

void add_jacobian(PyObject* module) { checked(PyModule_AddFunctions(module, jacobian_functions)); }

}  // namespace wg::bindings
