#include "bindings/plans.h"

namespace wg::bindings {
namespace {

constexpr const char* plans_capsule = "wengert.plans";

}  // namespace

PyObject* make_plans(PyObject*, PyObject*) {
  return guarded([] {
    return checked(PyCapsule_New(new Plans, plans_capsule, [](PyObject* capsule) {
      delete static_cast<Plans*>(PyCapsule_GetPointer(capsule, plans_capsule));
    }));
  });
}

Plans& plans_of(PyObject* object) {
  auto* plans = static_cast<Plans*>(PyCapsule_GetPointer(object, plans_capsule));
  if (!plans) throw PythonError();
  return *plans;
}

}  // namespace wg::bindings
