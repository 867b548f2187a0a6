#include "sweeps/known_paths.h"

#include <algorithm>
#include <cstring>

#include "core/copy.h"
#include "primitives/registry.h"
#include "sweeps/interpret.h"

namespace wg {
namespace {

void add_array(std::vector<std::int64_t>& words, const Array& value) {
  words.push_back(static_cast<std::int64_t>(value.dtype()));
  words.insert(words.end(), value.shape().begin(), value.shape().end());
  const Array elements = dense(value);
  const std::size_t bytes = static_cast<std::size_t>(elements.size()) * item_size(elements.dtype());
  const std::size_t first = words.size();
  words.resize(first + (bytes + 7) / 8, 0);
  if (bytes > 0) std::memcpy(words.data() + first, elements.data(), bytes);
}

/// What was read on a path. Paths of one function that read the same are the same.
std::vector<std::int64_t> read_on(const Program& path) {
  std::vector<std::int64_t> words;
  for (const Reading& reading : path.readings) add_array(words, reading.seen);
  return words;
}

}  // namespace

Site::Site(KnownPaths& known) {
  for (const Trace* trace = this_thread.trace; trace; trace = trace->outer()) {
    Level& level = levels_.emplace_back(trace, std::vector<Ref<Node>>());
    for (const auto leaves : {trace->leaves(), known.leaves_in(*trace)}) {
      level.leaves.insert(level.leaves.end(), leaves.begin(), leaves.end());
      words_.push_back(std::ssize(leaves));
    }
    const bool is_innermost = levels_.size() == 1;
    const std::size_t number = is_innermost ? known.next_in(*trace) : known.reached_in(*trace);
    words_.push_back(static_cast<std::int64_t>(number));
    for (const Guard& guard : trace->guards()) {
      if (!known.is_guard(*guard.tensor.node)) add_array(words_, guard.tensor.value);
    }
    if (trace->outside()) break;
  }
}

std::optional<Definition> Site::definition_of(const Tensor& value) const {
  // A leaf that nobody told of is not to be made again: what it is a leaf of would not reach it.
  const auto may_be_leaf = [](const Instruction& own) {
    return own.primitive == &identity_primitive() && !own.is_cut;
  };
  Definition definition;
  std::vector<Tensor> results{value};
  for (const Level& level : levels_) {
    Captured own =
        program_of({.results = results, .leaves = level.leaves, .since = level.trace->since()});
    if (std::ranges::any_of(own.program->instructions, may_be_leaf)) return std::nullopt;
    const Table<std::int64_t> words = own.program->words(Constants::count);
    definition.words.push_back(std::ssize(words));
    definition.words.insert(definition.words.end(), words.begin(), words.end());
    definition.programs.push_back(std::move(own.program));
    results = std::move(own.captures);
  }
  if (!results.empty()) return std::nullopt;
  return definition;
}

std::optional<Tensor> Site::value_of(const Definition& definition) const {
  std::vector<Tensor> values;
  for (std::size_t k = levels_.size(); k-- > 0;) {
    const Program& program = *definition.programs[k];
    std::vector<Tensor> inputs;
    for (const Ref<Node>& leaf : levels_[k].leaves) {
      inputs.push_back({leaf->operands()[0].value(), leaf});
      const bool is_used = program.uses[program.inputs[inputs.size() - 1]] > 0;
      if (is_used && inputs.back().value.is_abstract()) return std::nullopt;
    }
    inputs.insert(inputs.end(), values.begin(), values.end());
    Eager eager;
    values = interpret(program, inputs, eager);
  }
  return std::move(values[0]);
}

std::vector<Captured> KnownPaths::with_known(const Site& site, std::vector<Captured> found) const {
  std::map<std::vector<std::int64_t>, Captured> all;
  std::map<std::vector<std::int64_t>, Tensor> captures;
  for (Captured& own : found) {
    for (const Tensor& value : own.captures) {
      if (const auto definition = site.definition_of(value)) {
        captures.emplace(definition->words, value);
      }
    }
    all.emplace(read_on(*own.program), std::move(own));
  }
  const auto known = memory_.paths.find(site.words());
  if (known != memory_.paths.end()) {
    const std::vector<KnownPath> paths = known->second;  // another thread may record meanwhile
    for (const KnownPath& path : paths) {
      std::vector<std::int64_t> read = read_on(*path.program);
      if (all.contains(read)) continue;
      Captured own{.program = path.program, .captures = {}, .kept = {}};
      for (const Definition& definition : path.captures) {
        auto at = captures.find(definition.words);
        if (at == captures.end()) {
          std::optional<Tensor> value = site.value_of(definition);
          if (!value) break;
          at = captures.emplace(definition.words, std::move(*value)).first;
        }
        own.captures.push_back(at->second);
      }
      if (own.captures.size() < path.captures.size()) continue;
      all.emplace(std::move(read), std::move(own));
    }
  }
  std::vector<Captured> ordered;
  for (auto& [read, own] : all) ordered.push_back(std::move(own));
  return ordered;
}

void KnownPaths::remember(const Site& site, std::span<const Captured> paths) {
  std::vector<KnownPath>& known = memory_.paths[site.words()];
  const std::size_t before = known.size();
  for (const Captured& own : paths) {
    const auto read = read_on(*own.program);
    const bool is_known = std::ranges::any_of(
        known, [&](const KnownPath& path) { return read_on(*path.program) == read; });
    if (is_known || known.size() == most()) continue;
    KnownPath path{.program = own.program, .captures = {}};
    for (const Tensor& value : own.captures) {
      auto definition = site.definition_of(value);
      if (!definition) break;
      path.captures.push_back(std::move(*definition));
    }
    if (path.captures.size() == own.captures.size()) known.push_back(std::move(path));
  }
  memory_.size += known.size() - before;
}

}  // namespace wg
