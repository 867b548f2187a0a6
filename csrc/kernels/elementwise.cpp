#include "kernels/elementwise.h"

#include "core/broadcast.h"
#include "core/host.h"
#include "core/strided_loop.h"
#include "core/threads.h"
#include "kernels/convert.h"

namespace wg {
namespace {

constexpr std::int64_t grain = 32'768;  // elements a thread takes at a time

/// Operands of one kernel call, all of one dtype.
struct Prepared {
  Array converted[4];
  const Array* arrays[4];
  int count = 0;

  Prepared(std::span<const Array* const> operands, DType dtype) {
    for (const Array* operand : operands) {
      if (operand->dtype() == dtype || operand->is_abstract()) {
        arrays[count] = operand;
      } else {
        converted[count] = convert(*operand, dtype);
        arrays[count] = &converted[count];
      }
      ++count;
    }
  }
};

const std::byte* at(const Array& array, std::int64_t offset, std::int64_t size) {
  return array.is_abstract() ? nullptr : array.data() + offset * size;
}

/// Calls `run(operands, position, n)` along the runs of a dense result, in parallel if it is large.
template <class Run>
void for_each_run(const Prepared& prepared, std::int64_t item, const Layout& out, const Run& run) {
  const std::int64_t n = out.size();
  bool is_flat = true;
  for (int k = 0; k < prepared.count; ++k) {
    const Array& x = *prepared.arrays[k];
    is_flat &= x.is_abstract() || x.size() == 1 || (x.size() == n && x.is_dense());
  }
  const Unlocked unlocked(n);
  if (is_flat) {
    Strided operands[4];
    for (int k = 0; k < prepared.count; ++k) {
      const Array& x = *prepared.arrays[k];
      operands[k] = {at(x, 0, item), x.size() == 1 && n != 1 ? 0 : 1};
    }
    if (n <= 2 * grain) return run(operands, 0, n);
    threads::parallel_for(n, grain, [&](std::int64_t begin, std::int64_t end) {
      Strided piece[4];
      for (int k = 0; k < prepared.count; ++k) {
        piece[k] = {operands[k].data ? operands[k].data + begin * operands[k].step * item : nullptr,
                    operands[k].step};
      }
      run(piece, begin, end - begin);
    });
    return;
  }
  std::array<Dims, 5> strides;
  for (int k = 0; k < 4; ++k) {
    const bool is_read = k < prepared.count && !prepared.arrays[k]->is_abstract();
    strides[static_cast<std::size_t>(k)] =
        is_read ? broadcast_strides(prepared.arrays[k]->layout(), out.shape())
                : Dims(out.ndim(), 0);
  }
  strides[4] = dense_strides(out.shape());
  const StridedLoop<5> loop(out.shape(), strides);
  loop.for_each_run([&](const auto& offsets, std::int64_t length) {
    Strided operands[4];
    for (int k = 0; k < prepared.count; ++k) {
      operands[k] = {at(*prepared.arrays[k], offsets[static_cast<std::size_t>(k)], item),
                     loop.step(k)};
    }
    run(operands, offsets[4], length);
  });
}

}  // namespace

Array evaluate_elementwise(const Kernel& kernel, std::span<const Array* const> operands,
                           DType dtype, DType out_dtype, const Ref<Layout>& shape) {
  const Prepared prepared(operands, dtype);
  Array out = Array::empty(out_dtype, shape);
  std::byte* target = out.mutable_data();
  const auto out_item = static_cast<std::int64_t>(item_size(out_dtype));
  if (out.is_scalar()) {
    const std::byte* elements[4];
    for (int k = 0; k < prepared.count; ++k) elements[k] = prepared.arrays[k]->data();
    kernel.scalar(elements, target);
    return out;
  }
  for_each_run(prepared, static_cast<std::int64_t>(item_size(dtype)), out.layout(),
               [&](const Strided* run, std::int64_t position, std::int64_t n) {
                 kernel.forward(run, target + position * out_item, n);
               });
  return out;
}

void evaluate_elementwise_into(const Kernel& kernel, std::span<const Array* const> operands,
                               Array& out) {
  const Prepared prepared(operands, out.dtype());
  const auto item = static_cast<std::int64_t>(item_size(out.dtype()));
  std::byte* target = out.mutable_data();
  for_each_run(prepared, item, out.layout(),
               [&](const Strided* run, std::int64_t position, std::int64_t n) {
                 kernel.forward(run, target + position * item, n);
               });
}

void adjoint_elementwise(const Kernel& kernel, int arity, int operand,
                         std::span<const Array* const> operands_and_output, const Array& ct,
                         Array& sum) {
  const DType dtype = ct.dtype();
  const Array* all[4] = {};
  for (int k = 0; k <= arity; ++k) all[k] = operands_and_output[static_cast<std::size_t>(k)];
  all[arity + 1] = &ct;
  const Prepared prepared(std::span(all, static_cast<std::size_t>(arity + 2)), dtype);
  const bool accumulate = sum.is_defined();
  if (!accumulate) {
    sum = ct.is_scalar()  ? Array::empty(dtype, nullptr)
          : ct.is_dense() ? Array::empty(dtype, ct.layout_reference())
                          : Array::empty(dtype, ct.shape());
  }
  const auto item = static_cast<std::int64_t>(item_size(dtype));
  std::byte* target = sum.mutable_data();
  const auto loop = kernel.adjoint[operand];
  for_each_run(prepared, item, sum.layout(),
               [&](const Strided* run, std::int64_t position, std::int64_t n) {
                 loop(run, target + position * item, n, accumulate);
               });
}

}  // namespace wg
