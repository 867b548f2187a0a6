/// From a program to what a plan does for inputs that lie in one way.
#pragma once

#include "tape/plan/steps.h"

namespace wg {

/// Layouts are those of the inputs; null for numbers.
Steps steps_of(const Program& program, std::vector<Ref<Layout>> inputs);

}  // namespace wg
