#include "sweeps/path_tree.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include "core/copy.h"
#include "core/same_bits.h"
#include "graph/compound.h"

namespace wg {
namespace {

bool may_be_read(const Reading& reading) {
  const DType dtype = reading.seen.dtype();
  return reading.left_by.empty() && (dtype == DType::boolean || is_integral(dtype));
}

/// Adds programs to one, in which equal operations on the same operands are the same.
class Joining {
 public:
  explicit Joining(PathTree& tree) : tree_(tree), all_(tree.program) {}

  /// False if the program cannot be part of a tree.
  bool add(const Captured& captured) {
    const Program& own = *captured.program;
    if (!std::ranges::all_of(own.readings, may_be_read)) return false;
    slots_.assign(own.types.size(), 0);
    for (std::size_t k = 0; k < own.inputs.size(); ++k) add_input(captured, k);
    for (const auto& [slot, value] : own.constants) slots_[slot] = slot_of(value);
    const std::size_t end = own.readings.empty() ? 0 : own.readings[0].before;
    for (std::size_t i = 0; i < own.instructions.size(); ++i) {
      if (!add(own, i, i < end)) return false;
    }
    PathTree::Path& path = tree_.paths.emplace_back();
    for (Reading reading : own.readings) {
      reading.slot = slots_[reading.slot];
      path.readings.push_back(std::move(reading));
    }
    for (const Slot slot : own.results) path.results.push_back(slots_[slot]);
    return true;
  }

  void finish() {
    if (std::ranges::any_of(nodes_, [](const Ref<Node>& own) { return own.pointer() != nullptr; }))
      all_.nodes = std::move(nodes_);
  }

 private:
  Slot add_slot(const Type& type, bool is_common) {
    all_.types.push_back(type);
    is_common_.push_back(is_common);
    return static_cast<Slot>(all_.types.size() - 1);
  }

  void add_input(const Captured& captured, std::size_t k) {
    const Program& own = *captured.program;
    const Type& type = own.types[own.inputs[k]];
    const auto add = [&](bool is_common) {
      all_.inputs.push_back(add_slot(type, is_common));
      return all_.inputs.back();
    };
    if (k < own.leaf_count) {
      const bool is_new = tree_.paths.empty();
      all_.leaf_count += is_new;
      slots_[own.inputs[k]] = is_new ? add(false) : all_.inputs[k];
      return;
    }
    const Tensor& value = captured.captures[k - own.leaf_count];
    const auto [found, is_new] = captures_.try_emplace(value.node.pointer());
    if (is_new) {
      found->second = add(true);
      tree_.captures.push_back(value);
    }
    slots_[own.inputs[k]] = found->second;
  }

  Slot slot_of(const Array& value) {
    const auto is_same = [&](const auto& known) {
      const Array& other = known.second;
      if (other.is_weak() != value.is_weak()) return false;
      return are_same_bits(other, value);
    };
    const auto known = std::ranges::find_if(all_.constants, is_same);
    if (known != all_.constants.end()) return known->first;
    const Slot slot = add_slot({value.dtype(), value.layout_reference(), value.is_weak()}, true);
    all_.constants.emplace_back(slot, value);
    return slot;
  }

  /// Where nothing uses what it gives, it is there because it may fail.
  static bool is_used(const Program& own, const Instruction& instruction) {
    const auto uses = std::span(own.uses).subspan(instruction.result, instruction.result_count);
    return std::ranges::any_of(uses, [](std::uint32_t count) { return count > 0; });
  }

  bool add(const Program& own, std::size_t number, bool is_before_readings) {
    Instruction instruction = own.instructions[number];
    if (!is_used(own, instruction)) return false;
    const Payload* const payload = instruction.payload.pointer();
    if (instruction.primitive->is_compound && !compound_of(payload).is_derivable()) return false;
    std::vector<std::int64_t> words;
    if (payload) payload->words(words, Constants::count);
    words.push_back(reinterpret_cast<std::intptr_t>(instruction.primitive));
    words.push_back(instruction.is_cut);
    const std::size_t first = all_.operands.size();
    bool is_common = is_before_readings;
    for (const Slot slot : own.operands_of(instruction)) {
      words.push_back(slots_[slot]);
      all_.operands.push_back(slots_[slot]);
      is_common = is_common && is_common_[slots_[slot]];
    }
    const auto [known, is_new] =
        made_.try_emplace(std::move(words), static_cast<Slot>(all_.types.size()));
    for (Slot k = 0; k < instruction.result_count; ++k) {
      slots_[instruction.result + k] = known->second + k;
      if (is_new) add_slot(own.types[instruction.result + k], is_common);
    }
    if (!is_new) {
      all_.operands.resize(first);
      return true;
    }
    nodes_.push_back(own.nodes.empty() ? Ref<Node>() : own.nodes[number]);
    instruction.first_operand = static_cast<std::uint32_t>(first);
    instruction.result = known->second;
    all_.instructions.push_back(std::move(instruction));
    tree_.is_common.push_back(is_common);
    return true;
  }

  PathTree& tree_;
  Program& all_;
  std::vector<Ref<Node>> nodes_;  // of instructions, where somebody watched
  std::vector<bool> is_common_;   // by slot: it is made of nothing that an example has
  std::vector<Slot> slots_;       // of the tree, by those of the program
  std::map<const Node*, Slot> captures_;
  std::map<std::vector<std::int64_t>, Slot> made_;  // first results
};

/// Whether these paths go on alike until they read something else.
bool are_alike(const PathTree& tree, std::span<const std::size_t> some, std::size_t reading) {
  for (; !tree.is_end(some[0], reading); ++reading) {
    const Slot slot = tree.paths[some[0]].readings[reading].slot;
    const bool are = std::ranges::all_of(some, [&](std::size_t path) {
      return !tree.is_end(path, reading) && tree.paths[path].readings[reading].slot == slot;
    });
    if (!are) return false;
    const std::vector<PathTree::Fork> forks = tree.forks(some, reading);
    if (forks.size() == 1) continue;
    return std::ranges::all_of(forks, [&](const PathTree::Fork& fork) {
      return are_alike(tree, fork.paths, reading + 1);
    });
  }
  return some.size() == 1;
}

/// Numbers of Python give way to others; nothing where other types differ.
bool find_types(PathTree& tree) {
  for (const PathTree::Path& path : tree.paths) {
    if (tree.types.empty()) {
      for (const Slot slot : path.results) tree.types.push_back(tree.program.types[slot]);
    }
    if (path.results.size() != tree.types.size()) return false;
    for (std::size_t k = 0; k < tree.types.size(); ++k) {
      Type& common = tree.types[k];
      const Type& own = tree.program.types[path.results[k]];
      if (own.dtype != common.dtype || !std::ranges::equal(own.shape(), common.shape())) {
        return false;
      }
      common.is_weak &= own.is_weak;
    }
  }
  return true;
}

}  // namespace

std::vector<PathTree::Fork> PathTree::forks(std::span<const std::size_t> some,
                                            std::size_t reading) const {
  std::vector<Fork> forks;
  for (const std::size_t path : some) {
    const Array& seen = paths[path].readings[reading].seen;
    const auto found =
        std::ranges::find_if(forks, [&](const Fork& own) { return are_same_bits(own.seen, seen); });
    if (found != forks.end())
      found->paths.push_back(path);
    else
      forks.push_back({dense(seen), {path}});
  }
  std::ranges::sort(forks, [](const Fork& one, const Fork& other) {
    const auto bytes = [](const Fork& fork) {
      return std::span(fork.seen.data(),
                       static_cast<std::size_t>(fork.seen.size()) * item_size(fork.seen.dtype()));
    };
    return std::ranges::lexicographical_compare(bytes(one), bytes(other));
  });
  return forks;
}

std::optional<PathTree> tree_of(std::span<const Captured> paths) {
  PathTree tree;
  Joining joining(tree);
  for (const Captured& own : paths) {
    if (!joining.add(own)) return std::nullopt;
  }
  joining.finish();
  std::vector<std::size_t> all(paths.size());
  std::iota(all.begin(), all.end(), 0);
  if (!find_types(tree) || !are_alike(tree, all, 0)) return std::nullopt;
  return tree;
}

}  // namespace wg
