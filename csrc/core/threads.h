/// The library's own pool of threads. It survives fork and is joined at exit.
#pragma once

#include <cstdint>
#include <functional>

namespace wg::threads {

/// Threads that work on one call: WENGERT_NUM_THREADS, or the processors this process may use.
int count();
void set_count(int count);

/// Calls `work(begin, end)` for pieces of [0, n) of `grain` elements each, the last one shorter.
/// How [0, n) is cut depends on `grain` alone, so results do not depend on the number of threads.
void parallel_for(std::int64_t n, std::int64_t grain,
                  const std::function<void(std::int64_t, std::int64_t)>& work);

/// The same by `most` threads at most, each with a number of its own below that: for work that
/// needs memory by thread.
void parallel_for(std::int64_t n, std::int64_t grain, int most,
                  const std::function<void(std::int64_t, std::int64_t, int)>& work);

/// Ends and joins the workers; a later call starts them again.
void join();

}  // namespace wg::threads
