#include "bindings/destination.h"

#include "bindings/leaves.h"
#include "core/error.h"
#include "graph/trace.h"
#include "graph/untracked.h"
#include "primitives/complex.h"
#include "primitives/indexing.h"
#include "primitives/registry.h"
#include "primitives/shape.h"
#include "primitives/strided.h"

namespace wg::bindings {
namespace {

/// NumPy's rule "same_kind".
bool can_cast(DType from, DType to) {
  const auto kind = [](DType dtype) {
    return dtype == DType::boolean ? 0 : is_integral(dtype) ? 1 : is_complex(dtype) ? 3 : 2;
  };
  return kind(from) <= kind(to);
}

}  // namespace

Destination::Destination(PyObject* object, const char* what) : object_(object), what_(what) {
  if (window() && !window()->is_writable()) {
    fail<ShapeError>(what, ": assignment destination is read-only");
  }
  if (this_thread.trace && this_thread.trace->is_older(born(object))) {
    fail<TraceError>(
        what,
        ": a Tensor that was made outside of a function is written to inside of it, "
        "and the function is evaluated again for other values (of vmap, say, or "
        "checkpoint); write to one that is made inside, a .copy() of it say, and return that");
  }
  const Tensor& tensor = whole();
  if (!tensor.is_differentiated()) return;
  if (GradientCell* cell = gradient_cell(tensor.node.pointer())) {
    if (!is_untracked()) refuse_leaf();
    cell_ = Ref<Payload>::share(cell);
  } else if (is_untracked()) {
    fail<DerivativeError>(what,
                          ": a Tensor that is being differentiated is written to under no_grad, "
                          "where its derivative would be lost; write outside of no_grad, what "
                          "stop_gradient makes a constant of, or to a .detach() of it");
  }
}

void Destination::refuse_leaf() const {
  fail<DerivativeError>(what_,
                        ": the Tensor requires a gradient, and a value that it once had cannot be "
                        "written over; use .assign(value) or write under wengert.no_grad() to "
                        "give it another, or write to a copy: .detach() is one without a "
                        "derivative, .copy() one with it");
}

const Tensor& Destination::whole() const {
  return window() ? window()->storage().whole() : handle_of(object_).tensor;
}

namespace {

/// A trace follows the value all the same, which no derivative passes under no_grad.
Tensor before_anew(const Tensor& leaf) { return this_thread.trace ? leaf : Tensor(leaf.value); }

}  // namespace

/// The operations of a leaf's new value are not recorded: the leaf begins anew.
void Destination::write(const Primitive& primitive, Ref<Payload> payload,
                        std::span<Tensor> operands) {
  if (cell_) {
    operands[0] = before_anew(whole());
    return put(bindings::apply(primitive, operands, std::move(payload)));
  }
  if (window())
    window()->storage().write(primitive, std::move(payload), operands);
  else
    update(handle_of(object_).tensor, primitive, std::move(payload), operands);
  note_write(object_);
}

void Destination::put(Tensor value) {
  if (cell_) value = make_tensor_value(what_, value, value.dtype(), cell_);
  if (!window()) return bindings::write(object_, std::move(value));
  window()->storage().replace(std::move(value));
  note_write(object_);
}

void Destination::write_part(const Layout& layout, std::int64_t offset, Tensor value) {
  Tensor operands[] = {Tensor(), window()->update_of(layout, offset, std::move(value))};
  write(structural_row_of<SetAtStrided>,
        payload_of(SetAtStrided{
            .shape = Dims(layout.shape()), .strides = Dims(layout.strides()), .offset = offset}),
        operands);
}

void Destination::set(Dims index, Tensor value) {
  if (is_part()) {
    const Part part = part_of(*window()->layout(), index);
    const Ref<Layout> layout = Layout::strided(part.shape, part.strides);
    return write_part(*layout, window()->offset() + part.offset, std::move(value));
  }
  Tensor operands[] = {Tensor(), std::move(value)};
  write(structural_row_of<SetAtSlice>, payload_of(SetAtSlice{.index = std::move(index)}), operands);
}

void Destination::apply(const Primitive& primitive, Ref<Payload> payload,
                        std::span<Tensor> operands) {
  const Type own = read_type(object_).type();
  std::vector<Type> types{own};
  for (const Tensor& operand : operands.subspan(1)) types.push_back(operand.type());
  const Type result = primitive.infer(payload.pointer(), types);
  if (!std::ranges::equal(result.shape(), own.shape())) {
    fail<ShapeError>(what_, ": the result is of shape ", Dims(result.shape()),
                     ", and the Tensor that it is written to of ", Dims(own.shape()),
                     "; they must be equal");
  }
  if (!can_cast(result.dtype, own.dtype)) {
    fail<DTypeError>(what_, ": the result is ", name(result.dtype),
                     ", and the Tensor that it is written to ", name(own.dtype),
                     "; use x = x + y in the place of x += y, or .astype");
  }
  if (result.dtype == own.dtype && !own.is_weak && !is_part()) {
    return write(primitive, std::move(payload), operands);
  }
  operands[0] = cell_ ? before_anew(value()) : value();
  Tensor changed = bindings::apply(primitive, operands, std::move(payload));
  for (Tensor& operand : operands) operand = Tensor();  // the whole is written to in place
  replace(cast_for(std::move(changed), own.dtype, what_));
}

void Destination::replace(Tensor value) {
  if (is_part())
    write_part(*window()->layout(), window()->offset(), std::move(value));
  else
    put(std::move(value));
}

bool Destination::is_seen_by(PyObject* object, const Dims& index) const {
  if (!window() || !is_tensor(object)) return false;
  const Window* other = window_at(object);
  if (!other || &other->storage() != &window()->storage()) return false;
  const Part part = part_of(*window()->layout(), index);
  return other->component() == window()->component() &&
         other->offset() == window()->offset() + part.offset &&
         std::ranges::equal(other->layout()->shape(), std::span<const std::int64_t>(part.shape)) &&
         std::ranges::equal(other->layout()->strides(),
                            std::span<const std::int64_t>(part.strides));
}

namespace {

Component component_of(const Primitive& primitive) {
  return &primitive == &structural_row_of<Real>   ? Component::real
         : &primitive == &structural_row_of<Imag> ? Component::imaginary
                                                  : Component::all;
}

void link(PyObject* parent, PyObject* child, const Primitive& primitive, const Payload* payload) {
  auto* const of_child = reinterpret_cast<TensorObject*>(child);
  const Array& part = of_child->tensor.value;
  const Array& from = handle_of(parent).tensor.value;
  if (!part.has_block() || !from.has_block()) return;
  Window& window = window_of(parent);
  if (const Component component = component_of(primitive);
      component != Component::all && is_complex(from.dtype())) {
    of_child->window = new Window(window, component, of_child->tensor);
    return;
  }
  const auto in_place = [&] {
    return &part.block()->owner() == &from.block()->owner() &&
           std::ranges::equal(from.layout().strides(), window.layout()->strides());
  };
  Ref<Layout> layout;
  std::int64_t offset = 0;
  if (in_place()) {
    layout = part.layout_reference();
    offset = (part.data() - from.data()) / static_cast<std::int64_t>(item_size(part.dtype()));
  } else {
    Viewed view;
    const Type seen{from.dtype(), window.layout(), false};
    if (!primitive.view(payload, seen, view)) return;  // NumPy copies as well
    layout = view.type.layout;
    offset = view.offset;
  }
  of_child->window =
      new Window(window, std::move(layout), offset, window.is_writable(), of_child->tensor);
}

}  // namespace

void link_view(PyObject* parent, PyObject* child, const Primitive& primitive,
               const Payload* payload) {
  link(parent, child, primitive, payload);
  if (&primitive == &structural_row_of<BroadcastTo>) make_read_only(child);
}

PyObject* part_of_view(PyObject* parent, const Dims& index) {
  const Window& window = window_of(parent);
  const Part part = part_of(*window.layout(), index);
  Ref<Layout> layout = Layout::strided(part.shape, part.strides);
  Object object = Object::take(wrap(window.read(*layout, window.offset() + part.offset)));
  if (auto* child = reinterpret_cast<TensorObject*>(object.get()); !part.shape.empty()) {
    child->window =
        new Window(window, std::move(layout), part.offset, window.is_writable(), child->tensor);
  }
  return object.release();
}

Tensor cast_into(Tensor value, DType dtype) {
  if (is_complex(value.dtype()) && !is_complex(dtype)) {
    static PyObject* const warning = [] {
      const Object module = Object::take(PyImport_ImportModule("numpy.exceptions"));
      return checked(PyObject_GetAttrString(module.get(), "ComplexWarning"));
    }();
    checked(PyErr_WarnEx(warning, "Casting complex values to real discards the imaginary part", 1));
    Tensor one[] = {std::move(value)};
    value = bindings::apply(primitive_named("real"), one);
  }
  return value.dtype() == dtype ? value : convert_tensor(std::move(value), dtype);
}

Tensor cast_for(Tensor value, DType dtype, const char* what) {
  if (is_complex(value.dtype()) && !is_complex(dtype)) {
    if (value.value.ndim() > 0) return cast_into(std::move(value), dtype);
    fail<DTypeError>(what, ": a complex number was given for a Tensor of ", name(dtype),
                     "; take its real part");
  }
  const bool is_narrower = is_inexact(value.dtype()) && !is_inexact(dtype);
  return is_narrower || (value.dtype() != dtype && value.value.ndim() > 0)
             ? convert_tensor(std::move(value), dtype)
             : value;
}

}  // namespace wg::bindings
