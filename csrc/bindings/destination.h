/// A Tensor object that is written to.
#pragma once

#include "bindings/calls.h"

namespace wg::bindings {

/// Writing makes another value, by an operation that is recorded like any other, and puts it in the
/// object's place and that of all that see the same memory.
class Destination {
 public:
  /// Fails where the object cannot be written to; `what` begins errors.
  Destination(PyObject* object, const char* what);

  const Tensor& value() const { return read_in_place(object_); }
  /// Stores a value, which broadcasts, in the part that a basic index names.
  void set(Dims index, Tensor value);
  /// The result of an operation on the object's value, its first operand, in its place. The
  /// result's shape must be the object's, and its dtype one that NumPy casts to that of its own
  /// accord.
  void apply(const Primitive& primitive, Ref<Payload> payload, std::span<Tensor> operands);
  /// Another value of the object's shape and dtype.
  void replace(Tensor value);
  /// Whether a Tensor object sees what the basic index names: storing that there changes nothing.
  bool is_seen_by(PyObject* object, const Dims& index) const;

 private:
  Window* window() const { return window_at(object_); }
  bool is_part() const { return window() && !window()->is_whole(); }
  const Tensor& whole() const;
  void write(const Primitive& primitive, Ref<Payload> payload, std::span<Tensor> operands);
  void write_part(const Layout& layout, std::int64_t offset, Tensor value);
  void put(Tensor whole);
  [[noreturn]] void refuse_leaf() const;

  PyObject* object_;
  const char* what_;
  Ref<Payload> cell_;  // of the leaf whose value is written, outside of any record
};

/// Has the object `child`, the value of a primitive that gives views, see the memory of `parent`.
void link_view(PyObject* parent, PyObject* child, const Primitive& primitive,
               const Payload* payload);

/// The part that a basic index names of an object that itself sees a part. It is read from the
/// whole: a derivative comes back to its elements alone, however many views lie between.
PyObject* part_of_view(PyObject* parent, const Dims& index);

/// A value in another dtype as NumPy's casting "unsafe" makes it: of complex numbers, with a
/// warning, the real part.
Tensor cast_into(Tensor value, DType dtype);
/// A value on the way into elements of `dtype`: as NumPy casts it there.
Tensor cast_for(Tensor value, DType dtype, const char* what);

}  // namespace wg::bindings
