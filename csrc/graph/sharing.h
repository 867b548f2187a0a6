/// Equal operations on the same operands, recorded once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/memory.h"
#include "graph/node.h"

namespace wg {

/// The latest operations of one trace, found by what they are: what is derived of the recording,
/// and what is made of it, has each of them once.
class Sharing {
 public:
  /// The node of an equal operation; null if there is none, which `add` is to be told of next.
  Node* find(const Primitive& primitive, const Payload* payload,
             std::span<const Tensor* const> operands, const Array& out, bool is_cut);
  void add(const Ref<Node>& node);

 private:
  struct Entry {
    std::uint64_t hash;
    Ref<Node> node;
  };
  /// Of what is looked for: by what it is, and by the youngest of its operands.
  struct Key {
    std::uint64_t hash = 0, youngest = 0;
  };
  class Places;

  void put(Entry entry, std::uint64_t youngest);
  void grow();

  Table<Entry> entries_;
  std::size_t count_ = 0;
  Key sought_;  // that of what was not found
  std::vector<std::int64_t> words_, others_;
};

}  // namespace wg
