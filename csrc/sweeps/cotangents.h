/// The cotangents of a sweep, and the sums that they are made of.
#pragma once

#include <cstring>

#include "core/memory.h"
#include "graph/var.h"
#include "sweeps/order.h"

namespace wg {

/// A cotangent for each place of an order; undefined where nothing has arrived.
class Cotangents {
 public:
  explicit Cotangents(const Order& order) : order_(order), sums_(order.size()) {}

  Tensor& operator[](std::size_t place) { return sums_[place]; }
  const Tensor& operator[](std::size_t place) const { return sums_[place]; }

  /// Adds a term, through the builder if the sum is to be recorded.
  void add(std::uint32_t place, Builder& builder, Tensor term);
  /// Adds to a part of the operand's cotangent, in place where nobody else sees it.
  void add_at(std::uint32_t place, const Node& operand, Builder& builder, Contribution c);
  /// Adds a term that is not recorded.
  void accumulate(std::uint32_t place, Array term);

  // Numbers are read and written where they are: to build an array and move it costs more than the
  // arithmetic, since a processor waits where it reads at once what it wrote in parts.
  void accumulate_scalar(std::uint32_t place, DType dtype, const std::byte* term) {
    Tensor& sum = sums_[place];
    if (!sum.value.is_defined()) {
      sum.value.become_scalar(dtype, term);
    } else if (dtype != DType::float64 || sum.node || sum.dtype() != dtype) {
      accumulate(place, Array::scalar_from(dtype, term));
    } else {
      double both[2] = {sum.value.item<double>()};
      std::memcpy(&both[1], term, sizeof both[1]);
      both[0] += both[1];
      std::memcpy(sum.value.mutable_data(), both, sizeof both[0]);
    }
  }

 private:
  void add_watched(std::uint32_t place, Builder& builder, Tensor term);

  const Order& order_;
  Table<Tensor> sums_;
};

}  // namespace wg
