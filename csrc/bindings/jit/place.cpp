#include "bindings/jit/place.h"

#include <algorithm>

#include "bindings/destination.h"
#include "bindings/leaves.h"

namespace wg::bindings {
namespace {

template <class... F> struct Cases : F... {
  using F::operator()...;
};

const TensorObject& object_of(PyObject* tensor) {
  return *reinterpret_cast<const TensorObject*>(tensor);
}

GradientCell& as_cell(const Ref<Payload>& cell) {
  return *static_cast<GradientCell*>(cell.pointer());
}

bool is_part(PyObject* tensor) {
  const Window* const window = object_of(tensor).window;
  return window && !window->is_whole();
}

void store_in_memory(PyObject* tensor, Tensor value) {
  if (GradientCell* cell = cell_of(memory_of(tensor))) {
    value = leaf_with(Tensor(std::move(value.value)), Ref<Payload>::share(cell));
  }
  if (const Window* window = object_of(tensor).window) {
    window->storage().replace(std::move(value));
  } else {
    write(tensor, std::move(value));
  }
}

void store_in_argument(PyObject* object, Tensor value) {
  if (!is_tensor(object)) {
    const Object array = Object::take(view_as_ndarray(value.value));
    checked(PyArray_CopyInto(reinterpret_cast<PyArrayObject*>(object),
                             reinterpret_cast<PyArrayObject*>(array.get())));
    return;
  }
  if (!is_part(object)) return store_in_memory(object, std::move(value));
  Destination(object, "jit").replace(std::move(value));
}

bool is_writable_argument(PyObject* object) {
  if (is_tensor(object)) {
    const Window* const window = object_of(object).window;
    return !window || window->is_writable();
  }
  return PyArray_ISWRITEABLE(reinterpret_cast<PyArrayObject*>(object));
}

}  // namespace

const Tensor& memory_of(PyObject* tensor) {
  const TensorObject& object = object_of(tensor);
  return object.window ? object.window->storage().whole() : object.tensor;
}

Tensor Place::read(const Leaves& arguments) const {
  return std::visit(Cases{[](const Memory& own) { return memory_of(own.tensor.get()); },
                          [](const Gradient& own) { return as_cell(own.cell).gradient(); },
                          [&](const Argument& own) {
                            PyObject* const object = arguments[own.leaf].get();
                            if (own.of == Of::value) return operand_of(object, "jit");
                            if (own.of == Of::memory)
                              return is_part(object) ? Tensor() : memory_of(object);
                            GradientCell* const cell = cell_of(memory_of(object));
                            return cell ? cell->gradient() : Tensor();
                          }},
                    place_);
}

bool Place::is_writable(const Leaves& arguments) const {
  const auto* const own = std::get_if<Argument>(&place_);
  if (!own || own->of == Of::gradient) return true;
  return is_writable_argument(arguments[own->leaf].get());
}

void Place::store(const Leaves& arguments, Tensor value) const {
  std::visit(Cases{[&](const Memory& own) { store_in_memory(own.tensor.get(), std::move(value)); },
                   [&](const Gradient& own) { as_cell(own.cell).set(std::move(value)); },
                   [&](const Argument& own) {
                     PyObject* const object = arguments[own.leaf].get();
                     if (own.of == Of::value) return store_in_argument(object, std::move(value));
                     if (own.of == Of::memory) return store_in_memory(object, std::move(value));
                     cell_of(memory_of(object))->set(std::move(value));
                   }},
             place_);
}

Object Place::shown(const Leaves& arguments) const {
  if (PyObject* const own = tensor()) return Object::share(own);
  const auto* const own = std::get_if<Argument>(&place_);
  if (own && own->of != Of::gradient) return arguments[own->leaf];
  return Object::take(wrap(Tensor(read(arguments).value)));
}

PyObject* Place::tensor() const {
  const auto* const own = std::get_if<Memory>(&place_);
  return own ? own->tensor.get() : nullptr;
}

const void* Place::identity() const {
  if (const auto* const own = std::get_if<Gradient>(&place_)) return own->cell.pointer();
  const auto* const own = std::get_if<Memory>(&place_);
  if (!own) return nullptr;
  const Window* const window = object_of(own->tensor.get()).window;
  return window ? static_cast<const void*>(&window->storage()) : own->tensor.get();
}

int Place::traverse(visitproc visit, void* arg) const {
  Py_VISIT(tensor());
  return 0;
}

Input::Input(Place place, const Tensor& value)
    : place_(std::move(place)),
      type_(value.value.is_defined() ? value.type() : Type()),
      is_defined_(value.value.is_defined()),
      is_differentiated_(value.is_differentiated()),
      is_leaf_(cell_of(value) != nullptr) {}

bool Input::matches(const Tensor& value) const {
  if (value.value.is_defined() != is_defined_) return false;
  if (!is_defined_) return true;
  return value.dtype() == type_.dtype && value.value.is_weak() == type_.is_weak &&
         std::ranges::equal(value.value.shape(), type_.shape()) &&
         value.is_differentiated() == is_differentiated_ &&
         (!is_differentiated_ || (cell_of(value) != nullptr) == is_leaf_);
}

}  // namespace wg::bindings
