/// Functions of numbers that the program around the core offers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wg {

/// One by its address and its signature in C: the result and then the operands, a letter each.
/// d double, c complex double, i std::ptrdiff_t, v nothing, s an int that is passed as 0, o a
/// pointer to optional arguments, ? anything else; and * after what is pointed to.
struct HostFunction {
  const void* address;
  std::string signature;
};

/// Gives the functions of a name, one for each kind of operands; throws if the host lacks the
/// library that has them.
using FindFunctions = std::vector<HostFunction> (*)(std::string_view name);

/// Set once, when the bindings load.
FindFunctions& find_host_functions();

}  // namespace wg
