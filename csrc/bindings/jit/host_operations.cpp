#include "bindings/jit/host_operations.h"

#include "bindings/custom_rule.h"
#include "bindings/host_call.h"
#include "primitives/custom.h"

namespace wg::bindings {

bool HostOperationWriter::has(const Primitive& primitive) const {
  return &primitive == &custom_primitive() || &primitive == &host_primitive();
}

void HostOperationWriter::write(const Primitive& primitive, const Payload& payload) {
  if (&primitive == &custom_primitive()) return write_rule(payload, objects_);
  write_host_call(payload, objects_);
}

const Primitive* HostOperationReader::find(std::string_view name) const {
  if (name == custom_primitive().name) return &custom_primitive();
  return name == host_primitive().name ? &host_primitive() : nullptr;
}

Ref<Payload> HostOperationReader::read(const Primitive& primitive, std::size_t operands) {
  if (&primitive == &custom_primitive()) return read_rule(objects_, operands);
  return read_host_call(objects_, operands);
}

}  // namespace wg::bindings
