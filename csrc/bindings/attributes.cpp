#include "bindings/attributes.h"

#include "bindings/numpy_api.h"
#include "bindings/operands.h"
#include "bindings/tensor_object.h"

namespace wg::bindings {
namespace {

PyObject* get_shape(PyObject* self, void*) {
  return guarded([&] {
    const Tensor tensor = read(self);
    const auto shape = tensor.value.shape();
    Object tuple = Object::take(PyTuple_New(static_cast<Py_ssize_t>(shape.size())));
    for (std::size_t i = 0; i < shape.size(); ++i) {
      PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i),
                       checked(PyLong_FromLongLong(shape[i])));
    }
    return tuple.release();
  });
}
PyObject* get_ndim(PyObject* self, void*) { return PyLong_FromLong(read_type(self).value.ndim()); }
PyObject* get_size(PyObject* self, void*) {
  return PyLong_FromLongLong(read_type(self).value.size());
}
PyObject* get_dtype(PyObject* self, void*) {
  return reinterpret_cast<PyObject*>(
      PyArray_DescrFromType(number_of_dtype(read_type(self).dtype())));
}
PyObject* get_item_size(PyObject* self, void*) {
  return PyLong_FromSize_t(item_size(read_type(self).dtype()));
}
PyObject* get_byte_count(PyObject* self, void*) {
  const Array& value = read_type(self).value;
  return PyLong_FromLongLong(value.size() * static_cast<long long>(item_size(value.dtype())));
}
PyObject* get_requires_grad(PyObject* self, void*) {
  return PyBool_FromLong(read_in_place(self).is_differentiated());
}
PyObject* get_is_leaf(PyObject* self, void*) {
  return guarded([&] {
    const Tensor& tensor = read_in_place(self);
    return PyBool_FromLong(!tensor.is_tracked() || tensor.node->is_leaf());
  });
}
PyObject* get_is_weak(PyObject* self, void*) {
  return PyBool_FromLong(read_type(self).value.is_weak());
}

}  // namespace

void add_attributes(std::vector<PyGetSetDef>& attributes) {
  attributes.insert(
      attributes.end(),
      {{"shape", get_shape, nullptr, "The lengths of the axes.", nullptr},
       {"ndim", get_ndim, nullptr, "The number of axes.", nullptr},
       {"size", get_size, nullptr, "The number of elements.", nullptr},
       {"dtype", get_dtype, nullptr, "NumPy's dtype of the elements.", nullptr},
       {"itemsize", get_item_size, nullptr, "Bytes of one element.", nullptr},
       {"nbytes", get_byte_count, nullptr, "Bytes of all elements.", nullptr},
       {"requires_grad", get_requires_grad, nullptr, "Whether operations on it are recorded.",
        nullptr},
       {"is_leaf", get_is_leaf, nullptr, "Whether no recorded operation made it.", nullptr},
       {"is_weak", get_is_weak, nullptr,
        "Whether its dtype yields in promotion, as a Python number's does.", nullptr}});
}

}  // namespace wg::bindings
