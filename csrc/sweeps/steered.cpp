#include "sweeps/steered.h"

#include <algorithm>
#include <cstring>

#include "core/copy.h"
#include "core/host.h"
#include "sweeps/branch.h"
#include "sweeps/interpret.h"
#include "sweeps/while_loop.h"

namespace wg {
namespace {

constexpr std::int64_t between_polls = 20'000'000;  // nanoseconds, roughly

/// An array of its own, or a number.
Array array_of(const Type& type, const std::byte* data) {
  if (type.ndim() == 0) return Array::scalar_from(type.dtype, data, type.is_weak);
  Array array = Array::empty(type.dtype, type.shape());
  if (const std::int64_t bytes = bytes_of(type)) {
    std::memcpy(array.mutable_data(), data, static_cast<std::size_t>(bytes));
  }
  array.set_weak(type.is_weak);
  return array;
}

class Interpreted final : public Runner {
 public:
  explicit Interpreted(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> results) override {
    std::vector<Tensor> given;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      given.emplace_back(array_of(program_->types[program_->inputs[k]], inputs[k]));
    }
    Evaluate evaluate;
    const std::vector<Tensor> values = interpret(*program_, given, evaluate);
    for (std::size_t k = 0; k < values.size(); ++k) {
      const Array value = dense(values[k].value);
      const auto bytes = static_cast<std::size_t>(value.size()) * item_size(value.dtype());
      if (bytes > 0) std::memcpy(results[k], value.data(), bytes);
    }
  }
  std::int64_t cost() const override {
    return 1000 * (1 + static_cast<std::int64_t>(program_->instructions.size()));
  }

 private:
  const std::shared_ptr<const Program> program_;
};

}  // namespace

std::vector<Array> Steered::evaluate(std::span<Tensor> x) const {
  return std::move(*evaluate(x, false));
}

std::optional<std::vector<Array>> Steered::evaluate_briefly(std::span<Tensor> x) const {
  return evaluate(x, true);
}

std::optional<std::vector<Array>> Steered::evaluate(std::span<Tensor> x, bool is_brief) const {
  std::vector<std::unique_ptr<Runner>> runners;
  for (auto& program : programs()) {
    runners.push_back(std::make_unique<Interpreted>(std::move(program)));
  }
  const std::unique_ptr<Steering> steered = steering(std::move(runners));
  std::vector<Array> operands;
  std::vector<const std::byte*> from;
  for (const Tensor& operand : x) operands.push_back(dense(operand.value));
  for (const Array& operand : operands) from.push_back(operand.data());
  struct alignas(16) Cell {
    std::byte bytes[16];
  };
  const std::vector<Type> types = result_types();
  std::vector<Cell> numbers(types.size());
  std::vector<Array> values(types.size());
  std::vector<std::byte*> to;
  for (std::size_t k = 0; k < types.size(); ++k) {
    if (types[k].ndim() > 0) values[k] = Array::empty(types[k].dtype, types[k].shape());
    to.push_back(types[k].ndim() > 0 ? values[k].mutable_data() : numbers[k].bytes);
  }
  steered->begin(from, to);
  while (steered->advance(between_polls)) {
    if (is_brief) return std::nullopt;
    poll_host();
  }
  for (std::size_t k = 0; k < types.size(); ++k) {
    if (types[k].ndim() == 0) values[k] = Array::scalar_from(types[k].dtype, numbers[k].bytes);
    values[k].set_weak(types[k].is_weak);
  }
  return values;
}

bool Steered::is_holomorphic() const {
  return std::ranges::all_of(programs(), [](const auto& own) { return own->is_holomorphic(); });
}

const Primitive* steered_primitive(std::string_view name) {
  for (const Primitive* own : {&branch_primitive(), &while_primitive(), &while_pull_primitive()}) {
    if (own->name == name) return own;
  }
  return nullptr;
}

bool is_steered(const Primitive& primitive) {
  return steered_primitive(primitive.name) == &primitive;
}

std::int64_t lanes_at_once(const Program& of_one, std::int64_t lanes) {
  constexpr std::int64_t most = 512, most_bytes = 1 << 21;
  std::int64_t bytes = 1;  // of what is computed: what is read may be the same for all
  for (const Instruction& instruction : of_one.instructions) {
    for (Slot k = 0; k < instruction.result_count; ++k) {
      bytes += bytes_of(of_one.types[instruction.result + k]);
    }
  }
  return std::max<std::int64_t>(1, std::min({lanes, most, most_bytes / bytes}));
}

}  // namespace wg
