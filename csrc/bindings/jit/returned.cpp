#include "bindings/jit/returned.h"

#include <algorithm>

#include "core/copy.h"

namespace wg::bindings {
namespace {

/// NumPy gives arrays without axes as scalars.
Guise of_rank(Guise guise, std::size_t rank) {
  return guise == Guise::ndarray && rank == 0 ? Guise::numpy_scalar : guise;
}

}  // namespace

Returned::Returned(PyObject* tree, std::span<const Object> leaves,
                   std::span<const Source> sources) {
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    const bool is_same = sources[k].from == Source::From::same;
    parts_.push_back({sources[k], is_same ? leaves[k] : Object()});
  }
  if (leaves.size() == 1 && leaves[0].get() == tree) return;
  form_ = form_of(tree);
  is_tuple_ =
      PyTuple_CheckExact(tree) && PyTuple_GET_SIZE(tree) == static_cast<Py_ssize_t>(leaves.size());
  for (std::size_t k = 0; k < leaves.size() && is_tuple_; ++k) {
    is_tuple_ = PyTuple_GET_ITEM(tree, static_cast<Py_ssize_t>(k)) == leaves[k].get();
  }
}

void Returned::guise(const Program& program, std::span<const Guise> inputs, Guise independent) {
  std::vector<Guise> guises(program.types.size(), Guise::number);
  std::vector<bool> depends(program.types.size());
  for (std::size_t k = 0; k < program.inputs.size(); ++k) {
    guises[program.inputs[k]] = k < inputs.size() ? inputs[k] : Guise::tensor;
    depends[program.inputs[k]] = true;
  }
  for (const Instruction& instruction : program.instructions) {
    Guise guise = Guise::number;
    bool is_any = false;
    for (const Slot slot : program.operands_of(instruction)) {
      guise = std::max(guise, guises[slot]);
      is_any |= depends[slot];
    }
    std::fill_n(guises.begin() + instruction.result, instruction.result_count, guise);
    std::fill_n(depends.begin() + instruction.result, instruction.result_count, is_any);
  }
  for (Part& part : parts_) {
    if (!part.is_result()) continue;
    const Slot slot = program.results[part.source.number];
    const Guise guise = part.source.guise.value_or(depends[slot] ? guises[slot] : independent);
    part.guise = of_rank(guise, program.types[slot].shape().size());
  }
}

void Returned::guise(Guise guise, std::span<const Tensor> results) {
  for (Part& part : parts_) {
    if (!part.is_result()) continue;
    const Tensor& result = results[part.source.number];
    part.guise = of_rank(part.source.guise.value_or(guise), result.value.shape().size());
  }
}

/// What never changes is handed out as it is, and memory as a copy.
PyObject* Returned::made(const Part& part, std::span<Tensor> results,
                         std::span<const Object> arguments) {
  if (part.source.from == Source::From::argument) {
    return Py_NewRef(arguments[part.source.number].get());
  }
  if (part.is_result()) {
    Tensor& result = results[part.source.number];
    const bool is_number = part.guise == Guise::number && result.value.is_scalar() && !result.node;
    if (is_number) return to_python_number(result.value);
    return disguised(own(std::move(result)), part.guise);
  }
  if (!PyArray_Check(part.constant.get())) return Py_NewRef(part.constant.get());
  auto* const array = reinterpret_cast<PyArrayObject*>(part.constant.get());
  return checked(PyArray_NewCopy(array, NPY_KEEPORDER));
}

template <class Leaf> PyObject* Returned::assembled(const Leaf& leaf) const {
  if (!form_) return leaf(0);
  if (is_tuple_) {
    Object tuple = Object::take(PyTuple_New(static_cast<Py_ssize_t>(parts_.size())));
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      const auto before = static_cast<Py_ssize_t>(parts_[k].source.number);
      PyTuple_SET_ITEM(
          tuple.get(), static_cast<Py_ssize_t>(k),
          parts_[k].is_again() ? Py_NewRef(PyTuple_GET_ITEM(tuple.get(), before)) : leaf(k));
    }
    return tuple.release();
  }
  std::vector<Object> leaves;
  leaves.reserve(parts_.size());
  for (std::size_t k = 0; k < parts_.size(); ++k) {
    const Part& part = parts_[k];
    leaves.push_back(part.is_again() ? Object(leaves[part.source.number]) : Object::take(leaf(k)));
  }
  auto next = leaves.begin();
  return unflatten(form_.get(), next);
}

PyObject* Returned::make(std::span<Tensor> results, std::span<const Object> arguments) const {
  return assembled([&](std::size_t k) { return made(parts_[k], results, arguments); });
}

bool Returned::is_of_values(std::size_t results) const {
  if (parts_.size() != results) return false;
  for (std::size_t k = 0; k < parts_.size(); ++k) {
    const Part& part = parts_[k];
    if (!part.is_result() || part.source.number != k || part.guise == Guise::tensor) return false;
  }
  return true;
}

void Returned::take_apart(PyObject* tree, std::vector<Object>& leaves) const {
  if (form_) return flatten_like(form_.get(), tree, "into: out", leaves);
  leaves.push_back(Object::share(tree));
}

void Returned::prepare_values(std::span<const Type> types, std::span<Object> arrays,
                              std::span<Number> numbers, std::byte** memory) const {
  for (std::size_t k = 0; k < types.size(); ++k) {
    memory[k] = numbers[k].bytes;
    if (types[k].ndim() == 0) continue;
    arrays[k] = Object::take(new_ndarray(types[k].dtype, types[k].shape()));
    auto* const array = reinterpret_cast<PyArrayObject*>(arrays[k].get());
    memory[k] = static_cast<std::byte*>(PyArray_DATA(array));
  }
}

PyObject* Returned::make_of_values(std::span<const Type> types, std::span<Object> arrays,
                                   std::span<const Number> numbers) const {
  return assembled([&](std::size_t k) {
    if (arrays[k]) return arrays[k].release();
    const std::byte* const bytes = numbers[k].bytes;
    const bool is_number = parts_[k].guise == Guise::number;
    if (is_number && types[k].dtype == DType::float64) {
      double value;
      std::memcpy(&value, bytes, sizeof value);
      return checked(PyFloat_FromDouble(value));
    }
    const Array value = Array::scalar_from(types[k].dtype, bytes);
    return is_number ? to_python_number(value) : to_numpy_scalar(value);
  });
}

int Returned::traverse(visitproc visit, void* arg) const {
  Py_VISIT(form_.get());
  for (const Part& part : parts_) Py_VISIT(part.constant.get());
  return 0;
}

}  // namespace wg::bindings
