#include <algorithm>
#include <atomic>

#include "graph/node.h"

namespace wg {
namespace {

// Threads claim numbers in advance, so that few operations touch what they share, and no two nodes
// have the same.
constexpr std::uint64_t claimed_at_once = 1 << 12;
std::atomic<std::uint64_t> newest_claim{0};

}  // namespace

thread_local constinit ThreadState this_thread{};

std::uint64_t claim_sequence(std::uint64_t number) {
  std::uint64_t before = newest_claim.load(), after;
  do {
    after = std::max(before, number) + claimed_at_once;
  } while (!newest_claim.compare_exchange_weak(before, after));
  this_thread.claimed_sequence = after;
  this_thread.others_sequence = before;
  return std::max(before, number);
}

std::uint64_t sequence_of_now() {
  const std::uint64_t newest = newest_claim.load();
  const bool is_own = newest == this_thread.claimed_sequence;
  return this_thread.last_sequence =
             std::max(this_thread.last_sequence, is_own ? this_thread.others_sequence : newest);
}

}  // namespace wg
