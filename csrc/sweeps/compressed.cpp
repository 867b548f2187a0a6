#include "sweeps/compressed.h"

#include <algorithm>

#include "core/copy.h"
#include "kernels/convert.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"
#include "sweeps/forward.h"
#include "sweeps/reverse.h"

namespace wg {
namespace {

// So many elements of all seeds of one sweep stay in the processor's cache with what is made of
// them.
constexpr std::int64_t pack_elements = 1 << 13;

std::int64_t size_of(std::span<const Type> types) {
  std::int64_t size = 0;
  for (const Type& type : types) size += type.size();
  return size;
}

/// Evaluates what a Compression planned, in float64 or in pairs of those.
class Evaluation {
 public:
  Evaluation(const Compression& plan, const Order& order, std::span<const Tensor> outputs,
             std::span<const Ref<Node>> leaves)
      : plan_(plan), outputs_(outputs), ends_(leaves.begin(), leaves.end()) {
    bool is_any_complex = false;
    for (const Tensor& output : outputs) is_any_complex |= is_complex(output.dtype());
    for (const Ref<Node>& leaf : leaves) is_any_complex |= is_complex(leaf->dtype());
    dtype_ = is_any_complex ? DType::complex128 : DType::float64;
    parts_ = is_any_complex ? 2 : 1;
    if (plan.is_on_cut) find_cut(order);
    for (const Ref<Node>& end : ends_) end_types_.push_back(end->type());
    for (const Tensor& output : outputs) output_types_.push_back(output.type());
  }

  Array values() {
    Array values = nothing();
    const std::int64_t elements = size_of(results());
    for (const auto [first, count] : portions()) {
      collect(sweep(first, count, Policy::evaluate), count);
      for (std::int64_t c = 0; c < count; ++c) {
        add(found_.data() + c * elements * parts_, static_cast<std::size_t>(first + c),
            values.mutable_data<double>());
      }
    }
    return values;
  }

  /// The same, recorded: what all sweeps give is joined, and each non-zero is taken from there.
  Tensor recorded() {
    std::vector<Var> parts;
    Places places(plan_.count);
    std::int64_t size = 0;  // of the parts
    for (const auto [first, count] : portions()) {
      const std::vector<Tensor> results = sweep(first, count, Policy::eager);
      std::vector<Places::Part> of_results;
      for (std::size_t k = 0; k < results.size(); ++k) {
        const std::int64_t each = this->results()[k].size();
        const bool is_batched = results[k].is_batched();
        of_results.push_back({size, each, is_batched ? each : 0});
        parts.push_back(in_a_row(results[k], is_batched ? count * each : each));
        size += parts.back().size();
      }
      for (std::int64_t c = 0; c < count; ++c) {
        const auto colour = static_cast<std::size_t>(first + c);
        for (std::int64_t at = plan_.starts[colour]; at < plan_.starts[colour + 1]; ++at) {
          const auto term = static_cast<std::size_t>(at);
          places.add(of_results, c, plan_.from[term], static_cast<std::size_t>(plan_.to[term]));
        }
      }
    }
    if (parts.empty()) return nothing();
    const Var all = parts.size() == 1 ? parts[0] : concatenate(parts, -1);
    return places.taken_from(all, builder_).tensor;
  }

 private:
  /// Where in the results of all sweeps each non-zero is.
  class Places {
   public:
    struct Part {
      std::int64_t begin, size, stride;  // in what is joined; of one colour
    };

    explicit Places(std::size_t count) : first_(count, -1) {}

    void add(std::span<const Part> parts, std::int64_t colour, std::int64_t element,
             std::size_t non_zero) {
      auto part = parts.begin();
      while (element >= part->size) element -= part++->size;
      const std::int64_t place = part->begin + colour * part->stride + element;
      if (first_[non_zero] < 0) {
        first_[non_zero] = place;
      } else {
        others_.push_back(place);
        to_.push_back(static_cast<std::int64_t>(non_zero));
      }
    }

    Var taken_from(const Var& all, Builder& builder) const {
      const auto take = [&](const Table<std::int64_t>& places) {
        const Var index = builder.constant(array_of(places));
        return gather(all, std::span(&index, 1), Dims{-1}, 0);
      };
      Var values = take(first_);
      if (others_.empty()) return values;
      const Var index = builder.constant(array_of(to_));
      return add_at(std::move(values), take(others_), std::span(&index, 1), Dims{-1}, 0);
    }

   private:
    static Array array_of(const Table<std::int64_t>& places) {
      Array array = Array::empty(DType::int64, Shape{static_cast<std::int64_t>(places.size())});
      std::ranges::copy(places, array.mutable_data<std::int64_t>());
      return array;
    }

    Table<std::int64_t> first_, others_, to_;
  };

  /// What leaves every value that is added as it is, -0.0 too.
  Array nothing() const {
    Array values = Array::empty(dtype_, Shape{static_cast<std::int64_t>(plan_.count)});
    std::fill_n(values.mutable_data<double>(), values.size() * parts_, -0.0);
    return values;
  }

  struct Colours {
    std::int64_t first, count;
  };

  /// What is swept at once.
  std::vector<Colours> portions() const {
    const std::int64_t widest = std::max({std::int64_t{1}, size_of(results()), size_of(seeded())});
    const std::int64_t step = std::max<std::int64_t>(1, pack_elements / widest);
    std::vector<Colours> all;
    for (std::int64_t first = 0; first < plan_.colour_count; first += step) {
      all.push_back({first, std::min(step, plan_.colour_count - first)});
    }
    return all;
  }

  Var in_a_row(Tensor result, std::int64_t size) {
    if (!result.value.is_defined()) return builder_.constant(Array::zeros(dtype_, Shape{size}));
    result.set_batched(false);
    return reshape(convert(builder_.var(std::move(result)), dtype_), Shape{size});
  }

  void find_cut(const Order& order) {
    std::vector<const Node*> nodes;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (order[i]) nodes.push_back(order[i]);
    }
    ends_.clear();
    for (const std::uint32_t number : plan_.cut) {
      ends_.push_back(Ref<Node>::share(const_cast<Node*>(nodes[number])));
    }
  }

  std::span<const Type> seeded() const { return plan_.is_forward ? end_types_ : output_types_; }
  std::span<const Type> results() const { return plan_.is_forward ? output_types_ : end_types_; }

  /// The sums of the unit vectors of some colours, for one of the values that are seeded; undefined
  /// if none of these colours is there.
  Tensor seeds_for(const Type& type, std::int64_t begin, std::int64_t first,
                   std::int64_t count) const {
    const std::int64_t size = type.size();
    const std::int32_t* const colours = plan_.colours.data() + begin;
    Shape shape(type.shape());
    if (count > 1) shape.insert(0, count);
    Array seeds;
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int64_t colour = colours[i] - first;
      if (colour < 0 || colour >= count) continue;
      if (!seeds.is_defined()) seeds = Array::zeros(type.dtype, shape);
      visit(type.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        T* const data = seeds.mutable_data<T>() + colour * size;
        // Neighbours are often of one colour.
        for (; i < size && colours[i] == colour + first; ++i) data[i] = T(1);
      });
      --i;
    }
    Tensor batch(std::move(seeds));
    if (batch.value.is_defined()) batch.set_batched(count > 1);
    return batch;
  }

  /// Some colours at once.
  std::vector<Tensor> sweep(std::int64_t first, std::int64_t count, Policy policy) const {
    std::vector<Tensor> seeds;
    std::int64_t begin = 0;
    for (const Type& type : seeded()) {
      seeds.push_back(seeds_for(type, begin, first, count));
      begin += type.size();
    }
    if (plan_.is_forward) {
      return forward_sweep(outputs_, ends_, seeds, policy);
    }
    std::vector<Tensor> outputs, cotangents;
    for (std::size_t k = 0; k < seeds.size(); ++k) {
      if (!seeds[k].value.is_defined()) continue;
      outputs.push_back(outputs_[k]);
      cotangents.push_back(std::move(seeds[k]));
    }
    return reverse_sweep(outputs, cotangents, ends_, policy);
  }

  /// The results of each seed, one behind the other.
  void collect(const std::vector<Tensor>& results, std::int64_t count) {
    const std::span<const Type> types = this->results();
    const std::int64_t elements = size_of(types);
    found_.resize(static_cast<std::size_t>(elements * count * parts_));
    std::int64_t begin = 0;
    for (std::size_t k = 0; k < types.size(); ++k) {
      const std::int64_t size = types[k].size();
      const Tensor& result = results[k];
      const Array x = result.value.is_defined() ? dense(convert(result.value, dtype_)) : Array();
      for (std::int64_t c = 0; c < count; ++c) {
        double* const to = found_.data() + (c * elements + begin) * parts_;
        if (!x.is_defined()) {
          std::fill_n(to, size * parts_, 0.0);
        } else {
          const std::int64_t from = result.is_batched() ? c * size * parts_ : 0;
          std::copy_n(x.data<double>() + from, size * parts_, to);
        }
      }
      begin += size;
    }
  }

  void add(const double* found, std::size_t colour, double* out) const {
    const auto begin = static_cast<std::size_t>(plan_.starts[colour]);
    const auto end = static_cast<std::size_t>(plan_.starts[colour + 1]);
    if (parts_ == 1) {
      for (std::size_t k = begin; k < end; ++k) out[plan_.to[k]] += found[plan_.from[k]];
      return;
    }
    for (std::size_t k = begin; k < end; ++k) {
      for (int part = 0; part < 2; ++part) {
        out[2 * plan_.to[k] + part] += found[2 * plan_.from[k] + part];
      }
    }
  }

  const Compression& plan_;
  std::span<const Tensor> outputs_;
  std::vector<Ref<Node>> ends_;
  std::vector<Type> end_types_, output_types_;
  DType dtype_;
  std::int64_t parts_;   // of a number
  Table<double> found_;  // by one sweep, seed by seed
  Eager builder_;
};

}  // namespace

Tensor compressed_values(const Compression& compression, const Order& order,
                         std::span<const Tensor> outputs, std::span<const Ref<Node>> leaves,
                         Policy policy) {
  Evaluation evaluation(compression, order, outputs, leaves);
  return policy == Policy::evaluate ? Tensor(evaluation.values()) : evaluation.recorded();
}

}  // namespace wg
