/// The cotangents of a sweep, and the sums that they are made of.
#pragma once

#include <cstring>
#include <utility>
#include <vector>

#include "core/memory.h"
#include "graph/var.h"
#include "sweeps/builders.h"
#include "sweeps/order.h"

namespace wg {

/// The cotangents that have arrived at places of an order and were not taken yet: usually few at a
/// time, so that a long sweep works in little memory. Numbers of float64 take no more than eight
/// bytes.
///
/// A sum is recorded if one of its terms is tracked: terms of different nodes meet in it, and only
/// some of them may depend on what is tracked outside of the sweep.
class Cotangents {
 public:
  Cotangents(const Order& order, Builders& builders)
      : order_(order), builders_(builders), kinds_(order.size()), sums_(order.size()) {}

  bool has(std::size_t place) const { return kinds_[place] != Kind::nothing; }
  /// Whether what has arrived is a float64 that no node made.
  bool is_number(std::size_t place) const { return kinds_[place] == Kind::number; }
  double number(std::size_t place) const { return sums_[place].number; }
  /// What has arrived, if it is no such number; else null. It stays where it is until it is taken.
  Tensor* tensor(std::size_t place) const {
    return kinds_[place] == Kind::tensor ? sums_[place].tensor : nullptr;
  }
  Tensor value(std::size_t place) const {
    return is_number(place) ? Tensor(Array::scalar(number(place))) : *sums_[place].tensor;
  }
  Tensor take(std::size_t place);
  void drop_number(std::size_t place) { kinds_[place] = Kind::nothing; }

  void put(std::uint32_t place, Tensor value) { slot(place) = std::move(value); }
  void add(std::uint32_t place, Tensor term);
  Tensor sum_of(Tensor a, Tensor b);
  /// Adds to a part of the operand's cotangent, in place where nobody else sees it.
  void add_at(std::uint32_t place, const Node& operand, Contribution c);

  // Numbers are read and written where they are: to build an array and move it costs more than the
  // arithmetic, since a processor waits where it reads at once what it wrote in parts.
  void accumulate_scalar(std::uint32_t place, DType dtype, const std::byte* term) {
    if (dtype != DType::float64 || kinds_[place] == Kind::tensor) {
      return add(place, Array::scalar_from(dtype, term));
    }
    double number;
    std::memcpy(&number, term, sizeof number);
    sums_[place].number = is_number(place) ? sums_[place].number + number : number;
    kinds_[place] = Kind::number;
  }

 private:
  enum class Kind : std::uint8_t { nothing, number, tensor };
  union Sum {
    double number;
    Tensor* tensor;
  };

  /// Where the cotangent is, undefined if nothing has arrived.
  Tensor& slot(std::size_t place);
  void add_chunk();
  void add_watched(Tensor& sum, const Node& node, Tensor term);

  const Order& order_;
  Builders& builders_;
  Table<Kind> kinds_;
  Table<Sum> sums_;
  std::vector<Table<Tensor>> chunks_;
  std::vector<Tensor*> unused_;
};

}  // namespace wg
