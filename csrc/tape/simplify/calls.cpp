#include "tape/simplify/calls.h"

#include <algorithm>

#include "primitives/registry.h"
#include "sweeps/call.h"

namespace wg::simplify {
namespace {

// Calls of one program share it; opened, each has its own instructions. From so many on they stay.
constexpr std::size_t most_instructions = std::size_t{1} << 20;

const Program* program_of(const Instruction& instruction) {
  if (instruction.primitive != &call_primitive()) return nullptr;
  const Program& own = static_cast<const Call*>(instruction.payload.pointer())->program();
  return own.readings.empty() ? &own : nullptr;
}

/// A program on the way through it, and where its values are.
struct Frame {
  const Program* program;
  std::size_t next = 0;
  Table<Slot> slots;  // of its values in the program that is made
  Slot results = 0;   // of the call, in the program around
  Ref<Node> node;     // of the call, if somebody watched
  bool is_cut = false;
  std::uint32_t call = 0;
};

/// Calls in calls are opened with a stack of frames, for they may be as deep as memory allows.
class Opening {
 public:
  explicit Opening(const Program& program) : given_(program) {}

  Opened run() {
    Program& out = opened_.program;
    Frame outermost{.program = &given_, .slots = Table<Slot>(given_.types.size())};
    for (const Slot slot : given_.inputs) {
      outermost.slots[slot] = add_slot(given_.types[slot]);
      out.inputs.push_back(outermost.slots[slot]);
    }
    out.leaf_count = given_.leaf_count;
    add_constants(outermost);
    frames_.push_back(std::move(outermost));
    auto reading = given_.readings.begin();
    const auto add_readings = [&](std::size_t before) {
      for (; reading != given_.readings.end() && reading->before <= before; ++reading) {
        out.readings.push_back({frames_[0].slots[reading->slot],
                                static_cast<std::uint32_t>(out.instructions.size()),
                                reading->left_by, reading->seen});
      }
    };
    while (true) {
      Frame& frame = frames_.back();
      if (frames_.size() == 1) add_readings(frame.next);
      if (frame.next < frame.program->instructions.size()) {
        step(frame);
      } else if (frames_.size() > 1) {
        leave();
      } else {
        break;
      }
    }
    for (const Slot slot : given_.results) out.results.push_back(frames_[0].slots[slot]);
    return std::move(opened_);
  }

 private:
  Slot add_slot(const Type& type) {
    opened_.program.types.push_back(type);
    return static_cast<Slot>(opened_.program.types.size() - 1);
  }

  void add_constants(Frame& frame) {
    for (const auto& [slot, value] : frame.program->constants) {
      frame.slots[slot] = add_slot(frame.program->types[slot]);
      opened_.program.constants.emplace_back(frame.slots[slot], value);
    }
  }

  void step(Frame& frame) {
    const Instruction& instruction = frame.program->instructions[frame.next++];
    const Program* body = program_of(instruction);
    const std::size_t size = opened_.program.instructions.size();
    Ref<Node> node = node_of(frame);
    if (body && size + body->instructions.size() <= most_instructions) {
      enter(frame, instruction, *body, std::move(node));
    } else {
      copy(frame, instruction);
      note(node);
    }
  }

  /// That of the last step; of a body that nobody watched, that of its call.
  static Ref<Node> node_of(const Frame& frame) {
    const auto& nodes = frame.program->nodes;
    return nodes.empty() ? frame.node : nodes[frame.next - 1];
  }

  void note(const Ref<Node>& node) {
    if (!given_.nodes.empty()) opened_.program.nodes.push_back(node);
  }

  void copy(Frame& frame, const Instruction& instruction) {
    Program& out = opened_.program;
    Instruction own = instruction;
    own.first_operand = static_cast<std::uint32_t>(out.operands.size());
    for (const Slot slot : frame.program->operands_of(instruction)) {
      out.operands.push_back(frame.slots[slot]);
    }
    own.result = static_cast<Slot>(out.types.size());
    for (Slot k = 0; k < instruction.result_count; ++k) {
      frame.slots[instruction.result + k] = add_slot(frame.program->types[instruction.result + k]);
    }
    own.is_cut |= frame.is_cut;
    out.instructions.push_back(std::move(own));
    opened_.calls.push_back(frame.call);
  }

  void enter(Frame& frame, const Instruction& call, const Program& body, Ref<Node> node) {
    Frame inner{.program = &body,
                .slots = Table<Slot>(body.types.size()),
                .results = call.result,
                .node = std::move(node),
                .is_cut = frame.is_cut || call.is_cut,
                .call = ++calls_};
    const auto operands = frame.program->operands_of(call);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      inner.slots[body.inputs[k]] = frame.slots[operands[k]];
    }
    add_constants(inner);
    frames_.push_back(std::move(inner));
  }

  void leave() {
    const Frame inner = std::move(frames_.back());
    frames_.pop_back();
    Frame& frame = frames_.back();
    for (std::size_t k = 0; k < inner.program->results.size(); ++k) {
      const Slot slot = inner.slots[inner.program->results[k]];
      frame.slots[inner.results + k] = inner.is_cut ? cut(slot, inner) : slot;
    }
  }

  /// What a call hands on as it was given it, no derivative passes either, if none passes the call.
  Slot cut(Slot slot, const Frame& frame) {
    Program& out = opened_.program;
    const auto first = static_cast<std::uint32_t>(out.operands.size());
    out.operands.push_back(slot);
    const Slot result = add_slot(Type(out.types[slot]));
    out.instructions.push_back({&identity_primitive(), nullptr, first, 1, result, 1, true});
    opened_.calls.push_back(frame.call);
    note(frame.node);
    return result;
  }

  const Program& given_;
  Opened opened_;
  std::vector<Frame> frames_;
  std::uint32_t calls_ = 0;
};

}  // namespace

bool has_calls(const Program& program) {
  return std::ranges::any_of(program.instructions, [](const Instruction& instruction) {
    return program_of(instruction) != nullptr;
  });
}

Opened opened(const Program& program) { return Opening(program).run(); }

}  // namespace wg::simplify
