#include <cstring>

#include "core/copy.h"
#include "graph/program.h"

namespace wg {
namespace {

constexpr std::int64_t few_elements = 512;  // of constants that are compared, not told by address

class Words {
 public:
  explicit Words(Constants constants) : constants_(constants) {}

  void add(std::size_t number) { words_.push_back(static_cast<std::int64_t>(number)); }

  void add(const Type& type) {
    words_.push_back(static_cast<std::int64_t>(type.dtype) << 32 | type.is_weak << 16 |
                     type.ndim());
    const auto shape = type.shape();
    words_.insert(words_.end(), shape.begin(), shape.end());
  }

  void add_elements(const Array& x) {
    const Array elements = dense(x);
    const std::size_t bytes =
        static_cast<std::size_t>(elements.size()) * item_size(elements.dtype());
    const std::size_t begin = words_.size();
    words_.resize(begin + (bytes + 7) / 8, 0);
    if (bytes > 0) std::memcpy(words_.data() + begin, elements.data(), bytes);
  }

  /// `is_index`: its elements say which others are read.
  void add_constant(const Array& value, bool is_index) {
    if (value.is_abstract()) return;
    if (is_index) return add_elements(value);
    if (constants_ == Constants::differ) return;
    if (value.is_scalar() || value.size() <= few_elements) return add_elements(value);
    add(reinterpret_cast<std::uintptr_t>(value.data()));
    const auto strides = value.layout().strides();
    words_.insert(words_.end(), strides.begin(), strides.end());
  }

  void add_parameters(const Payload* payload) {
    if (!payload) return;
    parameters_.clear();
    payload->words(parameters_, constants_);
    words_.insert(words_.end(), parameters_.begin(), parameters_.end());
  }

  Table<std::int64_t> take() { return std::move(words_); }

 private:
  Constants constants_;
  std::vector<std::int64_t> parameters_;
  Table<std::int64_t> words_;
};

}  // namespace

Table<std::int64_t> Program::words(Constants do_count) const {
  Words words(do_count);
  std::vector<std::uint8_t> is_index(types.size(), false);
  for (const Slot slot : inputs) words.add(slot), words.add(types[slot]);
  for (const Instruction& instruction : instructions) {
    words.add(reinterpret_cast<std::uintptr_t>(instruction.primitive));
    words.add(instruction.is_cut);
    words.add(instruction.result);
    for (std::uint32_t k = 0; k < instruction.result_count; ++k) {
      words.add(types[instruction.result + k]);
    }
    words.add_parameters(instruction.payload.pointer());
    words.add(instruction.operand_count);
    const auto slots = operands_of(instruction);
    for (std::size_t k = 0; k < slots.size(); ++k) {
      words.add(slots[k]);
      if (static_cast<int>(k) >= instruction.primitive->first_index) is_index[slots[k]] = true;
    }
  }
  for (const auto& [slot, value] : constants) {
    words.add(slot);
    words.add(types[slot]);
    words.add_constant(value, is_index[slot]);
  }
  for (const Reading& reading : readings) {
    words.add(reading.slot);
    words.add(reading.before);
    words.add(reading.left_by.empty());
    words.add_elements(reading.seen);
  }
  for (const Slot slot : results) words.add(slot);
  return words.take();
}

}  // namespace wg
