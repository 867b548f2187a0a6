#include "sweeps/portions.h"

#include <algorithm>

#include "core/copy.h"
#include "core/threads.h"
#include "primitives/matmul.h"

namespace wg {
namespace {

constexpr std::int64_t cached_bytes = 1 << 19;  // of a value: a few of them fit the second cache
constexpr std::int64_t least_examples = 256;    // make a call of each operation worth it

bool is_seen(std::span<const Tensor> values) {
  return std::ranges::any_of(values, [](const Tensor& value) { return value.is_tracked(); });
}

}  // namespace

std::int64_t portion_of(const Captured& captured, std::span<const Tensor> values,
                        std::int64_t count) {
  const Program& program = *captured.program;
  if (count < 2 * least_examples) return count;
  if (this_thread.witness || this_thread.trace || is_seen(values) || is_seen(captured.captures))
    return count;
  std::int64_t bytes = 1;
  for (const Type& type : program.types) bytes = std::max(bytes, bytes_of(type));
  bool has_products = false;
  for (const Instruction& instruction : program.instructions) {
    if (instruction.primitive->is_compound) return count;
    has_products |= instruction.primitive == &structural_row_of<Matmul>;
  }
  // What BLAS gives for an example may depend on how many there are, and so must not follow from
  // the number of threads.
  const std::int64_t examples = cached_bytes * (has_products ? 1 : threads::count()) / bytes;
  if (examples < least_examples || count < 2 * examples) return count;
  const std::int64_t portions = (count + examples - 1) / examples;
  return (count + portions - 1) / portions;
}

Tensor portion(const Tensor& value, std::int64_t begin, std::int64_t end) {
  const Layout& layout = value.value.layout();
  Shape shape(layout.shape());
  shape[0] = end - begin;
  return value.value.view(Layout::strided(shape, layout.strides()), begin * layout.strides()[0]);
}

void Collected::add(std::vector<Tensor> outputs, std::int64_t begin) {
  if (begin == 0) {
    for (const Tensor& output : outputs) {
      all_.push_back(output);
      if (!output.is_batched()) continue;
      Shape shape(output.value.shape());
      shape[0] = count_;
      Array all = Array::empty(output.dtype(), shape);
      all.set_weak(output.value.is_weak());
      all_.back() = Tensor(std::move(all));
      all_.back().set_batched(true);
    }
  }
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    if (!outputs[k].is_batched()) continue;
    Array& all = all_[k].value;
    const View some = view_of(outputs[k].value);
    const std::int64_t example = all.size() / count_ * some.item();
    copy_strided(some, all.mutable_data() + begin * example, some.shape(),
                 dense_strides(some.shape()));
  }
}

}  // namespace wg
