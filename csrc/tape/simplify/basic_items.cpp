#include "tape/simplify/basic_items.h"

#include <algorithm>

#include "primitives/basic_index.h"

namespace wg::simplify {
namespace {

/// An item of an index. An axis that is there already is a run of it.
struct Item {
  bool is_newaxis;
  Run run;
};

/// The items of an index one after the other, those of axes behind the last one included.
class Items {
 public:
  Items(const Dims& index, std::span<const std::int64_t> x) : index_(index), x_(x) {}

  bool is_at_end() const { return at_ == index_.size() && axis_ == x_.size(); }
  Item next() {
    if (at_ == index_.size()) return {false, {0, x_[axis_++], 1, false}};
    switch (index_[at_++]) {
      case basic_index::integer: {
        const std::int64_t n = x_[axis_++], i = index_[at_++];
        return {false, {i < 0 ? i + n : i, 1, 1, true}};
      }
      case basic_index::slice: {
        ++axis_;
        at_ += 3;
        return {false, {index_[at_ - 3], index_[at_ - 2], index_[at_ - 1], false}};
      }
      case basic_index::whole:
        return {false, {0, x_[axis_++], 1, false}};
      default:
        return {true, {}};
    }
  }

 private:
  const Dims& index_;
  std::span<const std::int64_t> x_;
  int at_ = 0;
  std::size_t axis_ = 0;
};

void add_run(Dims& index, const Run& run, std::int64_t n) {
  if (run.is_integer)
    basic_index::add_integer(index, run.start);
  else if (run.is_whole(n))
    basic_index::add_whole(index);
  else
    basic_index::add_slice(index, run.start, run.count, run.step);
}

/// Elements of a run, counted from its first.
Run taken_of(const Run& inner, const Run& outer) {
  if (outer.is_integer) return {inner.start + outer.start * inner.step, 1, 1, true};
  if (outer.count == 0) return {0, 0, 1, false};
  return {inner.start + outer.start * inner.step, outer.count, inner.step * outer.step, false};
}

}  // namespace

std::optional<Runs> runs_of(const Dims& index, std::span<const std::int64_t> x) {
  if (x.size() > Runs::most) return std::nullopt;
  std::optional<Runs> runs(std::in_place);
  for (Items items(index, x); !items.is_at_end();) {
    const Item item = items.next();
    if (item.is_newaxis) return std::nullopt;
    runs->push_back(item.run);
  }
  return runs;
}

bool takes_whole(const Dims& index, std::span<const std::int64_t> x) {
  std::size_t axis = 0;
  for (Items items(index, x); !items.is_at_end(); ++axis) {
    const Item item = items.next();
    if (item.is_newaxis || !item.run.is_whole(x[axis])) return false;
  }
  return true;
}

bool are_apart(const Runs& a, const Runs& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    const auto [a_low, a_high] = std::minmax({a[k].start, a[k].last()});
    const auto [b_low, b_high] = std::minmax({b[k].start, b[k].last()});
    if (a_high < b_low || b_high < a_low) return true;
  }
  return false;
}

std::optional<Dims> joined_index(const Dims& inner, const Dims& outer,
                                 std::span<const std::int64_t> x, std::span<const std::int64_t> y) {
  Items second(outer, y);
  Dims joined;
  int end = 0;  // behind the last item that does not take a whole axis
  // Axes that the outer index adds stand between the others; the next item is one of those.
  const auto next_run = [&] {
    while (true) {
      const Item item = second.next();
      if (!item.is_newaxis) return item.run;
      basic_index::add_newaxis(joined);
      end = joined.size();
    }
  };
  const auto add = [&](const Run& run, std::int64_t n) {
    add_run(joined, run, n);
    if (!run.is_whole(n)) end = joined.size();
  };
  std::size_t axis = 0;  // of x
  for (Items first(inner, x); !first.is_at_end();) {
    const Item item = first.next();
    if (item.is_newaxis) {
      const Run run = next_run();
      if (run.is_integer) continue;
      if (run.count != 1) return std::nullopt;
      basic_index::add_newaxis(joined);
      end = joined.size();
    } else if (item.run.is_integer) {
      add(item.run, x[axis++]);
    } else {
      add(taken_of(item.run, next_run()), x[axis]);
      ++axis;
    }
  }
  while (!second.is_at_end()) {
    second.next();  // an axis that the outer index adds at the end
    basic_index::add_newaxis(joined);
    end = joined.size();
  }
  joined.resize(end);
  return joined;
}

}  // namespace wg::simplify
