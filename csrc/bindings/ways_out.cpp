#include "bindings/ways_out.h"

#include <optional>
#include <string>
#include <string_view>

#include "bindings/calling_library.h"
#include "bindings/calls.h"
#include "bindings/departure.h"
#include "bindings/leaves.h"
#include "bindings/object_arrays.h"
#include "core/copy.h"
#include "graph/trace.h"

namespace wg::bindings {
namespace {

bool is_object_dtype(PyObject* dtype) {
  PyArray_Descr* descr = nullptr;
  if (!PyArray_DescrConverter(dtype, &descr)) throw PythonError();
  const Object owner = Object::take(reinterpret_cast<PyObject*>(descr));
  return descr->type_num == NPY_OBJECT;
}

PyObject* detach(PyObject* self, PyObject*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    note_departure(tensor, "detach");
    return wrap(cut(tensor));
  });
}

PyObject* item(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return guarded([&] {
    const Tensor tensor = read(self);
    observe(tensor, is_integral(tensor.dtype()) ? "" : ".item");
    note_departure(tensor, "item");
    const Array& value = tensor.value;
    if (count == 0 && value.size() == 1) return to_python_number(value);
    const Object array = Object::take(view_as_ndarray(value));
    const Object method = Object::take(PyObject_GetAttrString(array.get(), "item"));
    return checked(
        PyObject_Vectorcall(method.get(), args, static_cast<std::size_t>(count), nullptr));
  });
}

PyObject* numpy(PyObject* self, PyObject*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    refuse_to_leave(tensor, "numpy");
    return view_as_ndarray(tensor.value);
  });
}

/// Whether A @ x of a sparse matrix asks: SciPy takes an array of one object for an operand that is
/// none of its own, and leaves the product to x.__rmatmul__.
bool is_offered_product(const Caller& caller) {
  return caller.file.starts_with("scipy/sparse/") && caller.function.ends_with("mul_dispatch");
}

/// Whether df @ x of pandas asks, which has no such way out: it goes on with NumPy's product, which
/// works on objects.
bool is_product_of_pandas(const Caller& caller) {
  return caller.file.starts_with("pandas/core/") && caller.function == "dot";
}

/// Whether NumPy's classes of polynomials ask: they compute with coefficients that are objects, one
/// by one.
bool is_for_polynomials(const Caller& caller) {
  return caller.file.starts_with("numpy/polynomial/");
}

/// Whether they ask for no coefficients, but for places or samples that they add and multiply: an
/// array of one object leaves that to the Tensor.
bool is_of_places(const Caller& caller) {
  return is_for_polynomials(caller) &&
         (caller.function == "mapdomain" || caller.function == "_fit");
}

PyObject* as_one_object(PyObject* object) {
  Object out = Object::take(PyArray_SimpleNew(0, nullptr, NPY_OBJECT));
  auto* const place =
      static_cast<PyObject**>(PyArray_DATA(reinterpret_cast<PyArrayObject*>(out.get())));
  Py_XSETREF(*place, Py_NewRef(object));
  return out.release();
}

PyObject* array(PyObject* self, PyObject* args, PyObject* names) {
  return guarded([&]() -> PyObject* {
    PyObject *dtype = Py_None, *copy = Py_None;
    static const char* keywords[] = {"dtype", "copy", nullptr};
    if (!PyArg_ParseTupleAndKeywords(args, names, "|OO:__array__", const_cast<char**>(keywords),
                                     &dtype, &copy)) {
      throw PythonError();
    }
    const Tensor tensor = read(self);
    if (is_bound_to_record(tensor)) {
      const auto caller = calling_library();
      if (caller && (is_offered_product(*caller) || is_of_places(*caller)))
        return as_one_object(self);
      const bool takes_objects =
          (dtype != Py_None && is_object_dtype(dtype)) ||
          (caller && (is_product_of_pandas(*caller) || is_for_polynomials(*caller)));
      if (takes_objects && !is_complex(tensor.dtype())) {
        note_that_one_is_held();
        return taken_apart(tensor);
      }
    }
    refuse_to_leave(tensor, copy == Py_True ? "np.array" : "np.asarray");
    Object out = Object::take(copy == Py_True ? to_ndarray(copy_of(tensor.value))
                                              : view_as_ndarray(tensor.value));
    if (dtype == Py_None) return out.release();
    return checked(PyObject_CallMethod(out.get(), "astype", "O", dtype));
  });
}

/// NumPy looks for this method, and holds what has none as an object.
PyObject* get_array(PyObject* self, void*) {
  if (is_held_as_object(read_type(self))) {
    note_that_one_is_held();
    PyErr_SetString(PyExc_AttributeError,
                    "__array__: this Tensor is a number that is being differentiated, or one of "
                    "many; NumPy holds it as an object");
    return nullptr;
  }
  static PyMethodDef method = {"__array__", as_method(array), METH_VARARGS | METH_KEYWORDS,
                               nullptr};
  return PyCFunction_New(&method, self);
}

PyObject* dlpack(PyObject* self, PyObject* args, PyObject* names) {
  return guarded([&] {
    const Tensor tensor = read(self);
    refuse_to_leave(tensor, "dlpack");
    // A copy: DLPack cannot say in every version that memory is read-only.
    const Object out = Object::take(to_ndarray(copy_of(tensor.value)));
    const Object method = Object::take(PyObject_GetAttrString(out.get(), "__dlpack__"));
    return checked(PyObject_Call(method.get(), args, names));
  });
}

PyObject* dlpack_device(PyObject*, PyObject*) { return Py_BuildValue("(ii)", 1, 0); }

PyObject* reduce(PyObject* self, PyObject*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    const bool is_leaf = cell_of(tensor) != nullptr;
    if (!is_leaf) refuse_to_leave(tensor, "pickle");
    const Object module = Object::take(PyImport_ImportModule("wengert"));
    const Object make = Object::take(PyObject_GetAttrString(module.get(), "tensor"));
    const Object value = Object::take(to_ndarray(copy_of(tensor.value)));
    return checked(
        Py_BuildValue("(O(OOO))", make.get(), value.get(), Py_None, is_leaf ? Py_True : Py_False));
  });
}

PyObject* format(PyObject* self, PyObject* spec) {
  return guarded([&] {
    const Tensor tensor = read(self);
    observe_text(tensor);
    const Array& value = tensor.value;
    const Object object = Object::take(
        value.size() == 1 && value.ndim() == 0 ? to_python_number(value) : view_as_ndarray(value));
    return said_of_many(tensor, Object::take(PyObject_Format(object.get(), spec)));
  });
}

PyObject* as_complex(PyObject* self, PyObject*) {
  return guarded([&] {
    const Object number = Object::take(to_python_number(lone_number(self, "complex")));
    return checked(PyObject_CallOneArg(reinterpret_cast<PyObject*>(&PyComplex_Type), number.get()));
  });
}

int get_buffer(PyObject* self, Py_buffer* view, int flags) {
  return guarded([&] {
    view->obj = nullptr;
    const Tensor tensor = read(self);
    // NumPy asks for a buffer first, and for an array of objects, say, only if there is none
    if (!tensor.is_differentiated() && is_bound_to_record(tensor)) {
      PyErr_SetString(PyExc_TypeError,
                      "buffer: a value that is one of many has none; use np.asarray");
      throw PythonError();
    }
    if (is_held_as_object(tensor)) {  // and it asks every number that it is to hold
      PyErr_SetString(PyExc_TypeError, "buffer: a number that is being differentiated has none");
      throw PythonError();
    }
    refuse_to_leave(tensor, "buffer");
    if (flags & PyBUF_WRITABLE) {
      PyErr_SetString(PyExc_BufferError, "buffer: a Tensor's memory is read-only");
      throw PythonError();
    }
    // The array exports, and keeps the memory alive whatever becomes of the Tensor.
    const Object array = Object::take(view_as_ndarray(tensor.value));
    checked(PyObject_GetBuffer(array.get(), view, flags));
    return 0;
  });
}

}  // namespace

namespace {

std::string asked_by(const std::optional<Caller>& caller) {
  return caller ? " (in " + caller->function + " of " + caller->file + ")" : "";
}

/// What serves in the place of an array of Tensors, or of one that is stored in.
std::string instead_of_array(const Tensor& tensor, const std::optional<Caller>& caller) {
  if (caller && caller->file.starts_with("pandas/")) {
    return " (pandas holds no Tensors; for products with its data wengert.numpy.matmul(df, x))";
  }
  if (const std::string own = instead_of_scipy(); !own.empty()) return own;
  const char* const shaped =
      is_complex(tensor.dtype()) ? "for arrays of complex Tensors wengert.numpy.array, np.stack; "
      : tensor.value.ndim() > 0
          ? "for np.array of a list of such Tensors wengert.numpy.array, np.stack or "
            "np.concatenate; "
          : "for arrays of Tensors wengert.numpy.array, wengert.numpy.full, np.stack; ";
  return std::string(" (") + shaped +
         "for what a Generator draws those of wengert.random; to store it in an array "
         "np.zeros(n, like=x) or wengert.numpy.zeros(n))";
}

}  // namespace

void refuse_to_leave(const Tensor& tensor, const char* way) {
  if (!tensor.is_differentiated()) {
    return observe(tensor, is_inexact(tensor.dtype()) ? way : "");
  }
  // NumPy asks for these on its way into an array's elements
  const std::string_view asked = way;
  std::string from = way, functions;
  if (asked == "np.asarray" || asked == "np.array") {
    const auto caller = calling_library();
    from += asked_by(caller);
    functions = instead_of_array(tensor, caller);
  } else if (asked == "float" || asked == "complex") {
    from += asked_by(calling_library());
    functions = instead_of_scipy();
    if (functions.empty()) {
      functions =
          " (for arrays of it and other numbers wengert.numpy.array, without dtype=float; for "
          "statistics of such arrays those of wengert.numpy; for what a Generator draws those of "
          "wengert.random; to store it in an array that of np.zeros(n, like=x) or "
          "wengert.numpy.zeros(n))";
    }
  }
  PyErr_Format(PyExc_TypeError,
               "%s: this Tensor is being differentiated, and its derivative would be lost; use "
               "NumPy's or wengert.numpy's functions on it%s, or .item(), .detach() or "
               "wengert.stop_gradient where the derivative is meant to end",
               from.c_str(), functions.c_str());
  throw PythonError();
}

Array lone_number(PyObject* object, const char* way) {
  Tensor tensor = read(object);
  refuse_to_leave(tensor, way);
  if (tensor.value.size() != 1) {
    PyErr_Format(PyExc_TypeError, "%s: the Tensor has %lld elements; exactly one is needed", way,
                 static_cast<long long>(tensor.value.size()));
    throw PythonError();
  }
  return std::move(tensor.value);
}

void add_ways_out(std::vector<PyMethodDef>& methods) {
  methods.insert(
      methods.end(),
      {{"detach", detach, METH_NOARGS,
        "detach($self)\n--\n\nThe same value, a constant to every derivative."},
       {"item", as_method(item), METH_FASTCALL,
        "item($self, *index)\n--\n\nOne element as a Python number, a constant to every "
        "derivative."},
       {"numpy", numpy, METH_NOARGS, "numpy($self)\n--\n\nThe value as a read-only ndarray."},
       {"__dlpack__", as_method(dlpack), METH_VARARGS | METH_KEYWORDS, nullptr},
       {"__dlpack_device__", dlpack_device, METH_NOARGS, nullptr},
       {"__reduce__", reduce, METH_NOARGS, nullptr},
       {"__format__", format, METH_O, nullptr},
       {"__complex__", as_complex, METH_NOARGS, nullptr}});
}

void add_array_attribute(std::vector<PyGetSetDef>& attributes) {
  attributes.push_back({"__array__", get_array, nullptr, "The value as an ndarray.", nullptr});
}

void add_buffer_slots(std::vector<PyType_Slot>& slots) {
  slots.push_back({Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)});
}

}  // namespace wg::bindings
