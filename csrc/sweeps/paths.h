/// A function of one example evaluated for a batch: one program for each path through its branches.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sweeps/lanes.h"

namespace wg {

/// What the examples of one path returned.
struct Path {
  std::vector<Tensor> outputs;  // with the batch axis in front where is_batched
  std::vector<std::int64_t> examples;
};

/// Records the function on the first of the given batches of values; the number is that of this
/// example, or -1 for an empty batch. Nothing if the paths are not wanted any more.
using RecordExample =
    std::function<std::optional<Captured>(std::span<const Tensor> values, std::int64_t example)>;

/// The paths that `count` examples take; the first begins with the first example. None if `record`
/// gave nothing.
std::vector<Path> paths_of(std::span<const Tensor> values, std::int64_t count,
                           const RecordExample& record);

/// Output k of every example, in their order, with the batch axis in front.
Tensor joined_output(std::span<Path> paths, std::size_t k, std::int64_t count);

/// Output k, which must not differ between the examples.
Tensor common_output(std::span<Path> paths, std::size_t k);

/// The first example of a batch, as what a function is recorded on; an imagined one if there is
/// none.
Tensor first_example(const Tensor& values);

}  // namespace wg
