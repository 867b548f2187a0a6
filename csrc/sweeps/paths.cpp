#include "sweeps/paths.h"

#include <algorithm>
#include <numeric>

#include "core/copy.h"
#include "core/error.h"
#include "sweeps/eagerly.h"

namespace wg {
namespace {

constexpr std::size_t most_paths = 1024;

/// From places among the pending examples to examples; the others stay pending.
void divide(Path& path, std::vector<std::int64_t>& pending) {
  std::vector<std::int64_t> others;
  auto next = path.examples.begin();
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (next != path.examples.end() && *next == static_cast<std::int64_t>(i))
      *next++ = pending[i];
    else
      others.push_back(pending[i]);
  }
  pending = std::move(others);
}

/// Where each example stands in the paths, one behind the other.
Array places_of(std::span<const Path> paths, std::int64_t count) {
  std::vector<std::int64_t> places(static_cast<std::size_t>(count));
  std::int64_t place = 0;
  for (const Path& path : paths) {
    for (const std::int64_t example : path.examples) {
      places[static_cast<std::size_t>(example)] = place++;
    }
  }
  return numbers(places);
}

}  // namespace

std::vector<Path> paths_of(std::span<const Tensor> values, std::int64_t count,
                           const RecordExample& record) {
  std::vector<std::int64_t> pending(static_cast<std::size_t>(count));
  std::iota(pending.begin(), pending.end(), 0);
  std::vector<Path> paths;
  Eagerly eagerly;
  do {
    if (paths.size() == most_paths) {
      fail<ShapeError>("vmap: fun took ", most_paths,
                       " different paths through its branches; use where instead of if, or a "
                       "loop over the examples");
    }
    std::vector<Tensor> some(values.begin(), values.end());
    if (static_cast<std::int64_t>(pending.size()) != count) {
      const Array which = numbers(pending);
      for (Tensor& value : some) value = eagerly.rows(std::move(value), which);
    }
    const auto captured = record(some, pending.empty() ? -1 : pending[0]);
    if (!captured) return {};
    Evaluated held = evaluate_lanes(*captured, some, static_cast<std::int64_t>(pending.size()));
    paths.push_back({std::move(held.outputs), std::move(held.examples)});
    divide(paths.back(), pending);
  } while (!pending.empty());
  for (const Path& path : paths) {
    if (path.outputs.size() != paths[0].outputs.size()) {
      fail<ShapeError>("vmap: fun returned ", paths[0].outputs.size(), " arrays for example ",
                       paths[0].examples[0], " and ", path.outputs.size(), " for example ",
                       path.examples[0], "; every example must return the same");
    }
  }
  return paths;
}

Tensor joined_output(std::span<Path> paths, std::size_t k, std::int64_t count) {
  Eagerly eagerly;
  std::vector<Tensor> parts;
  const Tensor& first = paths[0].outputs[k];
  const DType dtype = first.dtype();
  const Shape shape(first.value.shape().subspan(first.is_batched() ? 1 : 0));
  for (Path& path : paths) {
    Tensor& output = path.outputs[k];
    const auto own_shape = output.value.shape().subspan(output.is_batched() ? 1 : 0);
    if (!std::ranges::equal(own_shape, shape) || output.dtype() != dtype) {
      fail<ShapeError>("vmap: fun returned ", name(dtype), " of shape ", shape, " for example ",
                       paths[0].examples[0], " and ", name(output.dtype()), " of shape ",
                       Dims(own_shape), " for example ", path.examples[0],
                       "; every example must return the same");
    }
    if (output.is_batched()) {
      output.set_batched(false);
      parts.push_back(std::move(output));
    } else {
      parts.push_back(
          eagerly.repeated(std::move(output), static_cast<std::int64_t>(path.examples.size())));
    }
  }
  if (parts.size() == 1) return std::move(parts[0]);
  return eagerly.rows(eagerly.joined(parts), places_of(paths, count));
}

Tensor common_output(std::span<Path> paths, std::size_t k) {
  if (paths.size() > 1 || paths[0].outputs[k].is_batched()) {
    fail<ShapeError>(
        "vmap: out_axes is None for an output that differs between examples; an axis is needed");
  }
  return std::move(paths[0].outputs[k]);
}

namespace {

/// What stands for an example where there is none. Zeros are an index of any axis. Other numbers
/// are such as most functions take: positive, 1 at most, in order along the last axis, and as a
/// square matrix, min(i, j) / n, positive definite.
Array imagined_example(DType dtype, std::span<const std::int64_t> shape) {
  Array some = Array::zeros(dtype, shape);
  if (is_integral(dtype) || some.size() == 0) return some;
  const std::size_t axes = shape.size();
  const std::int64_t columns = axes > 0 ? shape[axes - 1] : 1;
  const std::int64_t rows = axes > 1 ? shape[axes - 2] : columns;
  const auto most = static_cast<double>(std::min(rows, columns));
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* const numbers = some.mutable_data<T>();
    for (std::int64_t k = 0; k < some.size(); ++k) {
      const std::int64_t column = k % columns;
      const std::int64_t row = axes > 1 ? k / columns % rows : column;
      numbers[k] = static_cast<T>(static_cast<double>(std::min(row, column) + 1) / most);
    }
  });
  return some;
}

}  // namespace

Tensor first_example(const Tensor& values) {
  const Array& all = values.value;
  const auto shape = all.shape().subspan(1);
  if (all.shape()[0] == 0) return imagined_example(all.dtype(), shape);
  // A trace around has to follow what Python reads of the example.
  if (this_thread.trace && values.is_tracked()) {
    Dims index;
    basic_index::add_integer(index, 0);
    Eager eager;
    return slice(eager.var(values), index).tensor;
  }
  const auto strides = all.layout().strides().subspan(1);
  return copy_of(all.view(Layout::strided(shape, strides), 0));
}

}  // namespace wg
