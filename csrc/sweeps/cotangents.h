/// The cotangents of a sweep, and the sums that they are made of.
#pragma once

#include <cstring>

#include "core/memory.h"
#include "graph/var.h"
#include "sweeps/builders.h"
#include "sweeps/order.h"

namespace wg {

/// A cotangent for each place of an order; undefined where nothing has arrived.
///
/// A sum is recorded if one of its terms is tracked: terms of different nodes meet in it, and only
/// some of them may depend on what is tracked outside of the sweep.
class Cotangents {
 public:
  Cotangents(const Order& order, Builders& builders)
      : order_(order), builders_(builders), sums_(order.size()) {}

  Tensor& operator[](std::size_t place) { return sums_[place]; }
  const Tensor& operator[](std::size_t place) const { return sums_[place]; }

  void add(std::uint32_t place, Tensor term);
  /// Adds to a part of the operand's cotangent, in place where nobody else sees it.
  void add_at(std::uint32_t place, const Node& operand, Contribution c);

  // Numbers are read and written where they are: to build an array and move it costs more than the
  // arithmetic, since a processor waits where it reads at once what it wrote in parts.
  void accumulate_scalar(std::uint32_t place, DType dtype, const std::byte* term) {
    Tensor& sum = sums_[place];
    if (!sum.value.is_defined()) {
      sum.value.become_scalar(dtype, term);
    } else if (dtype != DType::float64 || sum.node || sum.dtype() != dtype) {
      add(place, Array::scalar_from(dtype, term));
    } else {
      double both[2] = {sum.value.item<double>()};
      std::memcpy(&both[1], term, sizeof both[1]);
      both[0] += both[1];
      std::memcpy(sum.value.mutable_data(), both, sizeof both[0]);
    }
  }

 private:
  void add_watched(Tensor& sum, const Node& node, Tensor term);
  Tensor sum_of(Tensor a, Tensor b);

  const Order& order_;
  Builders& builders_;
  Table<Tensor> sums_;
};

}  // namespace wg
