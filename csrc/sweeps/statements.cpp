#include "sweeps/statements.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "core/broadcast.h"

namespace wg {
namespace {

/// The elements of a value by number, as they broadcast to a shape.
Array broadcast_numbers(const Layout& layout, std::span<const std::int64_t> shape) {
  Array numbers = Array::empty(DType::int64, layout.shape());
  auto* first = numbers.mutable_data<std::int64_t>();
  std::iota(first, first + numbers.size(), 0);
  return numbers.view(Layout::strided(shape, broadcast_strides(numbers.layout(), shape)), 0);
}

/// Items by the number, below `count`, that each has.
struct Buckets {
  Table<std::int64_t> starts;
  Table<std::uint32_t> items;

  Buckets(const Numbers& numbers, std::size_t count) : starts(count + 1, 0), items(numbers.size()) {
    for (std::size_t k = 0; k < numbers.size(); ++k) ++starts[numbers[k] + 1];
    for (std::size_t i = 0; i < count; ++i) starts[i + 1] += starts[i];
    Table<std::int64_t> next(starts.begin(), starts.end() - 1);
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      items[static_cast<std::size_t>(next[numbers[k]]++)] = static_cast<std::uint32_t>(k);
    }
  }
  std::span<const std::uint32_t> operator[](std::size_t number) const {
    return {items.data() + starts[number],
            static_cast<std::size_t>(starts[number + 1] - starts[number])};
  }
};

/// The sets of several patterns, one pattern's behind the other's; the empty one is common.
class Merged {
 public:
  Merged() { sets_->close_row(); }

  /// What is added to the numbers of these sets.
  std::uint32_t enter(const std::shared_ptr<Rows>& sets) {
    if (last_ == sets) return offset_;
    last_ = sets;
    offset_ = static_cast<std::uint32_t>(sets_->size() - 1);
    const auto base = static_cast<std::int64_t>(sets_->columns.size());
    sets_->columns.insert(sets_->columns.end(), sets->columns.begin(), sets->columns.end());
    for (std::size_t s = 1; s < sets->size(); ++s) {
      sets_->starts.push_back(sets->starts[s + 1] + base);
    }
    return offset_;
  }
  std::shared_ptr<Rows> take() { return std::move(sets_); }

 private:
  std::shared_ptr<Rows> sets_ = std::make_shared<Rows>();
  std::shared_ptr<Rows> last_;
  std::uint32_t offset_ = 0;
};

/// The elements of several operands, by their number among all, from 1.
class ElementNumbers {
 public:
  explicit ElementNumbers(const Operands& operands) {
    std::int64_t end = 1;
    for (int k = 0; k < operands.count(); ++k) {
      firsts_.push_back(end);
      end += operands.layout(k).size();
    }
  }
  std::size_t operand(std::int64_t number) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(firsts_, number) - firsts_.begin()) -
           1;
  }
  std::size_t element(std::int64_t number, std::size_t operand) const {
    return static_cast<std::size_t>(number - firsts_[operand]);
  }

 private:
  std::vector<std::int64_t> firsts_;  // by operand: the number of its first element
};

/// Whether all of a small set is in a large one.
bool holds(std::span<const std::int32_t> large, std::span<const std::int32_t> small) {
  if (small.size() > large.size()) return false;
  constexpr std::size_t far = 16;  // elements that a search skips
  if (small.size() * far > large.size()) return std::ranges::includes(large, small);
  return std::ranges::all_of(
      small, [&](std::int32_t column) { return std::ranges::binary_search(large, column); });
}

}  // namespace

Array Statements::counted(std::int64_t first, std::span<const std::int64_t> shape) {
  return operands_.numbers(first + element_count(shape)).view(Layout::dense(shape), first);
}

void Statements::on_same(int operand) {
  const SharedPattern from = operands_.pattern(operand);
  if (!from) return;
  const Layout& layout = operands_.layout(operand);
  if (same_shape(layout, output_)) return join(from);
  const Numbers numbers(broadcast_numbers(layout, output_.shape()));
  auto pattern = std::make_shared<Pattern>();
  pattern->sets = from->sets;
  pattern->of.resize(size());
  for (std::size_t i = 0; i < size(); ++i) pattern->of[i] = from->of[numbers[i]];
  join(std::move(pattern));
}

void Statements::on_moved(const Array& moved) {
  const Numbers numbers(moved);
  if (are_all_moved()) {
    move_sources(numbers.array.data<std::int64_t>());
  } else {
    move_patterns(numbers.array.data<std::int64_t>());
  }
}

bool Statements::are_all_moved() const {
  for (int k = 0; k < operands_.count(); ++k) {
    const Known* known = operands_.known(k);
    if (known && !known->sources) return false;
  }
  return true;
}

void Statements::move_sources(const std::int64_t* numbers) {
  const ElementNumbers all(operands_);
  std::vector<const Table<std::int32_t>*> known;
  for (int k = 0; k < operands_.count(); ++k) {
    known.push_back(operands_.known(k) ? operands_.known(k)->sources.get() : nullptr);
  }
  auto sources = std::make_shared<Table<std::int32_t>>(size(), -1);
  for (std::size_t i = 0; i < size(); ++i) {
    if (numbers[i] == 0) continue;
    const std::size_t k = all.operand(numbers[i]);
    if (known[k]) (*sources)[i] = (*known[k])[all.element(numbers[i], k)];
  }
  sources_ = std::move(sources);
}

void Statements::move_patterns(const std::int64_t* numbers) {
  std::vector<SharedPattern> operands;
  std::shared_ptr<Rows> common;
  bool is_common = true;
  for (int k = 0; k < operands_.count(); ++k) {
    operands.push_back(operands_.pattern(k));
    if (!operands.back()) continue;
    is_common &= !common || common == operands.back()->sets;
    common = operands.back()->sets;
  }
  if (!common) return;
  Merged merged;
  std::vector<std::uint32_t> offsets;
  for (const SharedPattern& from : operands) {
    offsets.push_back(is_common || !from ? 0 : merged.enter(from->sets));
  }
  const ElementNumbers all(operands_);
  auto pattern = std::make_shared<Pattern>();
  pattern->sets = is_common ? common : merged.take();
  pattern->of.resize(size(), 0);
  for (std::size_t i = 0; i < size(); ++i) {
    if (numbers[i] == 0) continue;
    const std::size_t k = all.operand(numbers[i]);
    if (!operands[k]) continue;
    const std::uint32_t set = operands[k]->of[all.element(numbers[i], k)];
    pattern->of[i] = set ? set + offsets[k] : 0;
  }
  join(std::move(pattern));
}

void Statements::on_pairs(int operand, const Array& outputs, const Array& elements) {
  const SharedPattern from = operands_.pattern(operand);
  if (!from) return;
  const Numbers element(elements);
  if (add_pairs(*from, Numbers(outputs), element)) return;
  const Buckets pairs(Numbers(outputs), size());
  auto pattern = std::make_shared<Pattern>();
  pattern->of.resize(size());
  Unions unions = operands_.unions();
  for (std::size_t i = 0; i < size(); ++i) {
    for (const std::uint32_t k : pairs[i]) unions.add((*from)[element[k]]);
    pattern->of[i] = unions.close();
  }
  pattern->sets = unions.take();
  join(std::move(pattern));
}

/// A few pairs, into what is known of the output already and belongs to nobody else. A gradient
/// that is accumulated element by element comes to this for each of them.
bool Statements::add_pairs(const Pattern& from, const Numbers& outputs, const Numbers& elements) {
  constexpr std::size_t few = 4;
  if (!sum_ || sum_.use_count() > 1 || sum_->sets.use_count() > 1 || outputs.size() > few) {
    return false;
  }
  Rows& sets = *sum_->sets;
  Table<std::int32_t> joined;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const auto old = (*sum_)[outputs[k]], added = from[elements[k]];
    joined.clear();
    std::ranges::set_union(old, added, std::back_inserter(joined));
    if (joined.size() == old.size()) continue;
    sets.columns.insert(sets.columns.end(), joined.begin(), joined.end());
    sets.close_row();
    sum_->of[outputs[k]] = static_cast<std::uint32_t>(sets.size() - 1);
  }
  return true;
}

void Statements::on_groups(int operand, const Array& outputs, const Array& elements) {
  const SharedPattern from = operands_.pattern(operand);
  if (!from) return;
  const Numbers group(outputs), of_element(elements);
  std::size_t count = 0;
  for (std::size_t k = 0; k < of_element.size(); ++k) count = std::max(count, of_element[k] + 1);
  const Buckets groups(of_element, count);
  Unions unions = operands_.unions();
  Table<std::uint32_t> sets(count, 0);
  for (std::size_t g = 0; g < count; ++g) {
    for (const std::uint32_t k : groups[g]) unions.add((*from)[k]);
    sets[g] = unions.close();
  }
  auto pattern = std::make_shared<Pattern>();
  pattern->of.resize(size());
  for (std::size_t i = 0; i < size(); ++i) pattern->of[i] = group[i] < count ? sets[group[i]] : 0;
  pattern->sets = unions.take();
  join(std::move(pattern));
}

void Statements::on_run(int operand, int axis, bool reverse) {
  const SharedPattern from = operands_.pattern(operand);
  if (!from) return;
  const auto shape = output_.shape();
  const auto at = shape.size() - static_cast<std::size_t>(-axis);
  std::size_t inner = 1;
  for (std::size_t i = at + 1; i < shape.size(); ++i) inner *= static_cast<std::size_t>(shape[i]);
  const auto n = static_cast<std::size_t>(shape[at]);
  auto pattern = std::make_shared<Pattern>();
  pattern->of.resize(size());
  Unions unions = operands_.unions();
  Table<std::int32_t> so_far, grown;
  for (std::size_t line = 0; n > 0 && line < size() / n; ++line) {
    const std::size_t first = line / inner * inner * n + line % inner;
    so_far.clear();
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t place = first + (reverse ? n - 1 - i : i) * inner;
      const auto set = (*from)[place];
      if (!std::ranges::includes(so_far, set)) {
        grown.clear();
        std::ranges::set_union(so_far, set, std::back_inserter(grown));
        so_far.swap(grown);
        number = unions.of_two(so_far, {});
      }
      pattern->of[place] = number;
    }
  }
  pattern->sets = unions.take();
  join(std::move(pattern));
}

void Statements::join(SharedPattern term) {
  if (!sum_) {
    sum_ = std::move(term);
    return;
  }
  if (sum_ == term) return;
  auto pattern = std::make_shared<Pattern>();
  pattern->of.resize(size());
  Unions unions = operands_.unions();
  std::uint32_t last_a = 0, last_b = 0, last = 0;
  bool adds_to_a = false, adds_to_b = false;
  // Of the sets of either side: their numbers as they are, once they were needed so. Few elements
  // of many sets are not worth a table.
  const bool has_tables = sum_->sets->size() + term->sets->size() <= 8 * size();
  Table<std::uint32_t> as_a(has_tables ? sum_->sets->size() : 0, 0),
      as_b(has_tables ? term->sets->size() : 0, 0);
  const auto kept = [&](Table<std::uint32_t>& numbers, std::uint32_t set,
                        std::span<const std::int32_t> columns) {
    if (!has_tables) return unions.of_two(columns, {});
    return numbers[set] ? numbers[set] : numbers[set] = unions.of_two(columns, {});
  };
  for (std::size_t i = 0; i < size(); ++i) {
    const std::uint32_t a = sum_->of[i], b = term->of[i];
    if (a != last_a || b != last_b) {
      last_a = a;
      last_b = b;
      const auto of_a = (*sum_->sets)[a], of_b = (*term->sets)[b];
      const bool has_a = holds(of_b, of_a), has_b = holds(of_a, of_b);
      last = has_b ? kept(as_a, a, of_a) : has_a ? kept(as_b, b, of_b) : unions.of_two(of_a, of_b);
      adds_to_a |= !has_b;
      adds_to_b |= !has_a;
    }
    pattern->of[i] = last;
  }
  // Where one side has all, its sets serve.
  if (!adds_to_a) return;
  if (!adds_to_b) {
    sum_ = std::move(term);
    return;
  }
  pattern->sets = unions.take();
  sum_ = std::move(pattern);
}

}  // namespace wg
