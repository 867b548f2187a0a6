/// What takes the place of chains of stores.
#pragma once

#include <array>
#include <vector>

#include "graph/program.h"

namespace wg::simplify {

/// What takes the place of a chain's last store.
struct Joined {
  std::uint32_t last;
  Ref<Payload> payload;
  const Primitive* primitive;
  Slot base;  // of the first store
  std::vector<Slot> updates;
  bool is_flat = false;                   // of all elements in C order
  std::vector<std::int64_t> places;       // that updates are added to; none if they are the array
  std::vector<std::array<Slot, 3>> sums;  // two terms and their sum: updates in the same place
};

class JoinedStores {
 public:
  explicit JoinedStores(Program& program) : program_(program) {}

  Slot add_slot(Type type);
  Slot zeros_like(const Type& type);
  /// What joins the updates stands where the last of them was stored.
  void rebuild(const std::vector<Joined>& all);

 private:
  void replace(const Instruction& own, const Joined& joined);
  void add_at_places(const Joined& joined, const Type& type, Slot result);
  void append(const Primitive& primitive, Ref<Payload> payload, std::span<const Slot> operands,
              Slot result);
  void append_sum(Slot a, Slot b, Slot sum);
  void append_reshape(Slot x, const Type& type, Slot result);

  Program& program_;
  Table<Instruction> instructions_;
};

}  // namespace wg::simplify
