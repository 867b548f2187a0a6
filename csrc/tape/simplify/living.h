/// Dead code: instructions whose results nobody uses, and constants.
#pragma once

#include "graph/program.h"

namespace wg::simplify {

/// The program without them, its slots numbered anew, and its uses counted. What may fail stays, in
/// its place among readings: that it does not fail is what the program was recorded under.
Program living(Program program);

}  // namespace wg::simplify
