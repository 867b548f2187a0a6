#include "tape/plan/timing.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace wg {
namespace {

double nanoseconds(std::chrono::steady_clock::duration passed) {
  return std::chrono::duration<double, std::nano>(passed).count();
}

/// What the clock shows where nothing is done.
double shown_for_nothing() {
  double shortest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 1000; ++i) {
    const auto before = std::chrono::steady_clock::now();
    shortest = std::min(shortest, nanoseconds(std::chrono::steady_clock::now() - before));
  }
  return shortest;
}

}  // namespace

double Timing::total() const {
  return std::accumulate(steps.begin(), steps.end(), binding + locking + filling);
}

double Stopwatch::elapsed() const {
  static const double nothing = shown_for_nothing();
  return std::max(0.0, nanoseconds(Clock::now() - since_) - nothing);
}

}  // namespace wg
