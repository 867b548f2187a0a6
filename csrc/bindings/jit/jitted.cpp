#include "bindings/jit/jitted.h"

#include <structmember.h>

#include <cstddef>

#include "bindings/jit/programs.h"
#include "core/error.h"
#include "tape/archive/bytes.h"

namespace wg::bindings {
namespace {

struct JittedObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  PyObject* function;
  PyObject* dict;
  PyObject* references;  // weak ones
  Programs* programs;
};

JittedObject& jitted_of(PyObject* object) { return *reinterpret_cast<JittedObject*>(object); }

/// How many blocks are open in which functions run as they are.
int switched_off = 0;

/// Whether who records or watches is to see the operations themselves.
bool is_seen() { return switched_off > 0 || this_thread.trace || this_thread.witness; }

PyObject* call(PyObject* self, PyObject* const* args, std::size_t flags, PyObject* keywords) {
  return guarded([&] {
    JittedObject& own = jitted_of(self);
    const Object held = Object::share(self);
    const Arguments arguments{args, PyVectorcall_NARGS(flags), keywords};
    return is_seen() ? own.programs->called(arguments) : own.programs->call(arguments);
  });
}

Static static_of(PyObject* numbers, PyObject* names) {
  Static given;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(numbers); ++i) {
    const Py_ssize_t number = PyLong_AsSsize_t(PyTuple_GET_ITEM(numbers, i));
    if (number == -1 && PyErr_Occurred()) throw PythonError();
    given.numbers.insert(number);
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); ++i) {
    given.names.push_back(Object::share(PyTuple_GET_ITEM(names, i)));
  }
  return given;
}

/// Jitted(fun, static_argnums, static_argnames, max_paths, verify)
PyObject* make(PyTypeObject* type, PyObject* args, PyObject*) {
  return guarded([&] {
    PyObject *function, *numbers, *names;
    Py_ssize_t max_paths, verify;
    if (!PyArg_ParseTuple(args, "OO!O!nn:Jitted", &function, &PyTuple_Type, &numbers, &PyTuple_Type,
                          &names, &max_paths, &verify)) {
      throw PythonError();
    }
    Object object = Object::take(type->tp_alloc(type, 0));
    JittedObject& own = jitted_of(object.get());
    own.vectorcall = call;
    own.function = Py_NewRef(function);
    own.programs =
        new Programs(function, static_of(numbers, names), static_cast<std::size_t>(max_paths),
                     static_cast<std::uint64_t>(verify));
    return object.release();
  });
}

/// load_jitted(type, file): what `saved` gave, as an object of that type.
PyObject* load(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    checked(PyBytes_AsStringAndSize(args[1], &bytes, &size));
    auto programs = Programs::loaded(
        unframed({reinterpret_cast<const std::byte*>(bytes), static_cast<std::size_t>(size)}));
    auto* const type = reinterpret_cast<PyTypeObject*>(args[0]);
    Object object = Object::take(type->tp_alloc(type, 0));
    jitted_of(object.get()).vectorcall = call;
    jitted_of(object.get()).programs = programs.release();
    return object.release();
  });
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(jitted_of(self).function);
  Py_VISIT(jitted_of(self).dict);
  return jitted_of(self).programs ? jitted_of(self).programs->traverse(visit, arg) : 0;
}

int clear(PyObject* self) {
  Py_CLEAR(jitted_of(self).dict);
  delete std::exchange(jitted_of(self).programs, nullptr);
  Py_CLEAR(jitted_of(self).function);
  return 0;
}

void destroy(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (jitted_of(self).references) PyObject_ClearWeakRefs(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* bind(PyObject* self, PyObject* instance, PyObject*) {
  if (!instance || instance == Py_None) return Py_NewRef(self);
  return PyMethod_New(self, instance);
}

PyObject* forget(PyObject* self, PyObject*) {
  return guarded([&]() -> PyObject* {
    jitted_of(self).programs->clear();
    Py_RETURN_NONE;
  });
}

PyObject* listed(PyObject* self, PyObject*) {
  return guarded([&] { return jitted_of(self).programs->listed(); });
}

PyObject* saved(PyObject* self, PyObject*) {
  return guarded([&] {
    const std::string file = framed(jitted_of(self).programs->saved());
    return checked(PyBytes_FromStringAndSize(file.data(), static_cast<Py_ssize_t>(file.size())));
  });
}

PyObject* named(PyObject* self, PyObject*) {
  return guarded([&] { return jitted_of(self).programs->named(); });
}

PyObject* name(PyObject* self, PyObject*) {
  return guarded(
      [&] { return checked(PyUnicode_FromString(jitted_of(self).programs->name().c_str())); });
}

/// _lowered(args, keywords, seconds)
PyObject* lowered(PyObject* self, PyObject* args) {
  return guarded([&] {
    PyObject *positional, *keywords;
    double seconds;
    if (!PyArg_ParseTuple(args, "O!O!d:_lowered", &PyTuple_Type, &positional, &PyDict_Type,
                          &keywords, &seconds)) {
      throw PythonError();
    }
    std::vector<PyObject*> all;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(positional); ++i)
      all.push_back(PyTuple_GET_ITEM(positional, i));
    const Object names = Object::take(PyTuple_New(PyDict_GET_SIZE(keywords)));
    PyObject *name, *value;
    for (Py_ssize_t at = 0, i = 0; PyDict_Next(keywords, &at, &name, &value); ++i) {
      PyTuple_SET_ITEM(names.get(), i, Py_NewRef(name));
      all.push_back(value);
    }
    const Object held = Object::share(self);
    return jitted_of(self).programs->lowered(
        self, {all.data(), PyTuple_GET_SIZE(positional), names.get()}, seconds);
  });
}

/// _into(out, *args, **keywords): None if results were written to `out`, else a tuple of what is
/// returned.
PyObject* into(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  return guarded([&] {
    const Object held = Object::share(self);
    return jitted_of(self).programs->call_into(args[0], {args + 1, count - 1, keywords}, is_seen());
  });
}

/// calls_as_it_is(type): has objects of a subclass called as those of its base are.
PyObject* calls_as_it_is(PyObject*, PyObject* type) {
  auto* const own = reinterpret_cast<PyTypeObject*>(type);
  own->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
  PyType_Modified(own);
  return Py_NewRef(type);
}

PyObject* switch_off(PyObject*, PyObject* by) {
  return guarded([&]() -> PyObject* {
    switched_off += static_cast<int>(PyLong_AsLong(by));
    Py_RETURN_NONE;
  });
}

PyMethodDef methods[] = {
    {"clear", forget, METH_NOARGS,
     "clear($self)\n--\n\nForget what was recorded: the next call records again."},
    {"_listed", listed, METH_NOARGS, nullptr},
    {"_name", name, METH_NOARGS, nullptr},
    {"_saved", saved, METH_NOARGS, nullptr},
    {"_named", named, METH_NOARGS, nullptr},
    {"_lowered", lowered, METH_VARARGS, nullptr},
    {"_into", as_method(into), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {}};

PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(JittedObject, vectorcall), READONLY, nullptr},
    {"__dictoffset__", T_PYSSIZET, offsetof(JittedObject, dict), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(JittedObject, references), READONLY, nullptr},
    {}};

PyGetSetDef attributes[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr}, {}};

PyMethodDef jitted_functions[] = {{"load_jitted", as_method(load), METH_FASTCALL, nullptr},
                                  {"calls_as_it_is", calls_as_it_is, METH_O, nullptr},
                                  {"switch_jit_off", switch_off, METH_O, nullptr},
                                  {}};

}  // namespace

void add_jitted(PyObject* module) {
  PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void*>(make)},
                         {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                         {Py_tp_descr_get, reinterpret_cast<void*>(bind)},
                         {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                         {Py_tp_clear, reinterpret_cast<void*>(clear)},
                         {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
                         {Py_tp_methods, methods},
                         {Py_tp_members, members},
                         {Py_tp_getset, attributes},
                         {0, nullptr}};
  PyType_Spec spec{
      "wengert._core.Jitted", sizeof(JittedObject), 0,
      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
      slots};
  const Object type = Object::take(PyType_FromSpec(&spec));
  checked(PyModule_AddObjectRef(module, "Jitted", type.get()));
  checked(PyModule_AddFunctions(module, jitted_functions));
  add_recording(module);
}

}  // namespace wg::bindings
