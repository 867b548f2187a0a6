/// Functions that are computed number by number: the library's own, and what a host offers.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/view.h"

namespace wg {

/// How the address of a function is called. A trailing int is passed as 0, the sign that Cython
/// calls itself.
enum class Convention : std::uint8_t {
  unknown,
  own,             // double(const double* operands)
  own_complex,     // complex(const double* operands, complex last)
  real,            // double(double, ..., int)
  complex,         // complex(double, ..., complex, int)
  integer,         // only of_integer
  optional,        // double(Py_ssize_t, double, int, pointer), the pointer to arguments by default
  several,         // void(double, ..., double*, ...)
  several_complex  // void(double, ..., complex, complex*, ...)
};

struct PointFunction {
  const void* address = nullptr;
  Convention convention = Convention::unknown;
  int arity = 0;
  int outputs = 1;  // of which `output` is wanted
  int output = 0;
  const void* of_integer = nullptr;  // the same with a Py_ssize_t in the first place, if there is
};

/// The library's own function of this name; without an address if it has none.
PointFunction own_point_function(std::string_view name, int arity, bool is_complex);

/// The values of a function of operands that broadcast to the shape of `y`, which is dense: of
/// doubles, and a complex last one for a function of such, into `y` of either precision.
void evaluate_points(const PointFunction& function, std::span<const View> x, const View& y);

}  // namespace wg
