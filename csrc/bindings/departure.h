/// Values that leave the record, as a person is told of them.
#pragma once

#include "bindings/guard.h"
#include "graph/departures.h"

namespace wg::bindings {

/// The user calls this method of a Tensor, whose value then is a constant to every derivative.
void note_departure(const Tensor& tensor, const char* by);

/// Warns that a transform gives zeros because of it.
void warn_of_zero(const char* transform, const Departure& departure);

void add_departures(PyObject* module);

}  // namespace wg::bindings
