/// Functions of other libraries that are at work, and what serves in their place.
#pragma once

#include <optional>
#include <string>

namespace wg::bindings {

/// A function of another library.
struct Caller {
  std::string function, file;  // "dot", "pandas/core/frame.py"
};

/// What asks, if it is one: the innermost function.
std::optional<Caller> calling_library();

/// What serves in the place of the function of SciPy that is at work, the outermost one, as errors
/// say it; empty where none is.
std::string instead_of_scipy();

}  // namespace wg::bindings
