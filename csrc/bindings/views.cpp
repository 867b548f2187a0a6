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
  const Window* window = window_at(tensor);
  return PyBool_FromLong(!window ||
                         (window->layout()->is_dense() && window->component() == Component::all));
}

/// Of the same storage: no two windows are compared element by element.
PyObject* share_memory(PyObject*, PyObject* const* args, Py_ssize_t) {
  const auto storage = [](PyObject* tensor) {
    const Window* window = window_at(tensor);
    return window ? &window->storage() : nullptr;
  };
  return PyBool_FromLong(args[0] == args[1] ||
                         (storage(args[0]) && storage(args[0]) == storage(args[1])));
}

PyObject* tuple_of(std::span<const std::int64_t> numbers) {
  Object tuple = Object::take(PyTuple_New(static_cast<Py_ssize_t>(numbers.size())));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i),
                     checked(PyLong_FromLongLong(numbers[i])));
  }
  return tuple.release();
}

/// Where its elements stand among those of the whole.
PyObject* window(PyObject*, PyObject* tensor) {
  return guarded([&]() -> PyObject* {
    const Window* window = window_at(tensor);
    if (!window) Py_RETURN_NONE;
    const char* const components[] = {"all", "real", "imag"};
    return checked(
        Py_BuildValue("LNNLs", static_cast<long long>(window->storage().whole().value.size()),
                      tuple_of(window->layout()->shape()), tuple_of(window->layout()->strides()),
                      static_cast<long long>(window->offset()),
                      components[static_cast<int>(window->component())]));
  });
}

PyMethodDef views_functions[] = {
    {"forbid_writing", forbid_writing, METH_O,
     "forbid_writing(tensor, /)\n--\n\nThe Tensor, through which nothing is written any more."},
    {"is_contiguous", is_contiguous, METH_O,
     "is_contiguous(tensor, /)\n--\n\nWhether elements lie side by side in C order."},
    {"share_memory", as_method(share_memory), METH_FASTCALL,
     "share_memory(one, other, /)\n--\n\nWhether what is written to one may be seen in the other."},
    {"window", window, METH_O,
     "window(tensor, /)\n--\n\nHow many elements the whole has that others see as well, and the "
     "shape, the strides, the offset and the component of the part that is seen; or None."},
    {}};

}  // namespace

void add_views(PyObject* module) { checked(PyModule_AddFunctions(module, views_functions)); }

}  // namespace wg::bindings
