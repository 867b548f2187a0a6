/// Which seeds a Jacobian takes, kept from one call of a function to the next.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "bindings/jacobian_call.h"
#include "sweeps/compression.h"
#include "sweeps/order.h"

namespace wg::bindings {

/// What was planned for the recordings that a function made before, the last used in front.
class Plans {
 public:
  /// The plan for recordings like this one, made by `make` if there is none. Null where it found
  /// that seeds are not worth sharing.
  template <class Make>
  std::shared_ptr<const Compression> planned(const Order& order, const JacobianCall& call,
                                             Make make) {
    Table<std::int64_t> recording = recording_of(order, call);
    if (const Plan* plan = find(recording)) return plan->compression;
    std::shared_ptr<const Compression> compression;
    if (std::optional<Compression> made = make()) {
      compression = std::make_shared<const Compression>(std::move(*made));
    }
    keep(std::move(recording), compression);
    return compression;
  }

 private:
  struct Plan {
    Table<std::int64_t> recording;
    std::shared_ptr<const Compression> compression;
  };
  static Table<std::int64_t> recording_of(const Order& order, const JacobianCall& call);
  const Plan* find(const Table<std::int64_t>& recording);
  void keep(Table<std::int64_t> recording, std::shared_ptr<const Compression> compression);

  std::vector<Plan> all_;
};

/// The nodes between a call's leaves and its outputs.
Order order_of(const JacobianCall& call, Passes passes);

/// plans(): a Python object that holds Plans.
PyObject* make_plans(PyObject*, PyObject*);
Plans& plans_of(PyObject* object);

}  // namespace wg::bindings
