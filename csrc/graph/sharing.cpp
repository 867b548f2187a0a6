#include "graph/sharing.h"

#include <algorithm>
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

std::uint64_t youngest_of(const Node& node) {
  std::uint64_t youngest = 0;
  for (const Operand& operand : node.operands()) {
    if (const Node* from = operand.node()) youngest = std::max(youngest, from->sequence());
  }
  return youngest;
}

}  // namespace

/// Where an entry may be, one place after the other: beside those of operands that were made at the
/// same time, which are in the cache while a recording goes on, and where these places are taken,
/// from where its hash says.
class Sharing::Places {
 public:
  Places(const Key& key, std::size_t size)
      : hash_(key.hash), mask_(size - 1), at_(2 * key.youngest & mask_) {}
  std::size_t operator*() const { return at_; }
  Places& operator++() {
    at_ = (++tried_ == near ? hash_ : at_ + 1) & mask_;
    return *this;
  }

 private:
  static constexpr int near = 8;

  const std::uint64_t hash_;
  const std::size_t mask_;
  std::size_t at_;
  int tried_ = 0;
};

Node* Sharing::find(const Primitive& primitive, const Payload* payload,
                    std::span<const Tensor* const> operands, const Array& out, bool is_cut) {
  std::uint64_t hash = mix(reinterpret_cast<std::uintptr_t>(&primitive), is_cut);
  std::uint64_t youngest = 0;
  for (const Tensor* operand : operands) {
    if (operand->is_tracked()) {
      hash = mix(hash, reinterpret_cast<std::uintptr_t>(operand->node.pointer()));
      youngest = std::max(youngest, operand->node->sequence());
    } else {
      hash = mix(hash, identity_of(operand->value));
    }
  }
  words_.clear();
  if (payload) payload->words(words_, Constants::count);
  for (const std::int64_t word : words_) hash = mix(hash, static_cast<std::uint64_t>(word));
  sought_ = {hash, youngest};
  if (entries_.empty()) return nullptr;
  for (Places place(sought_, entries_.size()); entries_[*place].node; ++place) {
    if (entries_[*place].hash != hash) continue;
    Node& known = *entries_[*place].node;
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

/// In a place that is free, of which there are enough.
void Sharing::put(Entry entry, std::uint64_t youngest) {
  Places place({entry.hash, youngest}, entries_.size());
  while (entries_[*place].node) ++place;
  entries_[*place] = std::move(entry);
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
  put({sought_.hash, node}, sought_.youngest);
}

void Sharing::grow() {
  Table<Entry> before(entries_.empty() ? 64 : 4 * entries_.size());
  before.swap(entries_);
  for (Entry& entry : before) {
    if (!entry.node) continue;
    const std::uint64_t youngest = youngest_of(*entry.node);
    put(std::move(entry), youngest);
  }
}

}  // namespace wg
