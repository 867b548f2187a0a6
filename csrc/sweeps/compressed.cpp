#include "sweeps/compressed.h"

#include <algorithm>

#include "core/copy.h"
#include "kernels/convert.h"
#include "sweeps/forward.h"
#include "sweeps/reverse.h"

namespace wg {
namespace {

// So many elements of all seeds of one sweep stay in the processor's cache with what is made of
// them.
constexpr std::int64_t seed_elements = 1 << 13;

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
    Array values = Array::zeros(dtype_, Shape{static_cast<std::int64_t>(plan_.count)});
    const std::int64_t elements = size_of(results());
    const std::int64_t widest = std::max({std::int64_t{1}, elements, size_of(seeded())});
    const std::int64_t step = std::max<std::int64_t>(1, seed_elements / widest);
    for (std::int64_t first = 0; first < plan_.colour_count; first += step) {
      const std::int64_t count = std::min(step, plan_.colour_count - first);
      sweep(first, count);
      for (std::int64_t c = 0; c < count; ++c) {
        add(found_.data() + c * elements * parts_, static_cast<std::size_t>(first + c),
            values.mutable_data<double>());
      }
    }
    return values;
  }

 private:
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
  void sweep(std::int64_t first, std::int64_t count) {
    std::vector<Tensor> seeds;
    std::int64_t begin = 0;
    for (const Type& type : seeded()) {
      seeds.push_back(seeds_for(type, begin, first, count));
      begin += type.size();
    }
    if (plan_.is_forward) {
      return collect(forward_sweep(outputs_, ends_, seeds, Policy::evaluate), count);
    }
    std::vector<Tensor> outputs, cotangents;
    for (std::size_t k = 0; k < seeds.size(); ++k) {
      if (!seeds[k].value.is_defined()) continue;
      outputs.push_back(outputs_[k]);
      cotangents.push_back(std::move(seeds[k]));
    }
    collect(reverse_sweep(outputs, cotangents, ends_, Policy::evaluate), count);
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
};

}  // namespace

Array compressed_values(const Compression& compression, const Order& order,
                        std::span<const Tensor> outputs, std::span<const Ref<Node>> leaves) {
  return Evaluation(compression, order, outputs, leaves).values();
}

}  // namespace wg
