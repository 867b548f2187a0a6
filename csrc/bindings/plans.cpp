#include "bindings/plans.h"

#include <algorithm>

#include "sweeps/fingerprint.h"

namespace wg::bindings {
namespace {

constexpr std::size_t most_plans = 8;
constexpr const char* capsule_name = "wengert.plans";

}  // namespace

Table<std::int64_t> Plans::recording_of(const Order& order, const JacobianCall& call) {
  return fingerprint(order, call.outputs(), call.leaves());
}

const Plans::Plan* Plans::find(const Table<std::int64_t>& recording) {
  const auto at = std::ranges::find(all_, recording, &Plan::recording);
  if (at == all_.end()) return nullptr;
  std::rotate(all_.begin(), at, at + 1);
  return &all_.front();
}

void Plans::keep(Table<std::int64_t> recording, std::shared_ptr<const Compression> compression) {
  if (all_.size() == most_plans) all_.pop_back();
  all_.insert(all_.begin(), {std::move(recording), std::move(compression)});
}

Order order_of(const JacobianCall& call, Passes passes) {
  return Order(nodes_of(call.outputs()), nodes_of(call.leaves()), passes);
}

PyObject* make_plans(PyObject*, PyObject*) {
  return guarded([] {
    return checked(PyCapsule_New(new Plans, capsule_name, [](PyObject* capsule) {
      delete static_cast<Plans*>(PyCapsule_GetPointer(capsule, capsule_name));
    }));
  });
}

Plans& plans_of(PyObject* object) {
  auto* plans = static_cast<Plans*>(PyCapsule_GetPointer(object, capsule_name));
  if (!plans) throw PythonError();
  return *plans;
}

}  // namespace wg::bindings
