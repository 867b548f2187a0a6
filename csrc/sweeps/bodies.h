/// The programs within an operation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/program.h"

namespace wg {

/// A program that an operation runs, of one lane, and what it is to that.
struct OperationBody {
  std::string role;
  std::shared_ptr<const Program> program;
};

/// Those of a call, a loop or a branch; of any other there are none.
std::vector<OperationBody> bodies_of(const Instruction& instruction);

}  // namespace wg
