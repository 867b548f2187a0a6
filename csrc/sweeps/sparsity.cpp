#include "sweeps/sparsity.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "core/error.h"
#include "core/host.h"
#include "graph/compound.h"
#include "sweeps/statements.h"

namespace wg {
namespace {

constexpr std::size_t work_per_poll = 1 << 20;  // members of sets
constexpr std::int64_t most_elements = INT32_MAX;

void check_count(std::int64_t count, const char* what) {
  if (count > most_elements) {
    fail<ShapeError>("sparsity: ", count, " ", what, "; at most ", most_elements, " are possible");
  }
}

class SparsitySweep {
 public:
  SparsitySweep(const Order& order, std::span<const Tensor> outputs,
                std::span<const Ref<Node>> leaves, std::size_t most)
      : order_(order), most_(most), known_(order.size()), users_(order.size()) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const Node* node = order_[i];
      if (!node || order_.is_end(node)) continue;
      for (const Operand& operand : node->operands()) count(operand.node());
    }
    for (const Tensor& output : outputs) count(output.node.pointer());
    std::int64_t first = 0;
    for (const Ref<Node>& leaf : leaves) {
      const auto size = static_cast<std::size_t>(leaf->layout().size());
      check_count(first + leaf->layout().size(), "elements are differentiated");
      auto sources = std::make_shared<Table<std::int32_t>>(size);
      std::iota(sources->begin(), sources->end(), static_cast<std::int32_t>(first));
      known_[order_.place(leaf.pointer())].sources = std::move(sources);
      first += leaf->layout().size();
    }
  }

  void run() {
    std::size_t work = 0;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const Node* node = order_[i];
      if (!node || order_.is_end(node)) continue;
      if (node->is_differentiable()) known_[i] = depend(*node, i);
      work += known_[i].pattern ? known_[i].pattern->sets->columns.size() : 1;
      if (work > work_per_poll) {
        poll_host();
        work = 0;
      }
      for (const Operand& operand : node->operands()) {
        const std::uint32_t place = place_of(operand);
        if (place != Order::nowhere && --users_[place] == 0) known_[place] = Known();
      }
    }
  }

  Dependencies result(std::span<const Tensor> outputs) {
    Rows& rows = found_.rows;
    std::vector<SharedPattern> patterns;
    std::size_t elements = 0, entries = 0;
    for (const Tensor& output : outputs) {
      const std::uint32_t place =
          output.node ? order_.place(output.node.pointer()) : Order::nowhere;
      patterns.push_back(place == Order::nowhere ? nullptr : pattern_at(place));
      const auto size = static_cast<std::size_t>(output.value.size());
      elements += size;
      for (std::size_t i = 0; patterns.back() && i < size; ++i) {
        entries += (*patterns.back())[i].size();
      }
    }
    if (entries > most_) throw TooDense();
    check_count(static_cast<std::int64_t>(elements), "elements were returned");
    check_count(static_cast<std::int64_t>(entries), "non-zeros were found");
    rows.starts.reserve(elements + 1);
    rows.columns.reserve(entries);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const auto size = static_cast<std::size_t>(outputs[k].value.size());
      for (std::size_t i = 0; i < size; ++i) {
        if (patterns[k]) {
          const auto set = (*patterns[k])[i];
          rows.columns.insert(rows.columns.end(), set.begin(), set.end());
        }
        rows.close_row();
      }
    }
    return std::move(found_);
  }

 private:
  class NodeOperands final : public Operands {
   public:
    NodeOperands(SparsitySweep& sweep, const Node& node)
        : sweep_(sweep), is_tuple_(node.is_tuple()) {
      for (const Operand& operand : node.operands()) {
        places_.push_back(sweep.place_of(operand));
        types_.push_back(operand.type());
      }
    }
    int count() const override { return static_cast<int>(places_.size()); }
    const Layout& layout(int k) const override {
      return types_[static_cast<std::size_t>(k)].shape_layout();
    }
    const Known* known(int k) const override {
      const std::uint32_t place = places_[static_cast<std::size_t>(k)];
      if (place == Order::nowhere) return nullptr;
      const Known& known = sweep_.known_[place];
      return known.sources || known.pattern ? &known : nullptr;
    }
    SharedPattern pattern(int k) override {
      const std::uint32_t place = places_[static_cast<std::size_t>(k)];
      if (place == Order::nowhere) return nullptr;
      SharedPattern pattern = sweep_.pattern_at(place);
      // The last user may change it.
      if (sweep_.users_[place] == 1 && !is_tuple_) sweep_.known_[place].pattern = nullptr;
      return pattern;
    }

    Unions unions() const override { return {sweep_.columns(), sweep_.most_}; }
    const Array& numbers(std::int64_t count) override { return sweep_.numbers(count); }

   private:
    SparsitySweep& sweep_;
    const bool is_tuple_;  // its results ask one after the other
    std::vector<std::uint32_t> places_;
    std::vector<Type> types_;
  };

  std::uint32_t place_of(const Operand& operand) const {
    return operand.node() ? order_.place(operand.node()) : Order::nowhere;
  }

  void count(const Node* node) {
    const std::uint32_t place = node ? order_.place(node) : Order::nowhere;
    if (place != Order::nowhere) ++users_[place];
  }

  Known depend(const Node& node, std::size_t place) {
    const Primitive& primitive = node.primitive();
    if (node.is_part()) return std::move(tuples_[place_of(node.operands()[0])][part_number(node)]);
    if (!primitive.sparsity && !primitive.is_compound) return {};
    std::vector<Tensor> x;
    std::vector<Type> types;
    x.reserve(node.operands().size());
    for (std::size_t k = 0; k < node.operands().size(); ++k) {
      const Operand& operand = node.operands()[k];
      // An index that was computed from what is differentiated may be another one elsewhere.
      const bool is_read =
          static_cast<int>(k) >= primitive.first_index && place_of(operand) == Order::nowhere;
      types.push_back(operand.type());
      x.emplace_back(is_read ? operand.value()
                             : Array::abstract(types.back().dtype, types.back().layout));
    }
    NodeOperands operands(*this, node);
    if (primitive.is_compound) {
      const Compound& compound = compound_of(node.payload());
      const std::vector<Type> results = compound.infer(types);
      for (std::size_t k = 0; k < results.size(); ++k) {
        Statements statements(operands, results[k].shape_layout());
        compound.sparsity(x, k, results[k], statements);
        tuples_[place].push_back(statements.result());
      }
      return {};
    }
    Statements statements(operands, node.layout());
    primitive.sparsity(node.payload(), x, node.type(), statements);
    return statements.result();
  }

  /// Views of one array, so that picking an element of many takes no time to speak of.
  const Array& numbers(std::int64_t count) {
    const std::int64_t last = numbers_.is_defined() ? numbers_.size() : 0;
    if (count > last) {
      numbers_ = Array::empty(DType::int64, Shape{std::max(count, 2 * last)});
      auto* first = numbers_.mutable_data<std::int64_t>();
      std::iota(first, first + numbers_.size(), 0);
    }
    return numbers_;
  }

  std::int64_t columns() const { return static_cast<std::int64_t>(found_.leaf_elements.size()); }

  SharedPattern pattern_at(std::uint32_t place) {
    Known& known = known_[place];
    if (!known.pattern && known.sources) known.pattern = cut(place, *known.sources);
    return known.pattern;
  }

  /// Each element of what was only moved becomes a column.
  SharedPattern cut(std::uint32_t place, const Table<std::int32_t>& sources) {
    const std::int64_t first = columns();
    check_count(first + static_cast<std::int64_t>(sources.size()), "elements reach the function");
    found_.cut.push_back(place);
    found_.firsts.push_back(first);
    auto sets = std::make_shared<Rows>();
    sets->close_row();
    auto pattern = std::make_shared<Pattern>();
    pattern->of.reserve(sources.size());
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (sources[i] < 0) {
        pattern->of.push_back(0);
        continue;
      }
      sets->columns.push_back(static_cast<std::int32_t>(first) + static_cast<std::int32_t>(i));
      sets->close_row();
      pattern->of.push_back(static_cast<std::uint32_t>(sets->size() - 1));
    }
    pattern->sets = std::move(sets);
    found_.leaf_elements.insert(found_.leaf_elements.end(), sources.begin(), sources.end());
    return pattern;
  }

  const Order& order_;
  std::size_t most_;                                            // entries of a pattern
  Table<Known> known_;                                          // by place
  std::vector<std::uint32_t> users_;                            // that still wait for what is known
  std::unordered_map<std::size_t, std::vector<Known>> tuples_;  // of results, by place
  Array numbers_;
  Dependencies found_;
};

}  // namespace

Dependencies sparsity_sweep(const Order& order, std::span<const Tensor> outputs,
                            std::span<const Ref<Node>> leaves, std::size_t most) {
  SparsitySweep sweep(order, outputs, leaves, most);
  sweep.run();
  return sweep.result(outputs);
}

Rows leaf_rows(const Dependencies& dependencies) {
  Rows rows;
  Table<std::int32_t> row;
  for (std::size_t i = 0; i < dependencies.rows.size(); ++i) {
    row.clear();
    for (const std::int32_t column : dependencies.rows[i]) {
      row.push_back(dependencies.leaf_elements[static_cast<std::size_t>(column)]);
    }
    if (!std::ranges::is_sorted(row)) std::ranges::sort(row);
    const auto repeated = std::ranges::unique(row);
    rows.columns.insert(rows.columns.end(), row.begin(), repeated.begin());
    rows.close_row();
  }
  return rows;
}

void state_columns(const Rows& rows, std::int64_t first, std::int64_t size, int operand,
                   Dependence& dependence) {
  std::vector<std::int64_t> outputs, elements;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::int32_t column : rows[i]) {
      if (column < first || column >= first + size) continue;
      outputs.push_back(static_cast<std::int64_t>(i));
      elements.push_back(column - first);
    }
  }
  const auto array = [](const std::vector<std::int64_t>& numbers) {
    Array all = Array::empty(DType::int64, Shape{static_cast<std::int64_t>(numbers.size())});
    std::ranges::copy(numbers, all.mutable_data<std::int64_t>());
    return all;
  };
  dependence.on_pairs(operand, array(outputs), array(elements));
}

void state_pattern(const Tensor& result, std::span<const Tensor> leaves, Dependence& dependence) {
  std::vector<Ref<Node>> nodes;
  for (const Tensor& leaf : leaves) nodes.push_back(leaf.node);
  const std::span end(&result, 1);
  const Order order(nodes_of(end), nodes_of(nodes), Passes::everything);
  const Rows rows = leaf_rows(sparsity_sweep(order, end, nodes));
  std::int64_t first = 0;
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    state_columns(rows, first, leaves[k].value.layout().size(), static_cast<int>(k), dependence);
    first += leaves[k].value.layout().size();
  }
}

}  // namespace wg
