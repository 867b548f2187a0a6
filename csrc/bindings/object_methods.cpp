#include "bindings/object_methods.h"

#include <iterator>

#include "bindings/tensor_object.h"

namespace wg::bindings {
namespace {

struct ObjectMethod {
  const char* name;  // NumPy's
  const char* primitive;
  PyObject* function = nullptr;  // of the core, once it was asked for
};

// All that NumPy asks objects for but conjugate, which arrays have, too.
ObjectMethod object_methods[] = {
    {"arccos", "arccos"},
    {"arccosh", "arccosh"},
    {"arcsin", "arcsin"},
    {"arcsinh", "arcsinh"},
    {"arctan", "arctan"},
    {"arctan2", "arctan2"},
    {"arctanh", "arctanh"},
    {"cbrt", "cbrt"},
    {"cos", "cos"},
    {"cosh", "cosh"},
    {"deg2rad", "deg2rad"},
    {"degrees", "rad2deg"},
    {"exp", "exp"},
    {"exp2", "exp2"},
    {"expm1", "expm1"},
    {"fabs", "fabs"},
    {"fmod", "fmod"},
    {"hypot", "hypot"},
    {"log", "log"},
    {"log10", "log10"},
    {"log1p", "log1p"},
    {"log2", "log2"},
    {"logical_xor", "logical_xor"},
    {"rad2deg", "rad2deg"},
    {"radians", "deg2rad"},
    {"rint", "rint"},
    {"sin", "sin"},
    {"sinh", "sinh"},
    {"sqrt", "sqrt"},
    {"tan", "tan"},
    {"tanh", "tanh"},
};

/// A bound method of a number; arrays have none, as NumPy's have none.
PyObject* bound(PyObject* self, void* closure) {
  return guarded([&] {
    auto& method = *static_cast<ObjectMethod*>(closure);
    if (read_type(self).value.ndim() > 0) {
      PyErr_Format(PyExc_AttributeError,
                   "'wengert.Tensor' object has no attribute '%s'; use np.%s(x)", method.name,
                   method.name);
      throw PythonError();
    }
    if (!method.function) {
      const Object core = Object::take(PyImport_ImportModule("wengert._core"));
      method.function = checked(PyObject_GetAttrString(core.get(), method.primitive));
    }
    return checked(PyMethod_New(method.function, self));
  });
}

}  // namespace

PyObject* object_method_names() {
  Object names = Object::take(PyTuple_New(std::size(object_methods)));
  Py_ssize_t i = 0;
  for (const ObjectMethod& method : object_methods) {
    PyTuple_SET_ITEM(names.get(), i++, checked(PyUnicode_FromString(method.name)));
  }
  return names.release();
}

void add_object_methods(std::vector<PyGetSetDef>& attributes) {
  for (ObjectMethod& method : object_methods) {
    attributes.push_back({method.name, bound, nullptr, nullptr, &method});
  }
}

}  // namespace wg::bindings
