#include "sweeps/compression.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "graph/primitive.h"
#include "sweeps/colouring.h"

namespace wg {
namespace {

std::vector<std::int64_t> sizes_of(std::span<const Tensor> outputs) {
  std::vector<std::int64_t> sizes;
  for (const Tensor& output : outputs) sizes.push_back(output.value.size());
  return sizes;
}

std::vector<std::int64_t> sizes_of(std::span<const Ref<Node>> leaves) {
  std::vector<std::int64_t> sizes;
  for (const Ref<Node>& leaf : leaves) sizes.push_back(leaf->layout().size());
  return sizes;
}

/// A non-zero as a sweep gives it: the seed's colour, the element of the result, and where it goes.
struct Term {
  std::int32_t colour, from, to;
};

/// Divides the non-zeros of rows with respect to the leaves into blocks, and numbers them.
class Blocks {
 public:
  Blocks(std::span<const std::int64_t> outputs, std::span<const std::int64_t> leaves)
      : outputs_(outputs), leaves_(leaves), blocks_(outputs.size() * leaves.size()) {}

  /// The number of each non-zero among all, block by block.
  Table<std::int32_t> divide(const Rows& rows) {
    std::size_t row = 0;
    Table<std::uint32_t> block_of(rows.columns.size());
    Table<std::int32_t> numbers(rows.columns.size());
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      SparseBlock* const blocks = blocks_.data() + k * leaves_.size();
      for (std::size_t l = 0; l < leaves_.size(); ++l) blocks[l].starts.push_back(0);
      for (std::int64_t r = 0; r < outputs_[k]; ++r, ++row) {
        std::size_t l = 0;
        std::int64_t first = 0;
        auto at = static_cast<std::size_t>(rows.starts[row]);
        for (const std::int32_t column : rows[row]) {
          while (column >= first + leaves_[l]) first += leaves_[l++];
          block_of[at] = static_cast<std::uint32_t>(k * leaves_.size() + l);
          numbers[at++] = static_cast<std::int32_t>(blocks[l].columns.size());
          blocks[l].columns.push_back(column - static_cast<std::int32_t>(first));
        }
        for (std::size_t b = 0; b < leaves_.size(); ++b) {
          blocks[b].starts.push_back(static_cast<std::int32_t>(blocks[b].columns.size()));
        }
      }
    }
    std::size_t count = 0;
    for (SparseBlock& block : blocks_) count = (block.first = count) + block.columns.size();
    for (std::size_t at = 0; at < numbers.size(); ++at) {
      numbers[at] += static_cast<std::int32_t>(blocks_[block_of[at]].first);
    }
    return numbers;
  }
  std::vector<SparseBlock> take() { return std::move(blocks_); }

 private:
  std::span<const std::int64_t> outputs_, leaves_;
  std::vector<SparseBlock> blocks_;
};

/// Where each entry of `rows`, of the cut's elements, belongs among those of the leaves' elements.
Table<std::int32_t> places_in(const Rows& leaf_rows, const Dependencies& found,
                              const Table<std::int32_t>& numbers) {
  Table<std::int32_t> places;
  places.reserve(found.rows.columns.size());
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    const auto row = leaf_rows[i];
    for (const std::int32_t column : found.rows[i]) {
      const std::int32_t element = found.leaf_elements[static_cast<std::size_t>(column)];
      const auto at = std::ranges::lower_bound(row, element) - row.begin();
      places.push_back(numbers[static_cast<std::size_t>(leaf_rows.starts[i] + at)]);
    }
  }
  return places;
}

void sort_terms(Table<Term>& terms, Compression& c) {
  c.starts.assign(static_cast<std::size_t>(c.colour_count) + 1, 0);
  for (const Term& term : terms) ++c.starts[static_cast<std::size_t>(term.colour) + 1];
  for (std::size_t k = 0; k + 1 < c.starts.size(); ++k) c.starts[k + 1] += c.starts[k];
  Table<std::int64_t> next(c.starts.begin(), c.starts.end() - 1);
  c.from.resize(terms.size());
  c.to.resize(terms.size());
  for (const Term& term : terms) {
    const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(term.colour)]++);
    c.from[at] = term.from;
    c.to[at] = term.to;
  }
}

using Terms = Table<Term>;

/// One term for each entry of rows: `to` by entry.
Terms terms_of(const Rows& rows, const Table<std::int32_t>& to, const Colouring& colouring,
               bool is_forward) {
  Terms terms;
  terms.reserve(to.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::int32_t j : rows[i]) {
      const auto row = static_cast<std::int32_t>(i);
      terms.push_back(is_forward ? Term{colouring.colours[static_cast<std::size_t>(j)], row, to[at]}
                                 : Term{colouring.colours[i], j, to[at]});
      ++at;
    }
  }
  return terms;
}

Rows symmetrised(const Rows& rows) {
  const Rows other = transposed(rows, rows.size());
  Rows result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::set_union(rows[i], other[i], std::back_inserter(result.columns));
    result.close_row();
  }
  return result;
}

/// Each entry from the seed in which it stands alone.
Terms star_terms(const Rows& rows, const Table<std::int32_t>& to, const Colouring& colouring) {
  Terms terms;
  const auto& colours = colouring.colours;
  std::vector<std::int64_t> count(static_cast<std::size_t>(colouring.count), 0);
  std::size_t at = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::int32_t j : rows[i])
      ++count[static_cast<std::size_t>(colours[static_cast<std::size_t>(j)])];
    for (const std::int32_t j : rows[i]) {
      const std::int32_t colour = colours[static_cast<std::size_t>(j)];
      const auto row = static_cast<std::int32_t>(i);
      terms.push_back(count[static_cast<std::size_t>(colour)] == 1 ? Term{colour, row, to[at]}
                                                                   : Term{colours[i], j, to[at]});
      ++at;
    }
    for (const std::int32_t j : rows[i])
      count[static_cast<std::size_t>(colours[static_cast<std::size_t>(j)])] = 0;
  }
  return terms;
}

/// Places counted without the gaps.
std::vector<std::uint32_t> without_gaps(const Order& order, std::span<const std::uint32_t> places) {
  std::vector<std::uint32_t> numbers(order.size(), 0), result;
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    numbers[i] = count;
    count += order[i] != nullptr;
  }
  for (const std::uint32_t place : places) result.push_back(numbers[place]);
  return result;
}

}  // namespace

std::vector<SparseBlock> blocks_of(const Rows& rows, std::span<const Tensor> outputs,
                                   std::span<const Ref<Node>> leaves) {
  const std::vector<std::int64_t> output_sizes = sizes_of(outputs), leaf_sizes = sizes_of(leaves);
  Blocks blocks(output_sizes, leaf_sizes);
  blocks.divide(rows);
  return blocks.take();
}

Compression compress(const Order& order, std::span<const Tensor> outputs,
                     std::span<const Ref<Node>> leaves, Mode mode, bool is_symmetric,
                     std::size_t most) {
  const std::vector<std::int64_t> output_sizes = sizes_of(outputs), leaf_sizes = sizes_of(leaves);
  const auto columns = static_cast<std::size_t>(
      std::accumulate(leaf_sizes.begin(), leaf_sizes.end(), std::int64_t{0}));
  const Dependencies found = sparsity_sweep(order, outputs, leaves, most);
  Rows rows = leaf_rows(found);
  if (is_symmetric) rows = symmetrised(rows);
  Compression result;
  Blocks blocks(output_sizes, leaf_sizes);
  const Table<std::int32_t> numbers = blocks.divide(rows);
  result.blocks = blocks.take();
  result.count = numbers.size();

  Colouring best;
  Terms terms;
  if (is_symmetric) {
    best = colour_stars(rows);
    terms = star_terms(rows, numbers, best);
  } else {
    const Rows& cut_rows = found.rows;
    const Rows by_column = transposed(rows, columns);
    const Rows by_cut = transposed(cut_rows, found.leaf_elements.size());
    std::int64_t cost = INT64_MAX;
    const auto consider = [&](Colouring colouring, bool is_forward, bool is_on_cut) {
      const std::int64_t other = Compression::cost_of(colouring.count, is_forward);
      if (other >= cost) return;
      cost = other;
      best = std::move(colouring);
      result.is_forward = is_forward;
      result.is_on_cut = is_on_cut;
    };
    if (mode != Mode::reverse) {
      consider(colour_apart(by_column, rows), true, false);
      consider(colour_apart(by_cut, cut_rows), true, true);
    }
    if (mode != Mode::forward) consider(colour_apart(cut_rows, by_cut), false, true);
    terms = result.is_on_cut
                ? terms_of(cut_rows, places_in(rows, found, numbers), best, result.is_forward)
                : terms_of(rows, numbers, best, result.is_forward);
    if (result.is_on_cut) result.cut = without_gaps(order, found.cut);
  }
  result.colour_count = best.count;
  result.colours = std::move(best.colours);
  sort_terms(terms, result);
  return result;
}

}  // namespace wg
