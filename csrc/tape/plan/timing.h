/// What the parts of one evaluation of a plan took.
#pragma once

#include <chrono>
#include <vector>

namespace wg {

/// In nanoseconds.
struct Timing {
  std::vector<double> steps;
  double binding = 0;  // memory for results, and where inputs lie
  double locking = 0;  // the host's lock given up and taken again, and a look for interrupts
  double filling = 0;  // results that are copied

  double total() const;
};

/// Takes its own part out of what it measures.
class Stopwatch {
 public:
  /// Nanoseconds since it was made, or since the last lap.
  double elapsed() const;
  double lap() {
    const double passed = elapsed();
    since_ = Clock::now();
    return passed;
  }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point since_ = Clock::now();
};

}  // namespace wg
