/// Elements that are no numbers to go on with, and how a person is told of them.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "bindings/origin.h"
#include "core/array.h"
#include "graph/primitive.h"

namespace wg::bindings {

/// An element and where it is.
struct Found {
  std::string value;
  Dims index;
};

std::ostream& operator<<(std::ostream& out, const Found& found);

/// The first NaN, or infinity if these count.
std::optional<Found> find_bad(const Array& array, bool infinities);

/// The end of the sentence: where the operation stands.
std::string place(const Primitive& primitive, const Origin& origin);

}  // namespace wg::bindings
