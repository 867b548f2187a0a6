/// Classes and functions by the names that their modules have for them.
#pragma once

#include <string>

#include "bindings/guard.h"

namespace wg::bindings {

/// A module, and what it has a class or a function as: Model.Parameters, say.
struct Name {
  std::string module, within;

  std::string text() const { return module + "." + within; }
};

/// The name of an object that its module has under that name. Fails with DTypeError otherwise:
/// `what` begins the error.
Name name_of(PyObject* object, const std::string& what);

/// What stands under the name. Fails with FormatError where there is nothing, or where the module
/// was not imported: a file is to import nothing, and to run nothing, but for wengert's own.
Object found_by(const Name& name);

}  // namespace wg::bindings
