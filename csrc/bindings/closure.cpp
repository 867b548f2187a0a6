#include "bindings/closure.h"

#include <algorithm>

namespace wg::bindings {
namespace {

/// Calls `function(*before, args, keywords, *after)`. A class of Python with a `__call__` of its
/// own would cost a frame more at each call.
struct Closure {
  PyObject_HEAD PyObject* function;
  PyObject* before;
  PyObject* after;
};

Closure& closure_of(PyObject* object) { return *reinterpret_cast<Closure*>(object); }

constexpr Py_ssize_t most_arguments = 16;

PyObject* make(PyTypeObject* type, PyObject* args, PyObject*) {
  PyObject *function = nullptr, *before = nullptr, *after = nullptr;
  if (!PyArg_UnpackTuple(args, "Closure", 3, 3, &function, &before, &after)) return nullptr;
  if (!PyTuple_Check(before) || !PyTuple_Check(after) ||
      PyTuple_GET_SIZE(before) + 2 + PyTuple_GET_SIZE(after) > most_arguments) {
    PyErr_SetString(PyExc_TypeError, "Closure: two tuples, of few arguments, are needed");
    return nullptr;
  }
  PyObject* object = type->tp_alloc(type, 0);
  if (!object) return nullptr;
  closure_of(object) = {*object, Py_NewRef(function), Py_NewRef(before), Py_NewRef(after)};
  return object;
}

PyObject* call(PyObject* self, PyObject* args, PyObject* keywords) {
  const Closure& closure = closure_of(self);
  const auto none = Object::own(keywords ? nullptr : PyDict_New());
  PyObject* all[most_arguments];
  PyObject** end =
      std::copy_n(&PyTuple_GET_ITEM(closure.before, 0), PyTuple_GET_SIZE(closure.before), all);
  *end++ = args;
  *end++ = keywords ? keywords : none.get();
  end = std::copy_n(&PyTuple_GET_ITEM(closure.after, 0), PyTuple_GET_SIZE(closure.after), end);
  return PyObject_Vectorcall(closure.function, all, static_cast<std::size_t>(end - all), nullptr);
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(closure_of(self).function);
  Py_VISIT(closure_of(self).before);
  Py_VISIT(closure_of(self).after);
  return 0;
}

int clear(PyObject* self) {
  Py_CLEAR(closure_of(self).function);
  Py_CLEAR(closure_of(self).before);
  Py_CLEAR(closure_of(self).after);
  return 0;
}

void destroy(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

}  // namespace

void add_closure(PyObject* module) {
  PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void*>(make)},
                         {Py_tp_call, reinterpret_cast<void*>(call)},
                         {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                         {Py_tp_clear, reinterpret_cast<void*>(clear)},
                         {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
                         {0, nullptr}};
  PyType_Spec spec{"wengert._core.Closure", sizeof(Closure), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};
  const Object type = Object::take(PyType_FromSpec(&spec));
  checked(PyModule_AddObjectRef(module, "Closure", type.get()));
}

}  // namespace wg::bindings
