/// Replays of brief programs of numbers and arrays, which are most of what is called many times:
/// what they are given is read where it is, and nothing is made but what they return.
#pragma once

#include "bindings/jit/recording.h"

namespace wg::bindings {

/// Whether calls with such arguments may be replayed so by a path that was replayed before: it
/// neither reads nor stores anything but its arguments and results.
bool can_be_brief(const Signature& signature, const Path& path);

/// What the path gives, or null where it takes the other way to tell: the arguments are no such, an
/// array does not lie in C order, a reading differed, or an operation failed.
PyObject* replayed_briefly(const Signature& signature, const Path& path,
                           const Arguments& arguments);

}  // namespace wg::bindings
