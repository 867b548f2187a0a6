#include "bindings/tensor_object.h"

#include <vector>

#include "bindings/attributes.h"
#include "bindings/backward.h"
#include "bindings/indexing.h"
#include "bindings/iteration.h"
#include "bindings/leaves.h"
#include "bindings/object_methods.h"
#include "bindings/operands.h"
#include "bindings/operators.h"
#include "bindings/protocols.h"
#include "bindings/ways_out.h"
#include "graph/gradient_cell.h"
#include "graph/trace.h"

namespace wg::bindings {

PyTypeObject* tensor_type = nullptr;

namespace {

void dealloc_tensor(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  auto* handle = reinterpret_cast<TensorObject*>(object);
  delete handle->window;
  Tensor& tensor = handle->tensor;
  if (const Node* node = tensor.node.pointer(); node && node->is_leaf()) [[unlikely]]
    hide_gradient(*node);
  tensor.~Tensor();
  type->tp_free(object);
  Py_DECREF(type);
}

PyObject* make_tensor(PyTypeObject*, PyObject*, PyObject*) {
  PyErr_SetString(PyExc_TypeError, "Tensor: Tensors are made by wengert.tensor(data)");
  return nullptr;
}

/// Whether it stands for others that nobody sees.
bool is_one_of_unseen(const Tensor& tensor) {
  return is_one_of_many(tensor) && !Trace::may_leave(*tensor.node);
}

/// ndarray's text under another name: array([1., 2.]) is Tensor([1., 2.]). What else there is to
/// know of the Tensor follows.
PyObject* represent_tensor(PyObject* object) {
  return guarded([&] {
    const Tensor tensor = read(object);
    observe_text(tensor);
    const Object array = Object::take(view_as_ndarray(tensor.value));
    const Object text = Object::take(PyObject_Repr(array.get()));
    const Object inner = Object::take(PyUnicode_Substring(text.get(), 6, PY_SSIZE_T_MAX));
    // Further lines are indented by one column more than under "array(".
    const Object narrow = Object::take(PyUnicode_FromString("\n"));
    const Object wide = Object::take(PyUnicode_FromString("\n "));
    const Object indented =
        Object::take(PyUnicode_Replace(inner.get(), narrow.get(), wide.get(), -1));
    const char* const tells = tensor.is_differentiated()
                                  ? is_one_of_unseen(tensor) ? ", requires_grad=True, one of many)"
                                                             : ", requires_grad=True)"
                              : is_one_of_unseen(tensor) ? ", one of many)"
                                                         : ")";
    const Object open = Object::take(
        PyUnicode_Substring(indented.get(), 0, PyUnicode_GetLength(indented.get()) - 1));
    return checked(PyUnicode_FromFormat("Tensor(%U%s", open.get(), tells));
  });
}

PyObject* tensor_text(PyObject* object) {
  return guarded([&] {
    const Tensor tensor = read(object);
    observe_text(tensor);
    const Object array = Object::take(view_as_ndarray(tensor.value));
    return said_of_many(tensor, Object::take(PyObject_Str(array.get())));
  });
}

Py_hash_t hash(PyObject* object) {
  return static_cast<Py_hash_t>(reinterpret_cast<std::uintptr_t>(object) >> 4);
}

}  // namespace

void observe_text(const Tensor& tensor) {
  if (this_thread.trace && this_thread.trace->outside()) observe(tensor, "print");
}

PyObject* said_of_many(const Tensor& tensor, Object text) {
  if (!is_one_of_unseen(tensor)) return text.release();
  return checked(PyUnicode_FromFormat("%U (one of many)", text.get()));
}

TensorObject& handle_inside(TensorObject& handle) {
  Trace* const trace = Trace::capturing();
  if (!trace || !trace->is_older(handle.born)) return handle;
  return *static_cast<TensorObject*>(trace->outside()->inside(&handle));
}

std::uint64_t born(PyObject* object) {
  const TensorObject& handle = handle_of(object);
  return handle.window ? handle.window->storage().born() : handle.born;
}

void show_gradient(const Node& leaf) {
  if (GradientCell* cell = gradient_cell(&leaf)) cell->show();
}
void hide_gradient(const Node& leaf) {
  if (GradientCell* cell = gradient_cell(&leaf)) cell->hide();
}

void write(PyObject* object, Tensor tensor) {
  TensorObject& handle = handle_of(object);
  if (!handle.window) {
    if (tensor.node) show_gradient(*tensor.node);
    std::swap(handle.tensor, tensor);
    if (tensor.node) hide_gradient(*tensor.node);
  } else if (handle.window->is_whole()) {
    handle.window->storage().replace(std::move(tensor));
  } else {
    handle.window->write(std::move(tensor));
  }
  note_write(object);
}

void note_write(PyObject* object) {
  if (traces_capturing == 0) return;
  if (Trace* const trace = Trace::capturing()) trace->outside()->wrote(&handle_of(object));
}

void make_read_only(PyObject* object) { window_of(object).forbid_writing(); }

Window& window_of(PyObject* object) {
  TensorObject& handle = handle_of(object);
  if (!handle.window) {
    handle.window = new Window(Storage::make(handle.tensor, handle.born), handle.tensor);
  }
  return *handle.window;
}

void add_tensor_type(PyObject* module) {
  // Python keeps pointers to the rows.
  static std::vector<PyMethodDef> methods;
  static std::vector<PyGetSetDef> attributes;
  add_backward_methods(methods);
  add_leaf_methods(methods);
  add_ways_out(methods);
  add_protocol_methods(methods);
  add_iteration_methods(methods);
  methods.push_back({});
  add_attributes(attributes);
  add_gradient_attribute(attributes);
  add_array_attribute(attributes);
  add_object_methods(attributes);
  attributes.push_back({});
  std::vector<PyType_Slot> slots = {
      {Py_tp_dealloc, reinterpret_cast<void*>(dealloc_tensor)},
      {Py_tp_new, reinterpret_cast<void*>(make_tensor)},
      {Py_tp_repr, reinterpret_cast<void*>(represent_tensor)},
      {Py_tp_str, reinterpret_cast<void*>(tensor_text)},
      {Py_tp_hash, reinterpret_cast<void*>(hash)},
      {Py_tp_methods, methods.data()},
      {Py_tp_getset, attributes.data()},
      {Py_tp_doc,
       const_cast<char*>("An array whose operations can be differentiated; see wengert.tensor.")},
  };
  add_operator_slots(slots);
  add_indexing_slots(slots);
  add_iteration(slots);
  add_iterator_type();
  add_buffer_slots(slots);
  slots.push_back({0, nullptr});
  PyType_Spec spec{"wengert.Tensor", sizeof(TensorObject), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots.data()};
  tensor_type = reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&spec)));
  // pandas' operators leave what is done to operands of a higher priority than theirs, up to 4000
  const Object priority = Object::take(PyLong_FromLong(5000));
  checked(PyObject_SetAttrString(reinterpret_cast<PyObject*>(tensor_type), "__pandas_priority__",
                                 priority.get()));
  checked(PyModule_AddObjectRef(module, "Tensor", reinterpret_cast<PyObject*>(tensor_type)));
  const Object names = Object::take(object_method_names());
  checked(PyModule_AddObjectRef(module, "object_methods", names.get()));
}

}  // namespace wg::bindings
