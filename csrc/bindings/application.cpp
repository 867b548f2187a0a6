#include "bindings/application.h"

#include <string>

#include "core/error.h"
#include "primitives/arity.h"
#include "primitives/registry.h"

namespace wg::bindings {
namespace {

/// A Python argument as a parameter of the kind of `like`.
ParameterValue parameter_of(PyObject* object, const ParameterValue& like, std::string_view name) {
  if (std::holds_alternative<bool>(like)) {
    const int truth = PyObject_IsTrue(object);
    checked(truth);
    return truth != 0;
  }
  if (std::holds_alternative<DType>(like)) return dtype_of_object(object, name.data());
  if (std::holds_alternative<double>(like)) {
    const double number = PyFloat_AsDouble(object);
    if (number == -1 && PyErr_Occurred()) throw PythonError();
    return number;
  }
  const auto integer = [](PyObject* item) {
    const Object number = Object::take(PyNumber_Index(item));
    const long long value = PyLong_AsLongLong(number.get());
    if (value == -1 && PyErr_Occurred()) throw PythonError();
    return std::int64_t{value};
  };
  if (std::holds_alternative<std::int64_t>(like)) return integer(object);
  if (std::holds_alternative<std::string>(like)) {
    const char* text = PyUnicode_AsUTF8(object);
    if (!text) throw PythonError();
    return std::string(text);
  }
  const Object sequence = Object::take(PySequence_Fast(object, "a sequence of integers is needed"));
  Dims dims;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence.get()); ++i) {
    dims.push_back(integer(PySequence_Fast_GET_ITEM(sequence.get(), i)));
  }
  return dims;
}

std::vector<Tensor> read_operands(const Primitive& primitive, PyObject* const* args,
                                  Py_ssize_t count) {
  std::vector<Tensor> operands;
  operands.reserve(static_cast<std::size_t>(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    operands.push_back(operand_of(args[i], primitive.name.data()));
  }
  return operands;
}

}  // namespace

Application read_application(const Primitive& primitive, PyObject* const* args, Py_ssize_t count) {
  if (primitive.elementwise) return {read_operands(primitive, args, count), nullptr};
  std::vector<Tensor> operands;
  Py_ssize_t used = 0;
  if (primitive.arity >= 0) {
    if (count < primitive.arity) {
      fail<DTypeError>(primitive.name, ": ", count, " operands were given; ", primitive.arity,
                       " are needed");
    }
    used = primitive.arity;
    operands = read_operands(primitive, args, used);
  } else {
    if (count < 1) fail<DTypeError>(primitive.name, ": a sequence of operands is needed");
    const Object sequence =
        Object::take(PySequence_Fast(args[0], "a sequence of operands is needed"));
    used = 1;
    operands = read_operands(primitive, PySequence_Fast_ITEMS(sequence.get()),
                             PySequence_Fast_GET_SIZE(sequence.get()));
    if (operands.size() < fewest_operands(primitive)) {
      fail<ShapeError>(primitive.name, ": ", operands.size(), " operands were given; ",
                       fewest_operands(primitive), " or more are needed");
    }
  }
  const auto fields = primitive.fields();
  if (count - used != static_cast<Py_ssize_t>(fields.size())) {
    fail<DTypeError>(primitive.name, ": ", count - used, " parameters were given; ", fields.size(),
                     " are needed");
  }
  std::vector<ParameterValue> values;
  values.reserve(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    values.push_back(
        parameter_of(args[used + static_cast<Py_ssize_t>(i)], fields[i].value, fields[i].name));
  }
  return {std::move(operands), primitive.make(values)};
}

}  // namespace wg::bindings
