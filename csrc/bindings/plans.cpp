#include "bindings/plans.h"

namespace wg::bindings {
namespace {

constexpr const char* capsule_name = "wengert.plans";

}  // namespace

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
