#include "sweeps/divided.h"

#include <algorithm>
#include <numeric>

#include "core/same_bits.h"
#include "formulas/comparison.h"
#include "graph/trace.h"
#include "primitives/elementwise.h"
#include "primitives/reduction.h"
#include "primitives/selection.h"
#include "primitives/shape.h"
#include "sweeps/branch.h"
#include "sweeps/derivation.h"
#include "sweeps/eagerly.h"
#include "sweeps/interpret.h"
#include "sweeps/part.h"

namespace wg {
namespace {

using Fork = PathTree::Fork;

/// Results of some paths, and whether what was read is known; undefined: it cannot be anything
/// else.
struct Taken {
  std::vector<Tensor> results;
  Tensor is_known;
};

/// Whether such a value has no other bits than these.
bool are_all(std::span<const Fork> forks) {
  const Array& seen = forks[0].seen;
  return seen.dtype() == DType::boolean && seen.ndim() == 0 && forks.size() == 2;
}

/// Goes down the tree: what is read is computed for all examples that are here, and what is behind
/// is a branch for each fork, in which the others have no part.
class Division {
 public:
  explicit Division(const PathTree& tree) : tree_(tree), program_(tree.program) {}

  /// `values`: those of inputs.
  Taken run(std::span<const Tensor> values, Builder& builder) {
    At root(program_.types.size(), builder);
    root.is_root = true;
    for (std::size_t k = 0; k < values.size(); ++k) root.values[program_.inputs[k]] = values[k];
    root.paths.resize(tree_.paths.size());
    std::iota(root.paths.begin(), root.paths.end(), 0);
    compute_common(root);
    return take(std::move(root), 0);
  }

 private:
  /// Where some paths are together.
  struct At {
    At(std::size_t slots, Builder& own) : values(slots), builder(own) {}
    std::vector<Tensor> values;  // at hand, by slot
    std::vector<std::size_t> paths;
    Builder& builder;
    bool is_root = false;
  };

  Taken take(At at, std::size_t reading) {
    Tensor is_known;
    for (; !tree_.is_end(at.paths[0], reading); ++reading) {
      const Slot slot = tree_.paths[at.paths[0]].readings[reading].slot;
      compute(std::span(&slot, 1), at);
      const Var read = at.builder.var(at.values[slot]);
      const std::vector<Fork> forks = tree_.forks(at.paths, reading);
      if (forks.size() > 1 || may_not_end(at, reading + 1)) {
        Taken behind = branch(read, forks, at, reading + 1);
        if (is_known.value.is_defined()) {
          behind.is_known = both(at.builder, std::move(behind.is_known), is_known);
        }
        return behind;
      }
      if (at.is_root && !read.is_batched()) {
        observe(read.tensor);  // what is the same for all is the business of whoever records
        continue;
      }
      is_known = both(at.builder, is_seen(read, forks[0].seen).tensor, is_known);
    }
    const std::vector<Slot>& results = tree_.paths[at.paths[0]].results;
    compute(results, at);
    Taken taken{.results = {}, .is_known = std::move(is_known)};
    for (const Slot slot : results) taken.results.push_back(value(at, slot));
    return taken;
  }

  static Var is_seen(const Var& read, const Array& seen) {
    Var is = equal(read, read.builder->constant(seen));
    Dims axes;
    for (int axis = -seen.ndim(); axis < 0; ++axis) axes.push_back(axis);
    if (axes.empty()) return is;
    All all;
    all.axes = std::move(axes);
    return apply_structural(std::move(all), {std::move(is)});
  }

  static Tensor both(Builder& builder, Tensor one, const Tensor& other) {
    if (!one.value.is_defined()) return other;
    if (!other.value.is_defined()) return one;
    return apply(LogicalAnd{}, builder.var(std::move(one)), builder.var(other)).tensor;
  }

  /// A branch for each fork, and one for examples that belong to none.
  Taken branch(const Var& read, std::span<const Fork> forks, const At& at, std::size_t reading) {
    const std::vector<Slot> given = needed(at, reading);
    auto plan = std::make_shared<BranchPlan>();
    const bool is_any_unknown = may_be_unknown(forks, reading);
    for (const Fork& fork : forks) {
      Derivation derivation;
      At behind(program_.types.size(), derivation.builder());
      for (const Slot slot : given) behind.values[slot] = derivation.leaf(dense_type(slot));
      behind.paths = fork.paths;
      plan->branches.push_back(
          finished(take(std::move(behind), reading), derivation, is_any_unknown));
    }
    if (!are_all(forks)) {
      Derivation derivation;
      for (const Slot slot : given) derivation.leaf(dense_type(slot));
      Taken nothing{.results = {}, .is_known = Array::scalar(false)};
      for (const Type& type : tree_.types) {
        Array zeros = Array::zeros(type.dtype, type.shape());
        zeros.set_weak(type.is_weak);
        nothing.results.emplace_back(std::move(zeros));
      }
      plan->branches.push_back(finished(std::move(nothing), derivation, true));
    }
    std::vector<Tensor> operands{number_of(read, forks).tensor};
    for (const Slot slot : given) operands.push_back(at.values[slot]);
    Taken taken{.results = apply_branch(std::move(plan), operands, at.builder), .is_known = {}};
    if (is_any_unknown) {
      taken.is_known = std::move(taken.results.back());
      taken.results.pop_back();
    }
    return taken;
  }

  std::shared_ptr<Callable> finished(Taken taken, Derivation& derivation, bool says_known) const {
    for (std::size_t k = 0; k < taken.results.size(); ++k) {
      Tensor& result = taken.results[k];
      if (result.value.is_weak() == tree_.types[k].is_weak) continue;
      const Var own = derivation.builder().var(std::move(result));
      result = apply_structural(Convert{.dtype = tree_.types[k].dtype}, {own}).tensor;
    }
    if (says_known) {
      const bool is_open = taken.is_known.value.is_defined();
      taken.results.push_back(is_open ? std::move(taken.is_known) : Tensor(Array::scalar(true)));
    }
    return std::make_shared<Callable>(derivation.finish(taken.results));
  }

  /// Of the fork that an example belongs to; how many there are if it belongs to none.
  static Var number_of(const Var& read, std::span<const Fork> forks) {
    if (are_all(forks)) return convert(read, DType::int64);
    Builder& builder = *read.builder;
    Var number = builder.constant(Array::scalar(std::ssize(forks)));
    for (std::int64_t k = std::ssize(forks); k-- > 0;) {
      const Var is = is_seen(read, forks[static_cast<std::size_t>(k)].seen);
      number = where(is, builder.constant(Array::scalar(k)), number);
    }
    return number;
  }

  bool may_be_unknown(std::span<const Fork> forks, std::size_t reading) const {
    return !are_all(forks) || std::ranges::any_of(forks, [&](const Fork& fork) {
      if (tree_.is_end(fork.paths[0], reading)) return false;
      return may_be_unknown(tree_.forks(fork.paths, reading), reading + 1);
    });
  }

  Type dense_type(Slot slot) const {
    const Type& type = program_.types[slot];
    return {type.dtype, type.shape(), type.is_weak};
  }

  Tensor value(const At& at, Slot slot) const {
    const auto constant =
        std::ranges::find(program_.constants, slot, &std::pair<Slot, Array>::first);
    return constant == program_.constants.end() ? at.values[slot] : Tensor(constant->second);
  }

  /// Which instructions these slots depend on that are not at hand; `reached` is what they read.
  std::vector<bool> behind(std::span<const Slot> slots, const At& at,
                           std::vector<bool>& reached) const {
    reached.assign(program_.types.size(), false);
    std::vector<bool> included(program_.instructions.size());
    for (const Slot slot : slots) reached[slot] = true;
    for (std::size_t i = program_.instructions.size(); i-- > 0;) {
      const Instruction& own = program_.instructions[i];
      for (Slot k = 0; k < own.result_count; ++k) {
        if (reached[own.result + k] && !is_at_hand(at, own.result + k)) included[i] = true;
      }
      if (!included[i]) continue;
      for (const Slot slot : program_.operands_of(own)) reached[slot] = true;
    }
    return included;
  }

  static bool is_at_hand(const At& at, Slot slot) { return at.values[slot].value.is_defined(); }

  /// What is at hand of what some paths read and return from here on.
  std::vector<Slot> needed(const At& at, std::size_t reading) const {
    std::vector<bool> reached;
    behind(targets(at, reading), at, reached);
    std::vector<Slot> needed;
    for (Slot slot = 0; slot < reached.size(); ++slot) {
      if (reached[slot] && is_at_hand(at, slot)) needed.push_back(slot);
    }
    return needed;
  }

  std::vector<Slot> targets(const At& at, std::size_t reading) const {
    std::vector<Slot> all;
    for (const std::size_t path : at.paths) {
      const PathTree::Path& own = tree_.paths[path];
      for (std::size_t k = reading; k < own.readings.size(); ++k) {
        all.push_back(own.readings[k].slot);
      }
      all.insert(all.end(), own.results.begin(), own.results.end());
    }
    return all;
  }

  /// Whether there is a loop behind, which for an example that belongs elsewhere may have no end.
  bool may_not_end(const At& at, std::size_t reading) const {
    std::vector<bool> reached;
    const std::vector<bool> included = behind(targets(at, reading), at, reached);
    for (std::size_t i = 0; i < included.size(); ++i) {
      if (included[i] && is_steered(*program_.instructions[i].primitive)) return true;
    }
    return false;
  }

  void compute(std::span<const Slot> slots, At& at) const {
    std::vector<bool> reached;
    compute(behind(slots, at, reached), at);
  }

  /// What no path goes without, and what depends on no example, is computed once.
  void compute_common(At& at) const { compute(tree_.is_common, at); }

  void compute(const std::vector<bool>& included, At& at) const {
    std::vector<bool> is_made(program_.types.size());
    std::vector<Slot> inputs, results;
    std::vector<Tensor> given;
    for (std::size_t i = 0; i < included.size(); ++i) {
      if (!included[i]) continue;
      const Instruction& own = program_.instructions[i];
      for (const Slot slot : program_.operands_of(own)) {
        if (is_made[slot] || !is_at_hand(at, slot)) continue;
        is_made[slot] = true;
        inputs.push_back(slot);
        given.push_back(at.values[slot]);
      }
      for (Slot k = 0; k < own.result_count; ++k) {
        is_made[own.result + k] = true;
        results.push_back(own.result + k);
      }
    }
    if (results.empty()) return;
    const auto part = part_of(program_, included, inputs, results);
    std::vector<Tensor> made = interpret(*part, given, at.builder);
    for (std::size_t k = 0; k < results.size(); ++k) at.values[results[k]] = std::move(made[k]);
  }

  const PathTree& tree_;
  const Program& program_;
};

}  // namespace

std::optional<std::vector<Tensor>> divided(const PathTree& tree, std::span<const Tensor> values,
                                           KnownPaths& known) {
  Eager eager;
  Batch batch(eager);
  std::vector<Tensor> given(values.begin(), values.end());
  for (Tensor& value : given) value.set_batched(true);
  given.insert(given.end(), tree.captures.begin(), tree.captures.end());
  Taken taken = Division(tree).run(given, batch);
  Tensor& is_known = taken.is_known;
  if (!is_known.value.is_defined()) return std::move(taken.results);
  if (is_known.is_batched()) {
    is_known.set_batched(false);
    All all;
    all.axes.push_back(-1);
    is_known = apply_structural(std::move(all), {eager.var(std::move(is_known))}).tensor;
  }
  if (!are_same_bits(is_known.value, Array::scalar(true))) return std::nullopt;
  if (is_known.node) known.add_guard(*is_known.node);
  observe(is_known);
  return std::move(taken.results);
}

namespace {

bool is_any_tracked(std::span<const Tensor> tensors) {
  return std::ranges::any_of(tensors, [](const Tensor& x) { return x.is_tracked(); });
}

std::vector<Tensor> without_nodes(std::span<const Tensor> tensors) {
  std::vector<Tensor> values;
  for (const Tensor& tensor : tensors) values.emplace_back(tensor.value);
  return values;
}

}  // namespace

std::vector<Path> paths_in_recording(std::span<const Tensor> values, std::int64_t count,
                                     const RecordExample& record_path, const RecordExample& record,
                                     KnownPaths& known) {
  if (count == 0) return paths_of(values, count, record);
  const Site site(known);
  std::optional<Captured> first;
  const auto one_by_one = [&] {
    return paths_of(values, count, [&](std::span<const Tensor> some, std::int64_t example) {
      return first ? std::exchange(first, std::nullopt) : record(some, example);
    });
  };
  std::vector<Captured> found;
  const auto find = [&](std::span<const Tensor>, std::int64_t example) {
    std::optional<Captured> next = first;
    if (example > 0) {
      Eagerly eagerly;
      const Array which = numbers(std::span(&example, 1));
      std::vector<Tensor> one;
      for (const Tensor& value : values) one.push_back(eagerly.rows(value, which));
      next = record_path(one, example);
    }
    if (!next || found.size() == known.most()) return std::optional<Captured>();
    found.push_back(*next);
    next->captures = without_nodes(next->captures);
    return next;
  };
  const std::vector<Tensor> alone = without_nodes(values);
  while (true) {
    const std::size_t before = known.size();
    first = record_path(values, 0);
    if (!first) return one_by_one();
    const bool is_followed = is_any_tracked(values) || is_any_tracked(first->captures);
    if (first->program->readings.empty() || !is_followed) return one_by_one();
    found.clear();
    if (paths_of(alone, count, find).empty()) return one_by_one();
    std::optional<std::vector<Tensor>> outputs;
    const std::vector<Captured> all = known.with_known(site, found);
    if (all.size() <= known.most()) {
      if (const auto tree = tree_of(all)) outputs = divided(*tree, values, known);
    }
    if (outputs) {
      known.remember(site, found);
      std::vector<Path> paths(1);
      paths[0].outputs = std::move(*outputs);
      paths[0].examples.resize(static_cast<std::size_t>(count));
      std::iota(paths[0].examples.begin(), paths[0].examples.end(), 0);
      return paths;
    }
    // Where a batch inside is divided, another example may have met paths that the first did not.
    if (known.size() == before) return one_by_one();
  }
}

}  // namespace wg
