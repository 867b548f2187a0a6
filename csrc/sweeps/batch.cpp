#include "sweeps/batch.h"

#include "sweeps/order.h"
#include "sweeps/replay.h"

namespace wg {

std::vector<Tensor> batch_sweep(std::span<const Tensor> ends, std::span<const Ref<Node>> leaves,
                                std::span<const Tensor> values) {
  const Order order(nodes_of(ends), nodes_of(leaves), Passes::everything);
  Replay replay(order, ends);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    Tensor batch = values[i];
    batch.value.set_batched(true);
    replay.set(*leaves[i], std::move(batch));
  }
  Eager examples;
  Batch batch(examples);
  replay.run(batch);
  std::vector<Tensor> results;
  for (const Tensor& end : ends) results.push_back(replay.result(end));
  return results;
}

}  // namespace wg
