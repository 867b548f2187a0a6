/// Applies a primitive to operands, eagerly.
#pragma once

#include "bindings/operands.h"
#include "core/host.h"

namespace wg::bindings {

inline Tensor apply(const Primitive& primitive, std::span<Tensor> operands,
                    Ref<Payload> payload = nullptr) {
  Eager eager;
  return eager.apply(primitive, std::move(payload), operands);
}

inline PyObject* apply_to(const Primitive& primitive, Tensor x) {
  Tensor operands[] = {std::move(x)};
  return wrap(apply(primitive, operands));
}
inline PyObject* apply_to(const Primitive& primitive, Tensor x, Tensor y) {
  Tensor operands[] = {std::move(x), std::move(y)};
  return wrap(apply(primitive, operands));
}

/// Whether a kernel of this and an operand that is no larger may give the lock up. A number has no
/// memory that could go meanwhile.
inline bool is_large(const Tensor& x) {
  constexpr std::int64_t few = 128;
  static_assert(few * few < Unlocked::threshold);
  return x.value.has_block() && x.value.size() > few;
}

/// An operand read from a Python object, or in place if that is a Tensor: no reference is counted
/// unless it is held.
class Borrowed {
 public:
  /// False if the object is no operand, or none of an operator that `defers`.
  bool read(PyObject* object, bool defers = false) {
    if (is_tensor(object)) {
      tensor_ = &read_in_place(object);
      return true;
    }
    return read_value(object, defers);
  }
  const Tensor* get() const { return tensor_; }
  void hold() {
    if (tensor_ != &own_) own_ = *tensor_;
    tensor_ = &own_;
  }

 private:
  bool read_value(PyObject* object, bool defers);

  const Tensor* tensor_ = nullptr;
  Tensor own_;
};

/// Applies a primitive to borrowed operands, held where another thread may assign to the Tensors
/// meanwhile.
inline PyObject* apply_borrowed(const Primitive& primitive, const Tensor& x) {
  if (!primitive.elementwise) return apply_to(primitive, x);
  const auto applied = [&](const Tensor& held) {
    const Tensor* operand = &held;
    NewTensor result;  // no leaf
    ::new (result.place()) Tensor(apply_shared(primitive, std::span(&operand, 1)));
    return result.release();
  };
  return is_large(x) ? applied(Tensor(x)) : applied(x);
}
inline PyObject* apply_borrowed(const Primitive& primitive, Borrowed& x, Borrowed& y) {
  if (!primitive.elementwise) {
    Tensor operands[] = {*x.get(), *y.get()};
    return wrap(apply(primitive, operands));
  }
  if (is_large(*x.get()) || is_large(*y.get())) {
    x.hold();
    y.hold();
  }
  const Tensor* operands[] = {x.get(), y.get()};
  NewTensor result;  // no leaf
  ::new (result.place()) Tensor(apply_shared(primitive, operands));
  return result.release();
}

/// The same Tensor in another dtype, recorded if it is tracked.
Tensor convert_tensor(Tensor tensor, DType dtype);
/// Ones of the dtype and shape of `like`.
Array ones_like(const Array& like);
/// The same value, which no derivative passes.
Tensor cut(const Tensor& tensor);

}  // namespace wg::bindings
