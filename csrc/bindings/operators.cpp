#include "bindings/operators.h"

#include <array>
#include <string_view>

#include "bindings/calls.h"
#include "bindings/destination.h"
#include "bindings/foreign_arrays.h"
#include "bindings/memory_order.h"
#include "bindings/ways_out.h"
#include "graph/trace.h"
#include "primitives/registry.h"

namespace wg::bindings {
namespace {

/// A primitive by a name that is part of the slot's type.
template <std::size_t N> struct Name {
  char text[N];
  constexpr Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }
};

template <Name name> const Primitive& primitive() {
  static const Primitive& row = primitive_named(name.text);
  return row;
}

/// The result where that does not lie in C order; otherwise null.
PyObject* in_order(const Primitive& primitive, PyObject* a, PyObject* b, const Borrowed& x,
                   const Borrowed& y) {
  if (!primitive.elementwise) return nullptr;
  PyObject* const objects[] = {a, b};
  const Tensor operands[] = {*x.get(), *y.get()};
  return apply_in_order(primitive, nullptr, objects, operands);
}
PyObject* in_order(const Primitive& primitive, PyObject* a) {
  const Tensor operand = read(a);
  return apply_in_order(primitive, nullptr, std::span(&a, 1), std::span(&operand, 1));
}

template <Name name> PyObject* binary(PyObject* a, PyObject* b) {
  return guarded([&]() -> PyObject* {
    Borrowed x, y;
    if (!x.read(a, true) || !y.read(b, true)) Py_RETURN_NOTIMPLEMENTED;
    if (!lies_in_rows(a) || !lies_in_rows(b)) [[unlikely]] {
      if (PyObject* result = in_order(primitive<name>(), a, b, x, y)) return result;
    }
    return apply_borrowed(primitive<name>(), x, y);
  });
}

template <Name name> PyObject* unary(PyObject* a) {
  return guarded([&] {
    if (!lies_in_rows(a)) [[unlikely]] {
      if (PyObject* result = in_order(primitive<name>(), a)) return result;
    }
    return apply_borrowed(primitive<name>(), read_in_place(a));
  });
}

PyObject* positive(PyObject* a) {
  if (read_type(a).dtype() == DType::boolean) return unary<"positive">(a);  // fails, as NumPy does
  return unary<"identity">(a);
}

PyObject* absolute(PyObject* a) {
  return is_complex(read_type(a).dtype()) ? unary<"modulus">(a) : unary<"absolute">(a);
}

bool is_two(const Tensor& exponent) {
  const Array& value = exponent.value;
  if (!value.is_weak() || exponent.node) return false;
  return value.dtype() == DType::int64     ? value.item<std::int64_t>() == 2
         : value.dtype() == DType::float64 ? value.item<double>() == 2
                                           : false;
}

/// The function of wengert.numpy serves SciPy's sparse matrices, too.
PyObject* product(PyObject* a, PyObject* b) {
  PyObject* const other = is_tensor(a) ? b : a;
  if (is_tensor(other) || PyArray_CheckExact(other)) return binary<"matmul">(a, b);
  return guarded([&]() -> PyObject* {
    if (!is_sparse(other)) return binary<"matmul">(a, b);
    const Object functions = Object::take(PyImport_ImportModule("wengert.numpy"));
    return checked(PyObject_CallMethod(functions.get(), "matmul", "OO", a, b));
  });
}

/// x ** 2 is a square, as in NumPy; other exponents go to power.
PyObject* power(PyObject* a, PyObject* b, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return guarded([&]() -> PyObject* {
    Borrowed x, y;
    if (!x.read(a, true) || !y.read(b, true)) Py_RETURN_NOTIMPLEMENTED;
    if (is_inexact(x.get()->dtype()) && is_two(*y.get())) {
      PyObject* const result = lies_in_rows(a) ? nullptr : in_order(primitive<"square">(), a);
      return result ? result : apply_to(primitive<"square">(), *x.get());
    }
    if (!lies_in_rows(a) || !lies_in_rows(b)) [[unlikely]] {
      if (PyObject* result = in_order(primitive<"power">(), a, b, x, y)) return result;
    }
    Tensor operands[] = {*x.get(), *y.get()};
    return wrap(apply(primitive<"power">(), operands));
  });
}

/// x += y of an array writes to it; a Tensor of shape () is a number, and `x` becomes another.
template <Name name> PyObject* in_place(PyObject* a, PyObject* b) {
  if (read_type(a).value.ndim() == 0) Py_RETURN_NOTIMPLEMENTED;
  return guarded([&]() -> PyObject* {
    static constexpr std::string_view text = name.text;
    Tensor operands[2];
    Borrowed y;
    if (!y.read(b, true)) Py_RETURN_NOTIMPLEMENTED;
    operands[1] = *y.get();
    Destination destination(a, name.text);
    if (text == "power" && is_inexact(read_type(a).dtype()) && is_two(operands[1])) {
      destination.apply(primitive<"square">(), nullptr, std::span(operands, 1));
    } else {
      const Ref<Payload> payload = nullptr;
      destination.apply(primitive<name>(), payload, operands);
    }
    return Py_NewRef(a);
  });
}

PyObject* in_place_power(PyObject* a, PyObject* b, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return in_place<"power">(a, b);
}

PyObject* divmod(PyObject* a, PyObject* b) {
  Object quotient, rest;
  return guarded([&]() -> PyObject* {
    quotient = Object::take(binary<"floor_divide">(a, b));
    if (quotient.get() == Py_NotImplemented) return quotient.release();
    rest = Object::take(binary<"remainder">(a, b));
    return checked(PyTuple_Pack(2, quotient.get(), rest.get()));
  });
}

PyObject* compare(PyObject* a, PyObject* b, int operation) {
  switch (operation) {
    case Py_LT:
      return binary<"less">(a, b);
    case Py_LE:
      return binary<"less_equal">(a, b);
    case Py_EQ:
      return binary<"equal">(a, b);
    case Py_NE:
      return binary<"not_equal">(a, b);
    case Py_GT:
      return binary<"greater">(a, b);
    default:
      return binary<"greater_equal">(a, b);
  }
}

/// The guard is whether the value is zero, not which it is.
void observe_truth(const Tensor& tensor) {
  if (!this_thread.trace || !tensor.is_tracked() || tensor.dtype() == DType::boolean) {
    return observe(tensor);
  }
  Tensor operands[] = {tensor, Tensor(Array::scalar(std::int64_t{0}, true))};
  observe(apply(primitive<"not_equal">(), operands));
}

int truth(PyObject* object) {
  return guarded([&] {
    const Tensor tensor = read(object);
    const Array& value = tensor.value;
    if (value.size() != 1) {
      PyErr_SetString(PyExc_ValueError,
                      "bool: the truth value of a Tensor of more or fewer than one element is "
                      "ambiguous; use .any() or .all()");
      throw PythonError();
    }
    observe_truth(tensor);
    return visit(value.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      return value.item<T>() != T(0) ? 1 : 0;
    });
  });
}

PyObject* as_float(PyObject* object) {
  return guarded([&] {
    const Object number = Object::take(to_python_number(lone_number(object, "float")));
    return checked(PyNumber_Float(number.get()));
  });
}

/// The guard is the integer. False where that would be lost to a derivative.
bool observe_integer(const Tensor& tensor) {
  if (!this_thread.trace || !tensor.is_tracked() || tensor.is_differentiated() ||
      is_complex(tensor.dtype())) {
    return false;
  }
  observe(convert_tensor(tensor, DType::int64));
  return true;
}

PyObject* as_int(PyObject* object) {
  return guarded([&] {
    const Tensor tensor = read(object);
    if (tensor.value.size() == 1 && observe_integer(tensor)) {
      const Object number = Object::take(to_python_number(tensor.value));
      return checked(PyNumber_Long(number.get()));
    }
    const Object number = Object::take(to_python_number(lone_number(object, "int")));
    return checked(PyNumber_Long(number.get()));
  });
}

PyObject* as_index(PyObject* object) {
  return guarded([&] {
    const Array value = lone_number(object, "index");
    if (!is_integral(value.dtype()) || value.ndim() != 0) {
      PyErr_SetString(PyExc_TypeError, "index: only an integer Tensor of shape () is an index");
      throw PythonError();
    }
    return to_python_number(value);
  });
}

}  // namespace

void add_operator_slots(std::vector<PyType_Slot>& slots) {
  const auto add = [&](int slot, auto* function) {
    slots.push_back({slot, reinterpret_cast<void*>(function)});
  };
  add(Py_nb_add, binary<"add">);
  add(Py_nb_subtract, binary<"subtract">);
  add(Py_nb_multiply, binary<"multiply">);
  add(Py_nb_true_divide, binary<"divide">);
  add(Py_nb_floor_divide, binary<"floor_divide">);
  add(Py_nb_remainder, binary<"remainder">);
  add(Py_nb_divmod, divmod);
  add(Py_nb_power, power);
  add(Py_nb_matrix_multiply, product);
  add(Py_nb_negative, unary<"negative">);
  add(Py_nb_positive, positive);
  add(Py_nb_absolute, absolute);
  add(Py_nb_invert, unary<"invert">);
  add(Py_nb_and, binary<"bitwise_and">);
  add(Py_nb_or, binary<"bitwise_or">);
  add(Py_nb_xor, binary<"bitwise_xor">);
  add(Py_nb_lshift, binary<"left_shift">);
  add(Py_nb_rshift, binary<"right_shift">);
  add(Py_nb_inplace_add, in_place<"add">);
  add(Py_nb_inplace_subtract, in_place<"subtract">);
  add(Py_nb_inplace_multiply, in_place<"multiply">);
  add(Py_nb_inplace_true_divide, in_place<"divide">);
  add(Py_nb_inplace_floor_divide, in_place<"floor_divide">);
  add(Py_nb_inplace_remainder, in_place<"remainder">);
  add(Py_nb_inplace_power, in_place_power);
  add(Py_nb_inplace_matrix_multiply, in_place<"matmul">);
  add(Py_nb_inplace_and, in_place<"bitwise_and">);
  add(Py_nb_inplace_or, in_place<"bitwise_or">);
  add(Py_nb_inplace_xor, in_place<"bitwise_xor">);
  add(Py_nb_inplace_lshift, in_place<"left_shift">);
  add(Py_nb_inplace_rshift, in_place<"right_shift">);
  add(Py_nb_bool, truth);
  add(Py_nb_float, as_float);
  add(Py_nb_int, as_int);
  add(Py_nb_index, as_index);
  add(Py_tp_richcompare, compare);
}

}  // namespace wg::bindings
