#include "bindings/jacobian_call.h"

#include <string_view>

#include "core/error.h"

namespace wg::bindings {

JacobianCall::JacobianCall(const char* name, PyObject* function, PyObject* argnums, bool has_aux,
                           PyObject* args, PyObject* keywords)
    : name_(name),
      is_single_(!PyTuple_Check(argnums) && !PyList_Check(argnums)),
      has_aux_(has_aux),
      call_(name, function, args, keywords),
      output_(split(name, call_.run(numbers_of(name, argnums)), has_aux)),
      leaves_(call_.nodes()) {
  std::vector<Object> objects;
  flatten(output_.value.get(), objects);
  for (const Object& object : objects) outputs_.push_back(operand_of(object.get(), name));
  call_.warn_of_departure(outputs_);
}

Mode JacobianCall::checked_mode(Mode asked, bool is_holomorphic) const {
  if (asked == Mode::cheaper && !is_holomorphic) {
    for (const Tensor& output : outputs_) {
      if (is_complex(output.dtype())) asked = Mode::forward;
    }
    for (const Ref<Node>& leaf : leaves_) {
      if (is_complex(leaf->dtype())) asked = Mode::reverse;
    }
  }
  check_dtypes(is_holomorphic, asked);
  return asked;
}

void JacobianCall::check_dtypes(bool is_holomorphic, Mode mode) const {
  for (const Tensor& output : outputs_) {
    const DType dtype = output.dtype();
    if (!is_inexact(dtype) && output.is_tracked()) {
      fail<DTypeError>(name_, ": fun returned ", wg::name(dtype), "; a floating dtype is needed");
    }
    if (is_holomorphic && !is_complex(dtype)) {
      fail<DTypeError>(name_, ": fun returned ", wg::name(dtype),
                       " and holomorphic is True; a complex result is needed");
    }
    if (!is_holomorphic && is_complex(dtype) && mode == Mode::reverse) {
      fail<DTypeError>(name_, ": fun returned ", wg::name(dtype),
                       " and holomorphic is False; a real result is needed (take its real and "
                       "imaginary parts, or set holomorphic=True)");
    }
  }
  if (is_holomorphic) require_holomorphic(name_, outputs_, leaves_);
  for (const Ref<Node>& leaf : leaves_) {
    if (!is_holomorphic && mode == Mode::forward && is_complex(leaf->dtype())) {
      fail<DTypeError>(name_, ": an argument is ", wg::name(leaf->dtype()),
                       " and holomorphic is False; a real argument is needed (see wirtinger)");
    }
  }
}

Object JacobianCall::nested(std::vector<std::vector<Object>> parts) const {
  std::vector<Object> of_outputs;
  for (std::vector<Object>& trees : parts) {
    if (is_single_) {
      of_outputs.push_back(std::move(trees[0]));
      continue;
    }
    Object all = Object::take(PyTuple_New(static_cast<Py_ssize_t>(trees.size())));
    for (std::size_t i = 0; i < trees.size(); ++i)
      PyTuple_SET_ITEM(all.get(), static_cast<Py_ssize_t>(i), trees[i].release());
    of_outputs.push_back(std::move(all));
  }
  auto next = of_outputs.begin();
  Object result = Object::take(unflatten(output_.value.get(), next));
  if (!has_aux_) return result;
  const Object aux = call_.released(output_.aux.get(), call_.guise());
  return Object::take(checked(PyTuple_Pack(2, result.get(), aux.get())));
}

Mode mode_of(PyObject* text) {
  const std::string_view asked = PyUnicode_AsUTF8(text);
  return asked == "forward" ? Mode::forward : asked == "reverse" ? Mode::reverse : Mode::cheaper;
}

}  // namespace wg::bindings
