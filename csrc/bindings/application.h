/// What a call of a primitive by its name applies it to.
#pragma once

#include "bindings/operands.h"

namespace wg::bindings {

struct Application {
  std::vector<Tensor> operands;
  Ref<Payload> payload;
};

/// Operands first (a sequence of them where any number is allowed), then the parameters in order.
Application read_application(const Primitive& primitive, PyObject* const* args, Py_ssize_t count);

}  // namespace wg::bindings
