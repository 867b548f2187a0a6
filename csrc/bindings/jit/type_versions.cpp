#include "bindings/jit/type_versions.h"

namespace wg::bindings {

/// CPython numbers the state of a class when an attribute is looked up, and forgets the number when
/// something changes.
unsigned version_of_type(PyTypeObject* type) {
  static PyObject* const any_name = PyUnicode_InternFromString("__class__");
  const auto is_numbered = [&] {
#if PY_VERSION_HEX >= 0x030c0000
    return type->tp_version_tag != 0;
#else
    return PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG);
#endif
  };
  if (!is_numbered()) (void)_PyType_Lookup(type, any_name);
  return is_numbered() ? type->tp_version_tag : 0;
}

}  // namespace wg::bindings
