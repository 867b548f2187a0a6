/// Picks the kernels once, for this CPU or for the level named in WENGERT_ISA.
#include "kernels/table.h"

#include <cstdlib>
#include <memory>
#include <string>

#include "core/error.h"
#include "formulas/all.h"
#include "kernels/levels.h"

namespace wg {
namespace {

// The same levels as the -march flags in cmake/kernels.cmake, so no instruction goes unchecked.
bool runs_here(std::string_view level) {
#if defined(__x86_64__)
  if (level == "avx512") return __builtin_cpu_supports("x86-64-v4");
  if (level == "avx2") return __builtin_cpu_supports("x86-64-v3");
#endif
  return true;
}

const Level& choose() {
  const char* wanted = std::getenv("WENGERT_ISA");
  const Level* best = nullptr;
  std::string names;
  for (const Level& level : levels()) {
    if (!runs_here(level.name)) continue;
    names += (names.empty() ? "" : ", ") + std::string(level.name);
    if (!wanted || !*wanted || level.name == wanted) best = &level;
  }
  if (!best) {
    fail<EnvironmentError>("WENGERT_ISA: '", wanted ? wanted : "",
                           "' was given; this machine runs ", names.empty() ? "none" : names);
  }
  return *best;
}

struct Table {
  const Level& level = choose();
  Kernel rows[AllFormulas::size][dtype_count];
  Table() { level.fill(rows); }
};

const Table& table() {
  static const Table instance;
  return instance;
}

}  // namespace

const Kernel& elementwise_kernel(int formula, DType dtype) {
  return table().rows[formula][index(dtype)];
}

std::string_view isa_level() { return table().level.name; }

}  // namespace wg
