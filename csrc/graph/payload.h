/// What a node owns beside its operands: parameters, a gradient, an object of the host language.
#pragma once

#include "core/reference.h"

namespace wg {

class Payload : public Counted {
 public:
  Payload() = default;
  Payload(const Payload&) = delete;
  Payload& operator=(const Payload&) = delete;
  virtual ~Payload() = default;
  static void release(Payload* payload) noexcept {
    if (payload->drop()) delete payload;
  }
};

}  // namespace wg
