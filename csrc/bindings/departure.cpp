#include "bindings/departure.h"

#include "bindings/errors.h"
#include "bindings/origin.h"
#include "bindings/tensor_object.h"

namespace wg::bindings {

namespace {

void note_here(const Tensor& tensor, const char* by) {
  Departures::note(tensor, by, [] {
    const Origin origin = Origins().here();
    return origin ? origin.text() : std::string("a line that is not known");
  });
}

}  // namespace

void note_departure(const Tensor& tensor, const char* by) {
  if (!this_thread.departures || !tensor.is_tracked()) return;
  if (frames_of_library() == 0) note_here(tensor, by);  // or functions of the library call it
}

void warn_of_zero(const char* transform, const Departure& departure) {
  const std::string text =
      std::string(transform) +
      ": the result of fun depends on nothing that is differentiated, so its derivative is zero; a "
      "value that was being differentiated left by " +
      departure.by + " at " + departure.place + "; go on with the Tensor itself";
  checked(PyErr_WarnEx(zero_derivative_warning(), text.c_str(), frames_of_library() + 1));
}

namespace {

/// note_departure(tensor, by), for methods that are Python.
PyObject* note(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const char* by = PyUnicode_AsUTF8(args[1]);
    if (!by) throw PythonError();
    note_here(read_in_place(args[0]), by);
    Py_RETURN_NONE;
  });
}

PyObject* set_library_root(PyObject*, PyObject* path) {
  return guarded([&]() -> PyObject* {
    const char* root = PyUnicode_AsUTF8(path);
    if (!root) throw PythonError();
    library_root() = root;
    Py_RETURN_NONE;
  });
}

PyMethodDef departure_functions[] = {{"note_departure", as_method(note), METH_FASTCALL, nullptr},
                                     {"set_library_root", set_library_root, METH_O, nullptr},
                                     {}};

}  // namespace

void add_departures(PyObject* module) {
  checked(PyModule_AddFunctions(module, departure_functions));
}

}  // namespace wg::bindings
