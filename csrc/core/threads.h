/// The library's own pool of threads. It survives fork and is joined at exit.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

namespace wg::threads {

/// The work on a piece [begin, end), by the thread of this number. It refers to what it was made
/// of, so that no call allocates.
class Work {
 public:
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, Work>)
  Work(const F& work)
      : work_(std::addressof(work)),
        call_([](const void* to, std::int64_t begin, std::int64_t end, int thread) {
          const F& own = *static_cast<const F*>(to);
          if constexpr (std::is_invocable_v<const F&, std::int64_t, std::int64_t, int>)
            own(begin, end, thread);
          else
            own(begin, end);
        }) {}
  void operator()(std::int64_t begin, std::int64_t end, int thread) const {
    call_(work_, begin, end, thread);
  }

 private:
  const void* work_;
  void (*call_)(const void*, std::int64_t, std::int64_t, int);
};

/// Threads that work on one call: WENGERT_NUM_THREADS, or the processors this process may use.
int count();
void set_count(int count);

/// Calls `work(begin, end)` for pieces of [0, n) of `grain` elements each, the last one shorter.
/// How [0, n) is cut depends on `grain` alone, so results do not depend on the number of threads.
void parallel_for(std::int64_t n, std::int64_t grain, Work work);

/// The same by `most` threads at most, each with a number of its own below that: for work that
/// needs memory by thread.
void parallel_for(std::int64_t n, std::int64_t grain, int most, Work work);

/// Ends and joins the workers; a later call starts them again.
void join();

}  // namespace wg::threads
