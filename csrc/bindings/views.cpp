#include "bindings/views.h"

#include "bindings/tensor_object.h"

namespace wg::bindings {
namespace {

PyObject* forbid_writing(PyObject*, PyObject* tensor) {
  return guarded([&] {
    make_read_only(tensor);
    return Py_NewRef(tensor);
  });
}

/// As NumPy would have its elements: those of what is no view lie in C order.
PyObject* is_contiguous(PyObject*, PyObject* tensor) {
  const Window* window = reinterpret_cast<TensorObject*>(tensor)->window;
  return PyBool_FromLong(!window ||
                         (window->layout()->is_dense() && window->component() == Component::all));
}

/// Of the same storage: no two windows are compared element by element.
PyObject* share_memory(PyObject*, PyObject* const* args, Py_ssize_t) {
  const auto storage = [](PyObject* tensor) {
    const Window* window = reinterpret_cast<TensorObject*>(tensor)->window;
    return window ? &window->storage() : nullptr;
  };
  return PyBool_FromLong(args[0] == args[1] ||
                         (storage(args[0]) && storage(args[0]) == storage(args[1])));
}

PyMethodDef functions[] = {
    {"forbid_writing", forbid_writing, METH_O,
     "forbid_writing(tensor, /)\n--\n\nThe Tensor, through which nothing is written any more."},
    {"is_contiguous", is_contiguous, METH_O,
     "is_contiguous(tensor, /)\n--\n\nWhether elements lie side by side in C order."},
    {"share_memory", as_method(share_memory), METH_FASTCALL,
     "share_memory(one, other, /)\n--\n\nWhether what is written to one may be seen in the other."},
    {}};

}  // namespace

void add_views(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
