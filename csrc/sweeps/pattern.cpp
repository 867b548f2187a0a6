#include "sweeps/pattern.h"

#include <algorithm>
#include <iterator>

namespace wg {

Rows transposed(const Rows& rows, std::size_t columns) {
  Rows result;
  result.starts.assign(columns + 1, 0);
  for (const std::int32_t column : rows.columns)
    ++result.starts[static_cast<std::size_t>(column) + 1];
  for (std::size_t j = 0; j < columns; ++j) result.starts[j + 1] += result.starts[j];
  result.columns.resize(rows.columns.size());
  Table<std::int64_t> next(result.starts.begin(), result.starts.end() - 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::int32_t column : rows[i]) {
      auto& place = next[static_cast<std::size_t>(column)];
      result.columns[static_cast<std::size_t>(place++)] = static_cast<std::int32_t>(i);
    }
  }
  return result;
}

std::uint32_t Unions::of_two(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  if (a.empty() && b.empty()) return 0;
  auto& columns = sets_.columns;
  if (a.size() < b.size()) std::swap(a, b);
  const std::size_t most = columns.size() + a.size() + b.size();
  if (most > columns.capacity()) columns.reserve(std::max(most, 2 * columns.size()));
  constexpr std::size_t far = 16;  // members that a search skips
  if (b.size() * far > a.size()) {
    std::ranges::set_union(a, b, std::back_inserter(columns));
  } else {  // stretches of the larger one between members of the smaller one
    auto from = a.begin();
    for (const std::int32_t column : b) {
      const auto to = std::lower_bound(from, a.end(), column);
      columns.insert(columns.end(), from, to);
      from = to;
      if (to == a.end() || *to != column) columns.push_back(column);
    }
    columns.insert(columns.end(), from, a.end());
  }
  sets_.close_row();
  begin_ = columns.size();
  return number();
}

void Unions::add(std::span<const std::int32_t> set) {
  if (set.empty()) return;
  auto& columns = sets_.columns;
  // Disjoint runs one behind the other, the usual case, need no marks.
  if (is_ascending_ && (columns.size() == begin_ || columns.back() < set.front())) {
    columns.insert(columns.end(), set.begin(), set.end());
    return;
  }
  const auto mark = static_cast<std::uint32_t>(sets_.size() + 1);
  if (seen_.empty()) seen_.assign(static_cast<std::size_t>(columns_), 0);
  if (is_ascending_) {
    is_ascending_ = false;
    for (std::size_t k = begin_; k < columns.size(); ++k) {
      seen_[static_cast<std::size_t>(columns[k])] = mark;
    }
  }
  for (const std::int32_t column : set) {
    auto& seen = seen_[static_cast<std::size_t>(column)];
    if (seen == mark) continue;
    seen = mark;
    columns.push_back(column);
  }
}

std::uint32_t Unions::close() {
  auto& columns = sets_.columns;
  if (columns.size() == begin_) return 0;
  if (!is_ascending_) {
    std::sort(columns.begin() + static_cast<std::ptrdiff_t>(begin_), columns.end());
  }
  is_ascending_ = true;
  begin_ = columns.size();
  sets_.close_row();
  return number();
}

}  // namespace wg
