#include "bindings/calling_library.h"

#include <algorithm>
#include <string_view>

#include "bindings/guard.h"
#include "bindings/python_values.h"

// Python's own header comes first.
#include <frameobject.h>

namespace wg::bindings {
namespace {

constexpr std::string_view above = "-packages/";

Object code_in(const Object& frame) {
  return Object::take(
      reinterpret_cast<PyObject*>(PyFrame_GetCode(reinterpret_cast<PyFrameObject*>(frame.get()))));
}

/// The function of a frame, if it is of a library.
std::optional<Caller> library_function(const Object& frame) {
  const Object code = code_in(frame);
  const auto* const at = reinterpret_cast<PyCodeObject*>(code.get());
  const std::string file(text_of(at->co_filename));
  const std::size_t packages = file.rfind(above);
  if (packages == std::string::npos) return {};
  return Caller{std::string(text_of(at->co_name)), file.substr(packages + above.size())};
}

/// What people call a frame's function by: of a method the class, where Python knows that.
std::string public_name(const Object& frame) {
  const Object code = code_in(frame);
  const auto* const at = reinterpret_cast<PyCodeObject*>(code.get());
#if PY_VERSION_HEX >= 0x030b0000
  const std::string name(text_of(at->co_qualname));
  return name.substr(0, name.find('.'));
#else
  return std::string(text_of(at->co_name));
#endif
}

Object innermost_frame() { return Object::share(reinterpret_cast<PyObject*>(PyEval_GetFrame())); }

/// The module that people import from: "scipy.optimize" of "scipy/optimize/_trustregion/base.py".
std::string public_module(std::string_view file) {
  std::string module;
  while (!file.empty() && file.front() != '_') {
    const std::size_t end = file.find_first_of("/.");
    module.append(module.empty() ? "" : ".").append(file.substr(0, end));
    file.remove_prefix(std::min(end, file.size() - 1) + 1);
    if (file == "py") break;
  }
  return module;
}

/// Whether there is that module, and a name in it.
bool has(const std::string& module, const char* name) {
  const Object found = Object::own(PyImport_ImportModule(module.c_str()));
  if (found && PyObject_HasAttrString(found.get(), name)) return true;
  PyErr_Clear();
  return false;
}

}  // namespace

std::optional<Caller> calling_library() {
  const Object frame = innermost_frame();
  return frame ? library_function(frame) : std::nullopt;
}

std::string instead_of_scipy() {
  std::string own, others;
  for (Object frame = innermost_frame(); frame;
       frame = Object::own(reinterpret_cast<PyObject*>(
           PyFrame_GetBack(reinterpret_cast<PyFrameObject*>(frame.get()))))) {
    const auto caller = library_function(frame);
    if (!caller) break;
    if (!caller->file.starts_with("scipy/")) continue;
    const std::string theirs = public_module(caller->file), ours = "wengert." + theirs;
    const std::string name = public_name(frame);
    if (!name.starts_with('_') && has(ours, name.c_str())) {
      own = " (for " + theirs + "." + name + " " + ours + "." + name + ")";
    }
    if (theirs == "scipy.sparse") {
      others = " (for A @ x of a sparse matrix wengert.numpy.matmul(A, x))";
    } else if (others.empty() || theirs != "scipy") {
      others = " (SciPy's functions that have derivatives are in " +
               (has(ours, "__name__") ? ours : "wengert.scipy") + ")";
    }
  }
  return own.empty() ? others : own;
}

}  // namespace wg::bindings
