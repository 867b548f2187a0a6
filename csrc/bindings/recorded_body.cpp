#include "bindings/recorded_body.h"

#include <algorithm>

#include "graph/compound.h"
#include "primitives/shape.h"
#include "primitives/structural.h"
#include "sweeps/derivation.h"
#include "sweeps/interpret.h"
#include "sweeps/steered.h"

namespace wg::bindings {

std::vector<Tensor> tensors_of(PyObject* list, const char* name) {
  std::vector<Tensor> all;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) {
    all.push_back(operand_of(PyList_GET_ITEM(list, i), name));
    Array& value = all.back().value;
    if (value.is_borrowed()) value = copy_of(value).with_weak(value.is_weak());
  }
  return all;
}

Object list_of(std::span<Tensor> tensors) {
  Object list = Object::take(PyList_New(static_cast<Py_ssize_t>(tensors.size())));
  for (std::size_t k = 0; k < tensors.size(); ++k) {
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(k), checked(wrap(std::move(tensors[k]))));
  }
  return list;
}

bool is_same(const Type& one, const Type& other) {
  return one.dtype == other.dtype && one.is_weak == other.is_weak &&
         std::ranges::equal(one.shape(), other.shape());
}

void CommonOperands::add(const Captured& program) {
  for (const Tensor& read : program.captures) {
    if (place_of(read) < all_.size()) continue;
    all_.push_back(read);
    types_.push_back(read.type());
  }
}

std::size_t CommonOperands::place_of(const Tensor& read) const {
  const auto behind = std::span(all_).subspan(given_);
  const auto found =
      std::ranges::find_if(behind, [&](const Tensor& own) { return own.node == read.node; });
  return given_ + static_cast<std::size_t>(found - behind.begin());
}

std::shared_ptr<Callable> CommonOperands::program_of_all(const Captured& program,
                                                         std::span<const Type> types) const {
  Derivation derivation;
  std::vector<Tensor> leaves;
  for (const Type& type : types_) leaves.push_back(derivation.leaf(type));
  std::vector<Tensor> used(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(given_));
  for (const Tensor& read : program.captures) used.push_back(leaves[place_of(read)]);
  std::vector<Tensor> results = interpret(*program.program, used, derivation.builder());
  for (std::size_t k = 0; k < results.size(); ++k) {
    const Array& value = results[k].value;
    if (value.dtype() == types[k].dtype && value.is_weak() == types[k].is_weak) continue;
    const Var own = derivation.builder().var(std::move(results[k]));
    results[k] = apply_structural(Convert{.dtype = types[k].dtype}, {own}).tensor;
  }
  return std::make_shared<Callable>(derivation.finish(results));
}

namespace {

/// In an attempt, whose values nobody sees, those of what takes long are zeros.
std::vector<Array> evaluated(const Primitive& primitive, const Compound& compound,
                             std::span<Tensor> values) {
  if (Attempt::open() == 0 || !is_steered(primitive)) return compound.evaluate(values);
  const auto& steered = static_cast<const Steered&>(compound);
  if (auto results = steered.evaluate_briefly(values)) return std::move(*results);
  std::vector<Array> zeros;
  for (const Type& type : steered.result_types()) {
    zeros.push_back(Array::zeros(type.dtype, type.shape()).with_weak(type.is_weak));
  }
  return zeros;
}

}  // namespace

std::optional<std::vector<Tensor>> recorded_values(const Primitive& primitive, Ref<Payload> payload,
                                                   std::span<const Tensor> operands) {
  std::vector<Tensor> values;
  for (const Tensor& operand : operands) values.emplace_back(operand.value);
  std::vector<Array> results;
  try {
    results = evaluated(primitive, compound_of(payload.pointer()), values);
  } catch (const HostError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return {};
  }
  std::vector<const Tensor*> pointers;
  for (const Tensor& operand : operands) pointers.push_back(&operand);
  return record_compound(primitive, std::move(payload), pointers, std::move(results));
}

}  // namespace wg::bindings
