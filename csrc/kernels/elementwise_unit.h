/// What a kernel unit needs before its formulas: the table, the standard library, and nothing whose
/// inline functions could be shared with another ISA level.
#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "formulas/chain.h"
#include "formulas/intrinsics.h"
#include "formulas/probe.h"
#include "kernels/table.h"
