#include "tape/simplify/orders.h"

#include <algorithm>

#include "kernels/matmul.h"
#include "primitives/matmul.h"
#include "primitives/movement.h"
#include "primitives/shape.h"
#include "tape/simplify/role.h"

namespace wg::simplify {
namespace {

constexpr std::uint32_t none = UINT32_MAX;
constexpr std::int64_t least_elements = 4096;  // elements of a value that is worth it
constexpr std::int64_t times_more = 4;         // than its operands have, each

/// All axes of a transpose of so many, counted from the end.
Dims all_axes(const Instruction& transpose, int rank) {
  const Dims& axes = parameters_of<Transpose>(transpose.payload.pointer()).axes;
  Dims all(rank);
  for (int i = 0; i < rank; ++i) all[i] = i - rank;
  for (int i = 0; i < axes.size(); ++i) all[rank - axes.size() + i] = axes[i];
  return all;
}

bool is_transpose(const Instruction& instruction) {
  return instruction.primitive == &structural_row_of<Transpose>;
}

class Orders {
 public:
  explicit Orders(Program& program) : program_(program) {}

  bool run() {
    if (!has_candidates()) return false;
    find_readers();
    bool is_any = false;
    for (std::uint32_t i = 0; i < program_.instructions.size(); ++i) is_any |= find_order(i);
    if (is_any) rebuild();
    return is_any;
  }

 private:
  bool has_candidates() const {
    Table<std::uint8_t> is_made(program_.types.size(), false);
    for (const Instruction& instruction : program_.instructions) {
      if (is_transpose(instruction) && is_made[program_.operands_of(instruction)[0]]) return true;
      is_made[instruction.result] = is_made_of_less(instruction);
    }
    return false;
  }

  /// Element by element, of smaller operands.
  bool is_made_of_less(const Instruction& instruction) const {
    const Primitive& primitive = *instruction.primitive;
    const std::int64_t size = program_.types[instruction.result].size();
    if (size < least_elements || (!primitive.elementwise && role_of(primitive).kind != Kind::where))
      return false;
    return std::ranges::all_of(program_.operands_of(instruction), [&](Slot slot) {
      return program_.types[slot].size() * times_more <= size;
    });
  }

  /// Who reads each value.
  void find_readers() {
    readers_.resize(program_.types.size());
    for (std::uint32_t i = 0; i < program_.instructions.size(); ++i) {
      for (const Slot slot : program_.operands_of(program_.instructions[i]))
        readers_[slot].push_back(i);
    }
    is_read_outside_.assign(program_.types.size(), false);
    for (const Slot slot : program_.results) is_read_outside_[slot] = true;
    for (const Reading& reading : program_.readings) is_read_outside_[reading.slot] = true;
    orders_.resize(program_.instructions.size());
  }

  bool find_order(std::uint32_t i) {
    const Instruction& instruction = program_.instructions[i];
    const Slot y = instruction.result;
    const Type& type = program_.types[y];
    if (!is_made_of_less(instruction) || is_read_outside_[y] || readers_[y].empty()) return false;
    const auto reads_in_order = [&](std::uint32_t reader) {
      return is_transpose(program_.instructions[reader]);
    };
    if (!std::ranges::all_of(readers_[y], reads_in_order)) return false;
    // One that keeps the last axis, if there is one.
    Dims order;
    for (const std::uint32_t reader : readers_[y]) {
      Dims axes = all_axes(program_.instructions[reader], type.ndim());
      if (order.empty() || (order.back() != -1 && axes.back() == -1)) order = std::move(axes);
    }
    for (const std::uint32_t reader : readers_[y]) {
      const Instruction& transpose = program_.instructions[reader];
      const Dims axes = all_axes(transpose, type.ndim());
      const bool has_neighbours = axes.back() == -1 && order.back() == -1;
      if (is_asked(transpose.result, has_neighbours)) return false;
    }
    orders_[i] = std::move(order);
    return true;
  }

  /// Whether somebody asks how a value lies that is read by those who read it directly.
  bool is_asked(Slot slot, bool has_neighbours) const {
    if (is_read_outside_[slot]) return true;
    return std::ranges::any_of(readers_[slot], [&](std::uint32_t reader) {
      const Instruction& instruction = program_.instructions[reader];
      if (instruction.primitive == &structural_row_of<Matmul>)
        return !sums_in_order(instruction, slot, has_neighbours);
      return instruction.primitive->view || !role_of(*instruction.primitive).reads_elements;
    });
  }

  bool sums_in_order(const Instruction& product, Slot slot, bool has_neighbours) const {
    const auto slots = program_.operands_of(product);
    const auto x = program_.types[slots[0]].shape(), y = program_.types[slots[1]].shape();
    if (x.size() < 2 || y.size() < 3 || slots[0] == slots[1]) return false;
    const DType dtype = program_.types[product.result].dtype;
    return kernels::sums_in_order(dtype, x.end()[-2], y.back(), x.back(),
                                  slot == slots[1] && has_neighbours);
  }

  void rebuild() {
    Table<Instruction> all;
    std::vector<Ref<Node>> nodes;
    Table<Slot> now(program_.types.size());
    for (Slot slot = 0; slot < now.size(); ++slot) now[slot] = slot;
    auto reading = program_.readings.begin();
    const auto place_readings = [&](std::size_t before) {
      for (; reading != program_.readings.end() && reading->before == before; ++reading) {
        reading->before = static_cast<std::uint32_t>(all.size());
        reading->slot = now[reading->slot];
      }
    };
    Table<std::uint32_t> ordered(program_.types.size(), none);  // by slot: what it is made by
    const Table<Instruction> given = std::move(program_.instructions);
    for (std::uint32_t i = 0; i < given.size(); ++i) {
      place_readings(i);
      Instruction own = given[i];
      for (std::uint32_t k = 0; k < own.operand_count; ++k) {
        Slot& slot = program_.operands[own.first_operand + k];
        slot = now[slot];
      }
      const Slot x = own.operand_count > 0 ? program_.operands[own.first_operand] : 0;
      if (!orders_[i].empty()) {
        order_operands(own, orders_[i], all);
        ordered[own.result] = i;
      } else if (is_transpose(own) && ordered[x] != none) {
        const Dims left = axes_left(all_axes(own, program_.types[x].ndim()), orders_[ordered[x]]);
        own.payload = payload_of(Transpose{.axes = left});
      }
      const bool is_nothing = is_transpose(own) && ordered[x] != none && stays(own);
      if (is_nothing)
        now[own.result] = x;
      else
        all.push_back(std::move(own));
      if (!program_.nodes.empty()) nodes.resize(all.size(), program_.nodes[i]);
    }
    place_readings(given.size());
    for (Slot& slot : program_.results) slot = now[slot];
    program_.instructions = std::move(all);
    program_.nodes = std::move(nodes);
  }

  static bool stays(const Instruction& transpose) {
    const Dims& axes = parameters_of<Transpose>(transpose.payload.pointer()).axes;
    for (int i = 0; i < axes.size(); ++i) {
      if (axes[i] != i - axes.size()) return false;
    }
    return true;
  }

  /// The transpose of what lies in `order` that is the transpose by `axes` of what it was.
  static Dims axes_left(const Dims& axes, const Dims& order) {
    Dims left;
    for (const std::int64_t axis : axes)
      left.push_back(std::ranges::find(order, axis) - order.end());
    return left;
  }

  /// Operands get the axes that they lack, and then all in that order.
  void order_operands(Instruction& own, const Dims& order, Table<Instruction>& all) {
    const Type y = program_.types[own.result];  // others are added meanwhile
    const int rank = y.ndim();
    std::vector<Slot> operands;
    for (std::uint32_t k = 0; k < own.operand_count; ++k) {
      Slot slot = program_.operands[own.first_operand + k];
      if (program_.types[slot].ndim() > 0) {
        Shape shape(program_.types[slot].shape());
        while (shape.size() < rank) shape.insert(0, 1);
        slot = add(structural_row_of<Reshape>, payload_of(Reshape{.shape = std::move(shape)}), slot,
                   all);
        slot = add(structural_row_of<Transpose>, payload_of(Transpose{.axes = order}), slot, all);
      }
      operands.push_back(slot);
    }
    own.first_operand = static_cast<std::uint32_t>(program_.operands.size());
    program_.operands.insert(program_.operands.end(), operands.begin(), operands.end());
    Shape shape;
    for (const std::int64_t axis : order) shape.push_back(y.shape().end()[axis]);
    program_.types[own.result] = Type(y.dtype, std::span<const std::int64_t>(shape));
  }

  Slot add(const Primitive& primitive, Ref<Payload> payload, Slot x, Table<Instruction>& all) {
    const Type& type = program_.types[x];
    const auto made = static_cast<Slot>(program_.types.size());
    const auto first = static_cast<std::uint32_t>(program_.operands.size());
    Type result = primitive.infer(payload.pointer(), std::span(&type, 1));
    program_.operands.push_back(x);
    program_.types.push_back(std::move(result));
    all.push_back({&primitive, std::move(payload), first, 1, made, 1, false});
    return made;
  }

  Program& program_;
  std::vector<std::vector<std::uint32_t>> readers_;  // by slot: instructions
  Table<std::uint8_t> is_read_outside_;              // by slot
  std::vector<Dims> orders_;                         // by instruction; none for most
};

}  // namespace

bool order_axes(Program& program) { return Orders(program).run(); }

}  // namespace wg::simplify
