/// What the code of a function names: where it may look without being given anything.
#pragma once

#include <vector>

#include "bindings/guard.h"

namespace wg::bindings {

struct CodeNames {
  /// Interned; those of constants are as they stand in texts.
  std::vector<Object> names;      // of globals, attributes and modules, as the code has them
  std::vector<Object> globals;    // that it loads
  std::vector<Object> imports;    // modules, "" for the package itself
  std::vector<Object> texts;      // identifiers in constants, which `getattr` or a pattern may read
  std::vector<Object> in_texts;   // names in constants, where text may be evaluated
  std::vector<Object> constants;  // code within, of lambdas and comprehensions, say
  std::vector<Object> anything;   // by which it may reach what is not followed: `__subclasses__`
  /// Whether it may read attributes whose names are nowhere in it: `vars(x)`, `getattr(x, name)`.
  bool is_reflective = false;
  /// Whether it may read any global: `globals()[name]`.
  bool is_any_global_read = false;
  bool is_environment_read = false;
};

CodeNames names_of(PyObject* code);
/// The identifiers that texts in nested tuples consist of, points between them.
std::vector<Object> names_in(PyObject* tuple);

}  // namespace wg::bindings
