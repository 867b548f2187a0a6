#include "bindings/origin.h"

#include <frameobject.h>

#include <string_view>

#include "bindings/python_values.h"
#include "graph/primitive.h"
#include "graph/witness.h"

namespace wg::bindings {
namespace {

PyCodeObject* code_of(const Object& code) { return reinterpret_cast<PyCodeObject*>(code.get()); }

/// The innermost line outside of the library, and how many frames inside of it were passed over.
Origin innermost(int& passed) {
  Object frame = Object::share(reinterpret_cast<PyObject*>(PyEval_GetFrame()));
  while (frame) {
    auto* at = reinterpret_cast<PyFrameObject*>(frame.get());
    Object code = Object::take(reinterpret_cast<PyObject*>(PyFrame_GetCode(at)));
    if (!text_of(code_of(code)->co_filename).starts_with(library_root())) {
      return {std::move(code), PyFrame_GetLineNumber(at), nullptr};
    }
    ++passed;
    PyObject* outer = reinterpret_cast<PyObject*>(PyFrame_GetBack(at));
    frame = outer ? Object::take(outer) : Object();
  }
  return {};
}

}  // namespace

std::string Origin::text() const {
  std::string text(text_of(code_of(code)->co_filename));
  text.append(":").append(std::to_string(line));
  const std::string_view function = text_of(code_of(code)->co_name);
  if (function != "<module>") text.append(" (in ").append(function).append(")");
  return text;
}

Object Origin::written() const {
  if (!code) return Object::share(Py_None);
  return Object::take(Py_BuildValue("(OiOs)", code_of(code)->co_filename, line,
                                    code_of(code)->co_name, within ? within->name.data() : ""));
}

std::string& library_root() {
  static std::string root;
  return root;
}

int frames_of_library() {
  int count = 0;
  (void)innermost(count);
  return count;
}

Origin Origins::here() const {
  const RulesAtWork* rules = this_thread.rules;
  int passed = 0;
  if (!rules) return innermost(passed);
  Origin origin = rules->node ? of(*rules->node) : Origin();
  if (!origin) origin = innermost(passed);
  if (!origin.within) origin.within = &rules->primitive;
  return origin;
}

void Origins::note(const Node& node) {
  Origin origin = here();
  if (origin.within == &node.primitive()) origin.within = nullptr;
  if (origin) entries_.insert_or_assign(&node, Entry{node.sequence(), std::move(origin)});
}

Origin Origins::of(const Node& node) const {
  const auto found = entries_.find(&node);
  if (found == entries_.end() || found->second.sequence != node.sequence()) return {};
  return found->second.origin;
}

}  // namespace wg::bindings
