#include "core/threads.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"

#if defined(__linux__)
#include <sched.h>
#endif

namespace wg::threads {
namespace {

int available_processors() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(CPU_COUNT(&set), 1);
#endif
  return std::max(static_cast<int>(std::thread::hardware_concurrency()), 1);
}

int initial_count() {
  const char* wanted = std::getenv("WENGERT_NUM_THREADS");
  if (!wanted || !*wanted) return available_processors();
  char* end = nullptr;
  const long count = std::strtol(wanted, &end, 10);
  if (*end != '\0' || count < 1 || count > 1024) {
    fail<EnvironmentError>("WENGERT_NUM_THREADS: '", wanted,
                           "' was given; a whole number from 1 to 1024 is needed");
  }
  return static_cast<int>(count);
}

/// One call of parallel_for: pieces are taken by whoever is free.
struct Job {
  Work work;
  std::int64_t n, grain, pieces;
  std::atomic<std::int64_t> next{0};
  std::atomic<int> helpers{0};
  int joined = 0;  // helpers that came, gone or not; the pool's lock guards it
  std::exception_ptr error;
  std::mutex error_mutex;

  /// The caller has the number 0.
  void take_pieces(int number = 0) {
    for (std::int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < pieces;) {
      try {
        work(i * grain, std::min(n, (i + 1) * grain), number);
      } catch (...) {
        const std::lock_guard lock(error_mutex);
        if (!error) error = std::current_exception();
      }
    }
  }
};

class Pool {
 public:
  /// False when another thread's call has the pool, or it was joined: the caller works alone.
  bool run(Job& job, int workers) {
    const std::unique_lock busy(busy_, std::try_to_lock);
    if (!busy.owns_lock() || ends_) return false;
    {
      const std::lock_guard lock(mutex_);
      while (static_cast<int>(threads_.size()) < workers)
        threads_.emplace_back([this] { serve(); });
      job_ = &job;
      wanted_ = workers;
      ++generation_;
    }
    wake_.notify_all();
    job.take_pieces();
    std::unique_lock lock(mutex_);
    wanted_ = 0;
    job_ = nullptr;
    idle_.wait(lock, [&] { return job.helpers == 0; });
    return true;
  }

  /// For good: other threads may be at work when the process ends, and go on alone.
  void join() {
    const std::lock_guard busy(busy_);
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void serve() {
    std::unique_lock lock(mutex_);
    std::uint64_t seen = 0;
    while (true) {
      wake_.wait(lock, [&] { return ends_ || (wanted_ > 0 && generation_ != seen); });
      if (ends_) return;
      seen = generation_;
      --wanted_;
      Job& job = *job_;
      ++job.helpers;
      const int number = ++job.joined;
      lock.unlock();
      job.take_pieces(number);
      lock.lock();
      if (--job.helpers == 0) idle_.notify_all();
    }
  }

  std::mutex busy_, mutex_;
  std::condition_variable wake_, idle_;
  std::vector<std::thread> threads_;
  Job* job_ = nullptr;
  int wanted_ = 0;
  std::uint64_t generation_ = 0;
  bool ends_ = false;
};

/// A forked child has none of the threads; it starts with a pool of its own.
struct Holder {
  Pool* pool = new Pool;
  std::atomic<int> count{initial_count()};
  Holder() {
    pthread_atfork(nullptr, nullptr, [] { holder().pool = new Pool; });
  }
  static Holder& holder() {
    static Holder instance;
    return instance;
  }
};

thread_local bool is_inside = false;

}  // namespace

int count() { return Holder::holder().count; }

void set_count(int count) {
  if (count < 1 || count > 1024) {
    fail<ShapeError>("set_num_threads: ", count, " was given; a number from 1 to 1024 is needed");
  }
  Holder::holder().count = count;
}

void parallel_for(std::int64_t n, std::int64_t grain, Work work) {
  parallel_for(n, grain, INT_MAX, work);
}

void parallel_for(std::int64_t n, std::int64_t grain, int most, Work work) {
  if (n <= 0) return;
  Job job{work, n, grain, (n + grain - 1) / grain, {}, {}, {}, {}, {}};
  const int at_once = std::min<int>(Holder::holder().count, most);
  const int workers = static_cast<int>(std::min<std::int64_t>(at_once, job.pieces)) - 1;
  if (workers > 0 && !is_inside) {
    is_inside = true;
    const bool ran = Holder::holder().pool->run(job, workers);
    is_inside = false;
    if (!ran) job.take_pieces();
  } else {
    job.take_pieces();
  }
  if (job.error) std::rethrow_exception(job.error);
}

void join() { Holder::holder().pool->join(); }

}  // namespace wg::threads
