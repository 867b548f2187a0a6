#include "bindings/jit/code_names.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "bindings/python_values.h"

namespace wg::bindings {
namespace {

struct CodeStep {
  int operation, argument;
};

/// The numbers of the operations that are looked for, -1 of what this Python has not.
struct Operations {
  int load_global, load_name, load_constant, import_name, extended, call, call_function, precall,
      subscript;
};

const Operations& operations() {
  static const Operations all = [] {
    const Object module = Object::take(PyImport_ImportModule("opcode"));
    const Object numbers = Object::take(PyObject_GetAttrString(module.get(), "opmap"));
    const auto number = [&](const char* name) {
      PyObject* const found = PyDict_GetItemString(numbers.get(), name);
      return found ? static_cast<int>(PyLong_AsLong(found)) : -1;
    };
    return Operations{number("LOAD_GLOBAL"),   number("LOAD_NAME"),    number("LOAD_CONST"),
                      number("IMPORT_NAME"),   number("EXTENDED_ARG"), number("CALL"),
                      number("CALL_FUNCTION"), number("PRECALL"),      number("BINARY_SUBSCR")};
  }();
  return all;
}

std::vector<CodeStep> steps_of(PyObject* code) {
  const Object bytes = Object::take(PyObject_GetAttrString(code, "co_code"));
  const auto* const all = reinterpret_cast<unsigned char*>(PyBytes_AS_STRING(bytes.get()));
  std::vector<CodeStep> steps;
  int extended = 0;
  for (Py_ssize_t i = 0; i + 1 < PyBytes_GET_SIZE(bytes.get()); i += 2) {
    const int operation = all[i], argument = extended << 8 | all[i + 1];
    extended = operation == operations().extended ? argument : 0;
    const bool is_step = operation != 0 && operation != operations().precall;
    if (is_step && operation != operations().extended) steps.push_back({operation, argument});
  }
  return steps;
}

int name_of_global(int argument) { return PY_VERSION_HEX >= 0x030b0000 ? argument >> 1 : argument; }

bool is_identifier(std::string_view text) {
  const auto may_be_in = [](unsigned char c) { return c == '_' || c >= 128 || std::isalnum(c); };
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0]))) return false;
  for (const char c : text) {
    if (!may_be_in(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

void add_name(std::vector<Object>& names, std::string_view text) {
  PyObject* name = PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
  if (!name) return PyErr_Clear();
  PyUnicode_InternInPlace(&name);
  names.push_back(Object::own(name));
}

/// The identifiers in a text: all words of it, or those that it consists of, between points.
void add_words(std::vector<Object>& names, std::string_view text, bool is_dotted) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    std::size_t size = 0;
    while (size < text.size() && is_identifier(text.substr(0, size + 1))) ++size;
    if (size > 0) words.push_back(text.substr(0, size));
    const bool ends = size == text.size();
    if (is_dotted && (size == 0 || (!ends && text[size] != '.'))) return;
    text.remove_prefix(std::min(text.size(), size + 1));
  }
  for (const std::string_view word : words) add_name(names, word);
}

class Reader {
 public:
  explicit Reader(PyObject* code)
      : code_(reinterpret_cast<PyCodeObject*>(code)), steps_(steps_of(code)) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code_->co_names); ++i) {
      PyObject* const name = PyTuple_GET_ITEM(code_->co_names, i);
      all_.names.push_back(Object::share(name));
      read_name(name);
    }
    for (std::size_t i = 0; i < steps_.size(); ++i) read(i);
    read_constants(code_->co_consts);
  }

  CodeNames take() { return std::move(all_); }

 private:
  void read(std::size_t i) {
    const auto [operation, argument] = steps_[i];
    const Operations& own = operations();
    if (operation == own.import_name) return all_.imports.push_back(name(argument));
    const bool is_global = operation == own.load_global;
    if (!is_global && operation != own.load_name) return;
    Object global = name(is_global ? name_of_global(argument) : argument);
    const std::string_view text = text_of(global.get());
    is_text_read_ |= text == "eval" || text == "exec" || text == "globals";
    all_.is_reflective |= text == "vars" || text == "dir";
    is_importing_ |= text == "__import__";
    if (text == "globals") {
      all_.is_any_global_read |= !is_called_for_constant(std::span(steps_).subspan(i + 1));
    }
    if (text == "getattr" || text == "hasattr") {
      all_.is_reflective |= !is_called_with_constant(std::span(steps_).subspan(i + 1));
    }
    all_.globals.push_back(std::move(global));
  }

  void read_name(PyObject* name) {
    const std::string_view text = text_of(name);
    const auto is_one_of = [&](std::initializer_list<std::string_view> all) {
      return std::ranges::find(all, text) != all.end();
    };
    all_.is_reflective |= is_one_of({"__dict__", "__getattribute__", "asdict", "astuple",
                                     "attrgetter", "getmembers", "methodcaller"});
    all_.is_environment_read |= is_one_of({"environ", "getenv"});
    is_importing_ |= is_one_of({"import_module", "modules"});
    is_formatting_ |= is_one_of({"format", "format_map"});
    if (is_one_of({"__subclasses__", "_getframe", "currentframe", "get_objects"})) {
      all_.anything.push_back(Object::share(name));
    }
  }

  /// Whether what follows is a call without arguments, and an entry of that by a text of the code.
  bool is_called_for_constant(std::span<const CodeStep> after) const {
    const Operations& own = operations();
    if (after.size() < 3 || after[1].operation != own.load_constant) return false;
    const bool is_call = after[0].operation == own.call || after[0].operation == own.call_function;
    return is_call && after[2].operation == own.subscript &&
           PyUnicode_Check(PyTuple_GET_ITEM(code_->co_consts, after[1].argument));
  }

  /// Whether the next call, of two arguments or three, has a text of the code as its second.
  bool is_called_with_constant(std::span<const CodeStep> after) const {
    const Operations& own = operations();
    const auto is_call = [&](const CodeStep& step) {
      return step.operation == own.call || step.operation == own.call_function;
    };
    std::size_t at = 0;
    while (at < after.size() && !is_call(after[at])) ++at;
    if (at == after.size() || after[at].argument < 2 || after[at].argument > 3) return false;
    const auto back = static_cast<std::size_t>(after[at].argument - 1);
    if (at < back + 1 || after[at - back].operation != own.load_constant) return false;
    return PyUnicode_Check(PyTuple_GET_ITEM(code_->co_consts, after[at - back].argument));
  }

  Object name(int at) const { return Object::share(PyTuple_GET_ITEM(code_->co_names, at)); }

  void read_constants(PyObject* constants) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); ++i) {
      PyObject* const constant = PyTuple_GET_ITEM(constants, i);
      if (PyCode_Check(constant)) all_.constants.push_back(Object::share(constant));
      if (PyTuple_CheckExact(constant)) read_constants(constant);
      if (!PyUnicode_CheckExact(constant)) continue;
      if (is_importing_) all_.imports.push_back(Object::share(constant));
      // "{0.rate}" reads an attribute of what it is given.
      add_words(all_.texts, text_of(constant), !is_formatting_);
      if (is_text_read_) add_words(all_.in_texts, text_of(constant), false);
    }
  }

  PyCodeObject* code_;
  std::vector<CodeStep> steps_;
  CodeNames all_;
  bool is_text_read_ = false, is_importing_ = false, is_formatting_ = false;
};

}  // namespace

std::vector<Object> names_in(PyObject* tuple) {
  std::vector<Object> names;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
    PyObject* const part = PyTuple_GET_ITEM(tuple, i);
    if (PyUnicode_Check(part)) add_words(names, text_of(part), true);
    if (!PyTuple_Check(part)) continue;
    for (Object& name : names_in(part)) names.push_back(std::move(name));
  }
  return names;
}

CodeNames names_of(PyObject* code) { return Reader(code).take(); }

}  // namespace wg::bindings
