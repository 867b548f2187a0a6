/// Which seeds a Jacobian takes, kept from one call of a function to the next.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sweeps/compression.h"

namespace wg {

/// What was planned for the programs that a function recorded before, the last used in front.
class Plans {
 public:
  /// The plan for recordings like this one, made by `make` if there is none. Null where it found
  /// that seeds are not worth sharing.
  std::shared_ptr<const Compression> planned(
      std::span<const Tensor> outputs, std::span<const Ref<Node>> leaves,
      const std::function<std::optional<Compression>()>& make);

 private:
  struct Plan {
    Table<std::int64_t> program;
    std::shared_ptr<const Compression> compression;
  };
  static Table<std::int64_t> words_of(std::span<const Tensor> outputs,
                                      std::span<const Ref<Node>> leaves);
  const Plan* find(const Table<std::int64_t>& program);
  void keep(Table<std::int64_t> program, std::shared_ptr<const Compression> compression);

  std::vector<Plan> all_;
};

}  // namespace wg
