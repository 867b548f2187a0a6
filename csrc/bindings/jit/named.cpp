#include "bindings/jit/named.h"

#include <string_view>

#include "core/error.h"
#include "tape/archive/bytes.h"

namespace wg::bindings {
namespace {

std::string text_attribute(PyObject* object, const char* which) {
  const Object text = Object::own(PyObject_GetAttrString(object, which));
  const char* const name =
      text && PyUnicode_Check(text.get()) ? PyUnicode_AsUTF8(text.get()) : nullptr;
  PyErr_Clear();
  return name ? name : "";
}

/// The names in a module or a class, as they stand there: no code of theirs is asked.
Object names_in(PyObject* owner) {
  if (PyModule_Check(owner)) return Object::share(PyModule_GetDict(owner));
  return PyType_Check(owner) ? Object::take(PyObject_GetAttrString(owner, "__dict__")) : Object();
}

/// What a module that is there has under such a name, or nothing.
Object found_within(const Object& module, std::string_view within) {
  Object found = module;
  while (found) {
    const std::size_t length = std::min(within.find('.'), within.size());
    const Object key =
        Object::own(PyUnicode_FromStringAndSize(within.data(), static_cast<Py_ssize_t>(length)));
    const Object names = names_in(found.get());
    found = Object::own(key && names ? PyObject_GetItem(names.get(), key.get()) : nullptr);
    PyErr_Clear();
    if (length == within.size()) return found;
    within.remove_prefix(length + 1);
  }
  return found;
}

Object module_of(const Name& name) {
  const Object key = Object::own(PyUnicode_FromString(name.module.c_str()));
  Object module = Object::own(key ? PyImport_GetModule(key.get()) : nullptr);
  if (!module && name.module.starts_with("wengert.")) {
    PyErr_Clear();
    module = Object::own(PyImport_ImportModule(name.module.c_str()));
  }
  PyErr_Clear();
  return module;
}

}  // namespace

Name name_of(PyObject* object, const std::string& what) {
  Name name{text_attribute(object, "__module__"), text_attribute(object, "__qualname__")};
  if (found_within(module_of(name), name.within).get() != object) {
    fail<DTypeError>(what, " is ", name.text(), ", which is not what module ", name.module,
                     " has under that name, and cannot be saved; one at the top level of a module "
                     "can, by its name");
  }
  return name;
}

Object found_by(const Name& name) {
  const Object module = module_of(name);
  if (!module) {
    fail<FormatError>("load: the file needs ", name.text(), ", and module ", name.module,
                      " was not imported; import it first");
  }
  Object found = found_within(module, name.within);
  if (!found) {
    fail<FormatError>("load: the file needs ", name.text(), ", and module ", name.module,
                      " has no such name; the module that it was saved with is needed");
  }
  return found;
}

}  // namespace wg::bindings
