/// A large batch evaluated some examples at a time, so that what is in between stays in the cache.
#pragma once

#include <span>
#include <vector>

#include "graph/excerpt.h"

namespace wg {

/// How many of `count` examples to evaluate a program for at a time; all of them where that gains
/// nothing, or where somebody would notice: who records or watches, and compound operations, which
/// may run code of the user's. Values are those of the leaves.
std::int64_t portion_of(const Captured& captured, std::span<const Tensor> values,
                        std::int64_t count);

/// Examples [begin, end) of a value with the batch axis in front.
Tensor portion(const Tensor& value, std::int64_t begin, std::int64_t end);

/// Outputs for all examples, collected from those of the portions, in order.
class Collected {
 public:
  explicit Collected(std::int64_t count) : count_(count) {}

  void add(std::vector<Tensor> outputs, std::int64_t begin);
  std::vector<Tensor> take() { return std::move(all_); }

 private:
  std::int64_t count_;
  std::vector<Tensor> all_;
};

}  // namespace wg
