#include <chrono>
#include <new>
#include <stdexcept>
#include <thread>

#include "bindings/errors.h"
#include "bindings/guard.h"
#include "core/error.h"
#include "tape/archive/bytes.h"

namespace wg::bindings {
namespace {

// Each class derives from Python's own, so that code which knows only those catches it too.
PyObject* shape_error = nullptr;
PyObject* dtype_error = nullptr;
PyObject* index_error = nullptr;
PyObject* derivative_error = nullptr;
PyObject* rule_error = nullptr;
PyObject* trace_error = nullptr;
PyObject* format_error = nullptr;
PyObject* non_finite_error = nullptr;
PyObject* zero_warning = nullptr;
PyObject* slow_warning = nullptr;

PyObject* new_error(PyObject* module, const char* name, const char* text, PyObject* base) {
  const std::string full = std::string("wengert.") + name;
  PyObject* type = checked(PyErr_NewExceptionWithDoc(full.c_str(), text, base, nullptr));
  checked(PyModule_AddObjectRef(module, name, type));
  return type;
}

}  // namespace

void add_errors(PyObject* module) {
  shape_error = new_error(module, "ShapeError", "Shapes or values that do not fit together.",
                          PyExc_ValueError);
  dtype_error = new_error(module, "DTypeError", "A value of the wrong kind.", PyExc_TypeError);
  index_error =
      new_error(module, "IndexRangeError", "An index outside its axis.", PyExc_IndexError);
  derivative_error = new_error(
      module, "DerivativeError",
      "A derivative that does not exist, or was asked for in the wrong place.", PyExc_ValueError);
  rule_error = new_error(module, "RuleError", "A function or a rule that does not exist here.",
                         PyExc_NotImplementedError);
  trace_error = new_error(module, "TraceError",
                          "A value used where the recording that it belongs to cannot follow it.",
                          PyExc_RuntimeError);
  format_error =
      new_error(module, "FormatError",
                "A file that `save` did not write, or that was changed since.", PyExc_ValueError);
  non_finite_error = new_error(module, "NonFiniteError",
                               "A NaN or an infinity that came from finite numbers; see "
                               "debug_nans.",
                               PyExc_FloatingPointError);
  zero_warning = new_error(module, "ZeroDerivativeWarning",
                           "A derivative is zero because what it was asked of left the record.",
                           PyExc_UserWarning);
  slow_warning =
      new_error(module, "PerformanceWarning",
                "What was asked for takes much longer than another way to it.", PyExc_UserWarning);
}

namespace {

/// NumPy's own class: who calls a factorization catches that.
PyObject* linear_algebra_error() {
  static PyObject* const type = [] {
    const Object module = Object::own(PyImport_ImportModule("numpy.linalg"));
    return module ? PyObject_GetAttrString(module.get(), "LinAlgError") : nullptr;
  }();
  return type ? type : shape_error;
}

}  // namespace

PyObject* zero_derivative_warning() { return zero_warning; }
PyObject* performance_warning() { return slow_warning; }

void wait_for_the_end() noexcept {
  while (true) std::this_thread::sleep_for(std::chrono::hours(1));
}

PythonError::PythonError() {
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  if (trace) PyException_SetTraceback(value, trace);
  type_ = Object::own(type), value_ = Object::own(value), trace_ = Object::own(trace);
}

PythonError PythonError::of_signal() {
  PythonError error;
  error.is_of_signal_ = true;
  return error;
}

bool PythonError::is_about_values() const noexcept {
  return !is_of_signal_ && PyErr_GivenExceptionMatches(type_.get(), PyExc_Exception) &&
         !PyErr_GivenExceptionMatches(type_.get(), PyExc_MemoryError);
}

std::string PythonError::text() const {
  const Object text = Object::own(PyObject_Str(value_.get()));
  const char* const characters = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
  if (!characters) PyErr_Clear();  // an exception class with a method of its own
  return characters ? characters : "";
}

void PythonError::add_note(const char* note) const {
  if (!PyObject_HasAttrString(value_.get(), "add_note")) return;
  const Object done = Object::own(PyObject_CallMethod(value_.get(), "add_note", "s", note));
  if (!done) PyErr_Clear();  // an exception class with a method of its own: the exception counts
}

void PythonError::restore() { PyErr_Restore(type_.release(), value_.release(), trace_.release()); }

void set_python_error() noexcept {
  try {
    throw;
  } catch (PythonError& e) {
    e.restore();
  } catch (const LinearAlgebraError& e) {
    PyErr_SetString(linear_algebra_error(), e.what());
  } catch (const ShapeError& e) {
    PyErr_SetString(shape_error, e.what());
  } catch (const DTypeError& e) {
    PyErr_SetString(dtype_error, e.what());
  } catch (const IndexRangeError& e) {
    PyErr_SetString(index_error, e.what());
  } catch (const DerivativeError& e) {
    PyErr_SetString(derivative_error, e.what());
  } catch (const RuleError& e) {
    PyErr_SetString(rule_error, e.what());
  } catch (const TraceError& e) {
    PyErr_SetString(trace_error, e.what());
  } catch (const FormatError& e) {
    PyErr_SetString(format_error, e.what());
  } catch (const NonFiniteError& e) {
    PyErr_SetString(non_finite_error, e.what());
  } catch (const std::overflow_error& e) {
    PyErr_SetString(PyExc_OverflowError, e.what());
  } catch (const std::bad_alloc&) {
    PyErr_SetString(PyExc_MemoryError, "wengert: there is not enough memory for this operation");
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  }
}

}  // namespace wg::bindings
