#include "sweeps/jacobian.h"

#include "graph/trace.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"
#include "sweeps/compressed.h"
#include "sweeps/forward.h"
#include "sweeps/reverse.h"

namespace wg {
namespace {

constexpr std::int64_t worth_sharing =
    32;  // rows and columns, below which no pattern is looked for
constexpr std::int64_t seed_elements = 1 << 22;  // of one batch of seeds, unless chunk_size says so

/// Unit vectors number `first` and the following as values of a shape.
Tensor unit_seeds(const Array& like, std::int64_t first, std::int64_t count) {
  Shape shape(like.shape());
  const std::int64_t size = like.size();
  shape.insert(0, count);
  Array seeds = Array::zeros(like.dtype(), shape);
  visit(like.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::int64_t i = 0; i < count; ++i) seeds.mutable_data<T>()[i * size + first + i] = T(1);
  });
  Tensor batch(std::move(seeds));
  batch.set_batched(true);
  return batch;
}

class Jacobian {
 public:
  Jacobian(std::span<const Tensor> outputs, std::span<const Ref<Node>> leaves, Policy policy,
           std::int64_t chunk)
      : outputs_(outputs), leaves_(leaves), policy_(policy), chunk_(chunk) {
    for (const Tensor& output : outputs_) rows_ += output.value.size();
    for (const Ref<Node>& leaf : leaves_) columns_ += leaf->layout().size();
  }

  /// The derivative of each output with respect to each leaf, of both shapes joined.
  std::vector<std::vector<Tensor>> blocks(Mode mode, Plans& plans) {
    if (mode == Mode::cheaper) {
      std::vector<std::vector<Tensor>> found;
      if (shares_seeds(plans, found)) return found;
      mode = dense_mode();
    }
    std::vector<std::vector<Tensor>> all(outputs_.size());
    if (mode == Mode::reverse) {
      for (std::size_t k = 0; k < outputs_.size(); ++k) all[k] = rows_of(outputs_[k]);
    } else {
      for (const Ref<Node>& leaf : leaves_) {
        std::vector<Tensor> columns = columns_of(leaf);
        for (std::size_t k = 0; k < outputs_.size(); ++k) all[k].push_back(std::move(columns[k]));
      }
    }
    return all;
  }

 private:
  bool is_recorded() const {
    return policy_ == Policy::eager &&
           std::ranges::any_of(outputs_, [](const Tensor& output) { return output.is_tracked(); });
  }

  Mode dense_mode() const { return columns_ <= rows_ ? Mode::forward : Mode::reverse; }

  /// Where many elements can be told apart in the results of few seeds, evaluates these and puts
  /// what they give in its places. False where that is no gain: to look for a pattern takes longer
  /// than to do without, unless what is found is kept, by a function or by whoever records one.
  bool shares_seeds(Plans& plans, std::vector<std::vector<Tensor>>& found) {
    const bool is_recorded = this->is_recorded();
    if (std::min(rows_, columns_) < worth_sharing) return false;
    if (is_recorded && !(this_thread.trace && this_thread.trace->outside())) return false;
    const Order order(nodes_of(outputs_), nodes_of(leaves_));
    const auto plan = plans.planned(outputs_, leaves_, [&]() -> std::optional<Compression> {
      try {
        const auto most = static_cast<std::size_t>(rows_ * columns_ / 4);
        Compression made = compress(order, outputs_, leaves_, Mode::cheaper, false, most);
        const bool is_forward = dense_mode() == Mode::forward;
        const std::int64_t dense = Compression::cost_of(is_forward ? columns_ : rows_, is_forward);
        if (2 * made.cost() <= dense) return made;
      } catch (const TooDense&) {
      }
      return std::nullopt;
    });
    if (!plan) return false;
    const Tensor values = compressed_values(*plan, order, outputs_, leaves_,
                                            is_recorded ? policy_ : Policy::evaluate);
    auto block = plan->blocks.begin();
    for (const Tensor& output : outputs_) {
      found.emplace_back();
      for (const Ref<Node>& leaf : leaves_) {
        const DType dtype = plan->is_forward ? output.dtype() : leaf->dtype();
        const auto rows = output.value.shape(), columns = leaf->layout().shape();
        found.back().push_back(is_recorded ? stored(*block, values, dtype, rows, columns)
                                           : spread(*block, values.value, dtype, rows, columns));
        ++block;
      }
    }
    return true;
  }

  static Tensor spread(const SparseBlock& block, const Array& values, DType dtype,
                       std::span<const std::int64_t> rows, std::span<const std::int64_t> columns) {
    Shape shape(rows);
    for (const std::int64_t n : columns) shape.push_back(n);
    const std::int64_t width = element_count(columns);
    Array all = Array::zeros(dtype, shape);
    visit(dtype, [&](auto to) {
      visit(values.dtype(), [&](auto from) {
        using T = typename decltype(to)::type;
        using S = typename decltype(from)::type;
        if constexpr (std::is_constructible_v<T, S>) {
          T* row = all.mutable_data<T>();
          const S* value = values.data<S>() + block.first;
          for (std::size_t i = 0; i + 1 < block.starts.size(); ++i, row += width) {
            for (std::int32_t k = block.starts[i]; k < block.starts[i + 1]; ++k) {
              row[block.columns[static_cast<std::size_t>(k)]] = static_cast<T>(value[k]);
            }
          }
        }
      });
    });
    return all;
  }

  /// The same, recorded.
  Tensor stored(const SparseBlock& block, const Tensor& values, DType dtype,
                std::span<const std::int64_t> rows, std::span<const std::int64_t> columns) {
    const std::int64_t width = element_count(columns);
    const auto count = static_cast<std::int64_t>(block.columns.size());
    Array places = Array::empty(DType::int64, Shape{count});
    std::int64_t* place = places.mutable_data<std::int64_t>();
    for (std::size_t i = 0; i + 1 < block.starts.size(); ++i) {
      for (std::int32_t k = block.starts[i]; k < block.starts[i + 1]; ++k) {
        *place++ =
            static_cast<std::int64_t>(i) * width + block.columns[static_cast<std::size_t>(k)];
      }
    }
    const Var part =
        slice_axis(builder_.var(values), -1, static_cast<std::int64_t>(block.first), count);
    const Var index = builder_.constant(std::move(places));
    const Var all = set_at(zeros(builder_, dtype, Shape{element_count(rows) * width}),
                           convert(part, dtype), std::span(&index, 1), Dims{-1}, 0);
    return shaped(all.tensor, rows, columns);
  }

  std::int64_t seeds_at_once(std::int64_t size, std::int64_t other) const {
    const std::int64_t fit = seed_elements / std::max<std::int64_t>(1, std::max(size, other));
    return chunk_ > 0 ? chunk_ : std::max<std::int64_t>(16, fit);
  }

  /// One cotangent for each element of an output, all of them pulled back at once.
  std::vector<Tensor> rows_of(const Tensor& output) {
    const std::int64_t n = output.value.size(), step = seeds_at_once(n, columns_);
    std::vector<std::vector<Tensor>> parts(leaves_.size());
    for (std::int64_t first = 0; first < n || first == 0; first += step) {
      const std::int64_t count = std::min(step, n - first);
      const Tensor seed = unit_seeds(output.value, first, count);
      std::vector<Tensor> cts =
          reverse_sweep(std::span(&output, 1), std::span(&seed, 1), leaves_, policy_);
      for (std::size_t i = 0; i < cts.size(); ++i)
        parts[i].push_back(with_batch_axis(std::move(cts[i]), count));
    }
    std::vector<Tensor> blocks;
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      blocks.push_back(
          shaped(joined(parts[i]), output.value.shape(), leaves_[i]->layout().shape()));
    }
    return blocks;
  }

  /// One tangent for each element of a leaf, all of them pushed forward at once.
  std::vector<Tensor> columns_of(const Ref<Node>& leaf) {
    const Array like = Array::abstract(leaf->dtype(), leaf->type().layout);
    const std::int64_t n = leaf->layout().size(), step = seeds_at_once(n, rows_);
    std::vector<std::vector<Tensor>> parts(outputs_.size());
    for (std::int64_t first = 0; first < n || first == 0; first += step) {
      const std::int64_t count = std::min(step, n - first);
      std::vector<Tensor> tangents;
      for (const Ref<Node>& other : leaves_)
        tangents.push_back(other == leaf ? unit_seeds(like, first, count) : Tensor());
      std::vector<Tensor> moved = forward_sweep(outputs_, leaves_, tangents, policy_);
      for (std::size_t k = 0; k < moved.size(); ++k) {
        const Array& value = outputs_[k].value;
        if (!moved[k].value.is_defined()) moved[k] = Array::zeros(value.dtype(), value.shape());
        parts[k].push_back(with_batch_axis(std::move(moved[k]), count));
      }
    }
    std::vector<Tensor> blocks;
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      const Array& value = outputs_[k].value;
      Var all = builder_.var(joined(parts[k]));
      const std::int64_t columns = all.shape()[0];
      all = matrix_transpose(reshape(all, Shape{columns, value.size()}));
      blocks.push_back(shaped(std::move(all.tensor), value.shape(), leaf->layout().shape()));
    }
    return blocks;
  }

  Tensor with_batch_axis(Tensor x, std::int64_t count) {
    if (x.is_batched()) {
      x.set_batched(false);
      return x;
    }
    Shape shape(x.value.shape());
    shape.insert(0, count);
    return broadcast_to(builder_.var(std::move(x)), std::move(shape)).tensor;
  }

  Tensor joined(std::vector<Tensor>& parts) {
    if (parts.size() == 1) return std::move(parts[0]);
    std::vector<Var> vars;
    for (Tensor& part : parts) vars.push_back(builder_.var(std::move(part)));
    const std::int64_t axis = -vars[0].ndim();
    return concatenate(vars, axis).tensor;
  }

  Tensor shaped(Tensor x, std::span<const std::int64_t> rows,
                std::span<const std::int64_t> columns) {
    Shape shape(rows);
    for (const std::int64_t n : columns) shape.push_back(n);
    return reshape(builder_.var(std::move(x)), std::move(shape)).tensor;
  }

  const std::span<const Tensor> outputs_;
  const std::span<const Ref<Node>> leaves_;
  const Policy policy_;
  const std::int64_t chunk_;
  std::int64_t rows_ = 0, columns_ = 0;
  Eager builder_;
};

}  // namespace

std::vector<std::vector<Tensor>> jacobian_blocks(std::span<const Tensor> outputs,
                                                 std::span<const Ref<Node>> leaves, Mode mode,
                                                 Policy policy, std::int64_t chunk, Plans& plans) {
  return Jacobian(outputs, leaves, policy, chunk).blocks(mode, plans);
}

}  // namespace wg
