#include "bindings/no_grad.h"

#include "graph/untracked.h"

namespace wg::bindings {
namespace {

/// Each context has its innermost block, and knows the others from there. A block that is left is
/// marked, so that it may be left from another context, which has no access to that of the block.
struct OpenBlock {
  PyObject_HEAD PyObject* outer;  // the next one that was open, or null
  std::uint64_t number;
  bool is_open;
};

PyTypeObject* block_type = nullptr;
PyObject* innermost_block = nullptr;  // a ContextVar

OpenBlock& block_of(PyObject* object) { return *reinterpret_cast<OpenBlock*>(object); }

/// The innermost block of this context that is open, or null; a borrowed reference, since the
/// context or a block holds it.
PyObject* innermost_open() {
  PyObject* found = nullptr;
  checked(PyContextVar_Get(innermost_block, nullptr, &found));
  const auto held = Object::own(found);
  if (found == Py_None) found = nullptr;
  while (found && !block_of(found).is_open) found = block_of(found).outer;
  return found;
}

void set_innermost(PyObject* block) {
  Object::take(PyContextVar_Set(innermost_block, block ? block : Py_None));
}

void close(OpenBlock& block) {
  if (std::exchange(block.is_open, false)) --UntrackedBlocks::open();
}

/// open_no_grad() -> a block, for close_no_grad
PyObject* open_no_grad(PyObject*, PyObject*) {
  return guarded([] {
    Object block = Object::take(block_type->tp_alloc(block_type, 0));
    OpenBlock& made = block_of(block.get());
    made.outer = Py_XNewRef(innermost_open());
    made.number = ++UntrackedBlocks::opened();
    set_innermost(block.get());
    made.is_open = true;
    ++UntrackedBlocks::open();
    return block.release();
  });
}

/// close_no_grad(blocks): leaves the innermost of these blocks that this context is in. If it is in
/// none, somebody else leaves the last.
PyObject* close_no_grad(PyObject*, PyObject* blocks) {
  return guarded([&]() -> PyObject* {
    Py_ssize_t at = -1;
    for (PyObject* block = innermost_open(); block && at < 0; block = block_of(block).outer) {
      for (Py_ssize_t i = 0; i < PyList_GET_SIZE(blocks); ++i) {
        if (PyList_GET_ITEM(blocks, i) == block) at = i;
      }
    }
    if (at < 0) at = PyList_GET_SIZE(blocks) - 1;
    if (at < 0) {
      PyErr_SetString(PyExc_RuntimeError,
                      "no_grad: it is left more often than it was entered; leave it once");
      throw PythonError();
    }
    const Object block = Object::share(PyList_GET_ITEM(blocks, at));
    checked(PySequence_DelItem(blocks, at));
    close(block_of(block.get()));
    set_innermost(innermost_open());
    Py_RETURN_NONE;
  });
}

void destroy_block(PyObject* self) {
  close(block_of(self));  // nobody has left it, and its context is gone
  // A loop: chains may be long.
  PyObject* outer = std::exchange(block_of(self).outer, nullptr);
  while (outer && Py_REFCNT(outer) == 1) {
    PyObject* next = std::exchange(block_of(outer).outer, nullptr);
    Py_DECREF(outer);
    outer = next;
  }
  Py_XDECREF(outer);
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef no_grad_functions[] = {{"open_no_grad", open_no_grad, METH_NOARGS, nullptr},
                                   {"close_no_grad", close_no_grad, METH_O, nullptr},
                                   {}};

}  // namespace

bool is_in_no_grad(std::uint64_t opened) {
  const PyObject* block = innermost_open();
  // Older ones are further out.
  return block && reinterpret_cast<const OpenBlock*>(block)->number > opened;
}

void add_no_grad(PyObject* module) {
  PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(destroy_block)}, {0, nullptr}};
  PyType_Spec spec{"wengert._core.NoGradBlock", sizeof(OpenBlock), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
  block_type = reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&spec)));
  innermost_block = checked(PyContextVar_New("wengert.no_grad", Py_None));
  checked(PyModule_AddFunctions(module, no_grad_functions));
}

}  // namespace wg::bindings
