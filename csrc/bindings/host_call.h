/// A function of foreign code as an operation of a recording, called again wherever that is
/// evaluated again.
#pragma once

#include "bindings/guard.h"
#include "graph/primitive.h"

namespace wg::bindings {

class ObjectWriter;
class ObjectReader;

const Primitive& host_primitive();

/// What a node of it owns, by the name of what calls the foreign function.
void write_host_call(const Payload& payload, ObjectWriter& out);
/// For so many operands.
Ref<Payload> read_host_call(ObjectReader& in, std::size_t operands);

void add_host_calls(PyObject* module);

}  // namespace wg::bindings
