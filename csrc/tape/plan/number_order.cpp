#include "tape/plan/number_order.h"

#include <vector>

namespace wg {
namespace {

constexpr std::size_t few_operations = 16;  // operations that stay as they are
constexpr std::uint32_t wide = 8;           // operations that are worth bringing together

/// Who reads the results of whom.
struct Readers {
  Table<std::uint32_t> first, readers, waiting;

  Readers(const Table<NumberOperation>& operations, std::span<const NumberKind> kinds)
      : first(operations.size() + 2, 0), waiting(operations.size(), 0) {
    const auto for_each = [&](const auto& visit) {
      for (std::uint32_t i = 0; i < operations.size(); ++i) {
        const int count = operand_count(kinds[operations[i].kind].code);
        for (int k = 0; k < count; ++k) {
          const Source x = operations[i].operand(k);
          if (x.kind == Source::Kind::operation) visit(x.index, i);
        }
      }
    };
    for_each([&](std::uint32_t x, std::uint32_t y) {
      ++first[x + 2];
      ++waiting[y];
    });
    for (std::size_t i = 2; i < first.size(); ++i) first[i] += first[i - 1];
    readers.resize(first.back());
    // What stands behind a number is where the next of its readers goes, and in the end where those
    // of the number behind it begin.
    for_each([&](std::uint32_t x, std::uint32_t y) { readers[first[x + 1]++] = y; });
  }
};

struct Queue {
  Table<std::uint32_t> ready;
  std::size_t next = 0;
  std::size_t size() const { return ready.size() - next; }
};

NumberRun::Group group_of(const NumberKind& kind, std::uint32_t count, bool is_apart) {
  return {kind.code, is_apart && kind.can_be_wide && count >= wide, count, kind.kernel};
}

NumberOrder as_they_are(const Table<NumberOperation>& operations,
                        std::span<const NumberKind> kinds) {
  NumberOrder order;
  for (std::uint32_t i = 0; i < operations.size(); ++i) {
    order.operations.push_back(i);
    order.groups.push_back(group_of(kinds[operations[i].kind], 1, false));
  }
  return order;
}

}  // namespace

NumberOrder ordered(const Table<NumberOperation>& operations, std::span<const NumberKind> kinds) {
  if (operations.size() < few_operations) return as_they_are(operations, kinds);
  Readers readers(operations, kinds);
  std::vector<Queue> queues(kinds.size());
  for (std::uint32_t i = 0; i < operations.size(); ++i) {
    if (readers.waiting[i] == 0) queues[operations[i].kind].ready.push_back(i);
  }
  NumberOrder order;
  order.operations.reserve(operations.size());
  while (order.operations.size() < operations.size()) {
    Queue* most = queues.data();
    for (Queue& queue : queues) {
      if (queue.size() > most->size()) most = &queue;
    }
    const std::size_t begin = order.operations.size();
    const NumberKind& kind = kinds[operations[most->ready[most->next]].kind];
    // What is called for many at once must not wait for one of them.
    const std::size_t end = kind.kernel ? most->ready.size() : SIZE_MAX;
    while (most->next < most->ready.size() && most->next < end) {
      const std::uint32_t i = most->ready[most->next++];
      order.operations.push_back(i);
      for (std::uint32_t k = readers.first[i]; k < readers.first[i + 1]; ++k) {
        const std::uint32_t reader = readers.readers[k];
        if (--readers.waiting[reader] == 0) queues[operations[reader].kind].ready.push_back(reader);
      }
    }
    const auto count = static_cast<std::uint32_t>(order.operations.size() - begin);
    order.groups.push_back(group_of(kind, count, true));
    if (most->size() == 0) {
      most->ready.clear();
      most->next = 0;
    }
  }
  return order;
}

}  // namespace wg
