#include "bindings/ways_out.h"

#include <string_view>

#include "bindings/calls.h"
#include "bindings/departure.h"
#include "bindings/leaves.h"
#include "core/copy.h"
#include "graph/trace.h"

namespace wg::bindings {
namespace {

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

PyObject* array(PyObject* self, PyObject* args, PyObject* names) {
  return guarded([&]() -> PyObject* {
    PyObject *dtype = Py_None, *copy = Py_None;
    static const char* keywords[] = {"dtype", "copy", nullptr};
    if (!PyArg_ParseTupleAndKeywords(args, names, "|OO:__array__", const_cast<char**>(keywords),
                                     &dtype, &copy)) {
      throw PythonError();
    }
    const Tensor tensor = read(self);
    refuse_to_leave(tensor, "np.asarray");
    Object out = Object::take(copy == Py_True ? to_ndarray(copy_of(tensor.value))
                                              : view_as_ndarray(tensor.value));
    if (dtype == Py_None) return out.release();
    return checked(PyObject_CallMethod(out.get(), "astype", "O", dtype));
  });
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

void refuse_to_leave(const Tensor& tensor, const char* way) {
  if (!tensor.is_differentiated()) {
    return observe(tensor, is_inexact(tensor.dtype()) ? way : "");
  }
  // NumPy asks for these on its way into an array's elements
  const std::string_view asked = way;
  const char* const functions =
      asked == "np.asarray" ? " (for arrays of Tensors wengert.numpy.array, wengert.numpy.full, "
                              "np.stack; to store it "
                              "in an array np.zeros(n, like=x) or wengert.numpy.zeros(n))"
      : asked == "float" || asked == "complex"
          ? " (to store it in an array, that of np.zeros(n, like=x) or wengert.numpy.zeros(n))"
          : "";
  PyErr_Format(PyExc_TypeError,
               "%s: this Tensor is being differentiated, and its derivative would be lost; use "
               "NumPy's or wengert.numpy's functions on it%s, or .item(), .detach() or "
               "wengert.stop_gradient where the derivative is meant to end",
               way, functions);
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
       {"__array__", as_method(array), METH_VARARGS | METH_KEYWORDS, nullptr},
       {"__dlpack__", as_method(dlpack), METH_VARARGS | METH_KEYWORDS, nullptr},
       {"__dlpack_device__", dlpack_device, METH_NOARGS, nullptr},
       {"__reduce__", reduce, METH_NOARGS, nullptr},
       {"__format__", format, METH_O, nullptr},
       {"__complex__", as_complex, METH_NOARGS, nullptr}});
}

void add_buffer_slots(std::vector<PyType_Slot>& slots) {
  slots.push_back({Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)});
}

}  // namespace wg::bindings
