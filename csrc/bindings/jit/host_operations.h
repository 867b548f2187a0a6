/// Rules and foreign functions of Python's as the names of what has them.
#pragma once

#include "bindings/jit/objects.h"
#include "tape/archive/programs.h"

namespace wg::bindings {

class HostOperationWriter final : public HostWriter {
 public:
  explicit HostOperationWriter(ObjectWriter& objects) : objects_(objects) {}
  bool has(const Primitive& primitive) const override;
  /// Fails with DTypeError where the function or the rule has no name.
  void write(const Primitive& primitive, const Payload& payload) override;

 private:
  ObjectWriter& objects_;
};

class HostOperationReader final : public HostReader {
 public:
  explicit HostOperationReader(ObjectReader& objects) : objects_(objects) {}
  const Primitive* find(std::string_view name) const override;
  Ref<Payload> read(const Primitive& primitive, std::size_t operands) override;

 private:
  ObjectReader& objects_;
};

}  // namespace wg::bindings
