/// Derivatives that are stated in Python.
#pragma once

#include "bindings/guard.h"
#include "graph/payload.h"

namespace wg::bindings {

class ObjectWriter;
class ObjectReader;

/// What a node of `custom_primitive` owns, by the name of the function that states the rule.
void write_rule(const Payload& payload, ObjectWriter& out);
/// For so many operands.
Ref<Payload> read_rule(ObjectReader& in, std::size_t operands);

void add_custom_rules(PyObject* module);

}  // namespace wg::bindings
