#include "graph/sharing.h"

#include <cstring>

#include "graph/payload.h"

namespace wg {
namespace {

/// A table that is larger than the second cache costs more than it finds. What it forgets is found
/// when the program is simplified. It is forgotten all at once: what is recorded does not depend on
/// hashes, which are made of addresses.
constexpr std::size_t most_entries = 1 << 16;

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 32;
}

std::uint64_t bits_of(const Array& scalar) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, scalar.data(), std::min<std::size_t>(item_size(scalar.dtype()), 8));
  return bits;
}

/// What tells a constant from others: its bits, or where its memory is.
std::uint64_t identity_of(const Array& value) {
  if (value.is_scalar()) return bits_of(value);
  return value.has_block() ? reinterpret_cast<std::uintptr_t>(value.block()) : 0;
}

bool is_same_constant(const Array& one, const Array& other) {
  if (one.dtype() != other.dtype() || one.is_weak() != other.is_weak()) return false;
  if (one.is_scalar() && other.is_scalar()) {
    return std::memcmp(one.data(), other.data(), item_size(one.dtype())) == 0;
  }
  return one.has_block() && other.has_block() && one.block() == other.block();
}

bool is_same(const Operand& known, const Tensor& operand) {
  if (operand.is_tracked()) return known.node() == operand.node.pointer();
  return !known.node() && is_same_constant(known.value(), operand.value);
}

}  // namespace

Node* Sharing::find(const Primitive& primitive, const Payload* payload,
                    std::span<const Tensor* const> operands, const Array& out, bool is_cut) {
  std::uint64_t hash = mix(reinterpret_cast<std::uintptr_t>(&primitive), is_cut);
  for (const Tensor* operand : operands) {
    hash =
        mix(hash, operand->is_tracked() ? reinterpret_cast<std::uintptr_t>(operand->node.pointer())
                                        : identity_of(operand->value));
  }
  words_.clear();
  if (payload) payload->words(words_, Constants::count);
  for (const std::int64_t word : words_) hash = mix(hash, static_cast<std::uint64_t>(word));
  sought_ = hash;
  if (entries_.empty()) return nullptr;
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t i = hash & mask; entries_[i].node; i = (i + 1) & mask) {
    if (entries_[i].hash != hash) continue;
    Node& known = *entries_[i].node;
    if (&known.primitive() != &primitive || known.is_cut() != is_cut ||
        known.operands().size() != operands.size() || known.dtype() != out.dtype() ||
        known.is_weak() != out.is_weak() || !known.payload() != !payload) {
      continue;
    }
    bool is_equal = true;
    for (std::size_t k = 0; k < operands.size() && is_equal; ++k) {
      is_equal = is_same(known.operands()[k], *operands[k]);
    }
    if (!is_equal) continue;
    if (payload) {
      others_.clear();
      known.payload()->words(others_, Constants::count);
      if (others_ != words_) continue;
    }
    return &known;
  }
  return nullptr;
}

/// A place that is free, of which there are enough.
std::size_t Sharing::place_of(std::uint64_t hash) const {
  const std::size_t mask = entries_.size() - 1;
  std::size_t i = hash & mask;
  while (entries_[i].node) i = (i + 1) & mask;
  return i;
}

void Sharing::add(const Ref<Node>& node) {
  if (4 * (count_ + 1) > entries_.size()) {
    if (entries_.size() < most_entries) {
      grow();
    } else if (2 * (count_ + 1) > entries_.size()) {
      entries_.assign(most_entries, {});
      count_ = 0;
    }
  }
  ++count_;
  entries_[place_of(sought_)] = {sought_, node};
}

void Sharing::grow() {
  std::vector<Entry> before = std::move(entries_);
  entries_.clear();
  entries_.resize(before.empty() ? 64 : 4 * before.size());
  for (Entry& entry : before) {
    if (entry.node) entries_[place_of(entry.hash)] = std::move(entry);
  }
}

}  // namespace wg
