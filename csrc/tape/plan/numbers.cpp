#include "tape/plan/numbers.h"

#include <algorithm>
#include <cstring>

namespace wg {
namespace {

constexpr std::int64_t brought = 256;  // numbers that are brought together for a kernel at a time

/// Operations of one row one after the other.
void one_by_one(const NumberRun::Group& group, std::byte* cells, const std::uint32_t* at,
                std::byte* out) {
  const auto scalar = group.kernel->scalar;
  const bool is_binary = group.code == NumberCode::binary;
  for (std::uint32_t i = 0; i < group.count; ++i, out += cell_bytes) {
    const std::byte* operands[2];
    operands[0] = cells + *at++ * cell_bytes;
    if (is_binary) operands[1] = cells + *at++ * cell_bytes;
    scalar(operands, out);
  }
}

/// The same of independent ones, whose operands are brought together.
void side_by_side(const NumberRun::Group& group, std::byte* cells, const std::uint32_t* at,
                  std::byte* out) {
  alignas(64) std::uint64_t gathered[2][brought];
  const auto* numbers = reinterpret_cast<const std::uint64_t*>(cells);
  const Strided operands[2] = {{reinterpret_cast<const std::byte*>(gathered[0]), 1},
                               {reinterpret_cast<const std::byte*>(gathered[1]), 1}};
  for (std::int64_t left = group.count; left > 0; left -= brought, out += brought * cell_bytes) {
    const std::int64_t n = std::min(left, brought);
    if (group.code == NumberCode::unary) {
      for (std::int64_t i = 0; i < n; ++i) gathered[0][i] = numbers[*at++];
    } else {
      for (std::int64_t i = 0; i < n; ++i, at += 2) {
        gathered[0][i] = numbers[at[0]];
        gathered[1][i] = numbers[at[1]];
      }
    }
    group.kernel->forward(operands, out, n);
  }
}

void select(std::uint32_t count, std::byte* cells, const std::uint32_t* at, std::byte* out) {
  for (std::uint32_t i = 0; i < count; ++i, at += 3, out += cell_bytes) {
    const bool is_first = cells[at[0] * cell_bytes] != std::byte{};
    std::memcpy(out, cells + (is_first ? at[1] : at[2]) * cell_bytes, cell_bytes);
  }
}

void fetch(const NumberRun& run, std::byte* cells, const View* views) {
  const NumberRun::Fetched* next = run.fetched.data();
  for (const NumberRun::Fetch& from : run.fetches) {
    const View& view = views[from.view];
    const NumberRun::Fetched* const end = next + from.count;
    if (view.item() == cell_bytes) {
      for (; next != end; ++next)
        std::memcpy(cells + next->cell * cell_bytes, view.data + next->offset, cell_bytes);
    } else {
      for (; next != end; ++next)
        copy_element(view.dtype, view.data + next->offset, cells + next->cell * cell_bytes);
    }
  }
}

/// Where each group is one operation, what counts them is known: one loop is compiled for each
/// case.
[[gnu::always_inline]] inline void execute_groups(const NumberRun& run, std::byte* memory,
                                                  bool are_single) {
  auto* const cells = reinterpret_cast<double*>(memory);
  const std::uint32_t* at = run.operands.data();
  double* out = cells + run.first;
  for (const NumberRun::Group& group : run.groups) {
    const std::uint32_t count = are_single ? 1 : group.count;
    double* const end = out + count;
    switch (group.code) {
      case NumberCode::add:
        for (; out != end; ++out, at += 2) *out = cells[at[0]] + cells[at[1]];
        break;
      case NumberCode::subtract:
        for (; out != end; ++out, at += 2) *out = cells[at[0]] - cells[at[1]];
        break;
      case NumberCode::multiply:
        for (; out != end; ++out, at += 2) *out = cells[at[0]] * cells[at[1]];
        break;
      case NumberCode::divide:
        for (; out != end; ++out, at += 2) *out = cells[at[0]] / cells[at[1]];
        break;
      case NumberCode::negative:
        for (; out != end; ++out, ++at) *out = -cells[at[0]];
        break;
      case NumberCode::chain:
        for (; out != end; ++out, at += 2) {
          const double t = cells[at[0]], p = cells[at[1]], product = t * p;
          *out = (t == 0) | (p == 0) ? 0.0 : product;
        }
        break;
      case NumberCode::square:
        for (; out != end; ++out, ++at) *out = cells[at[0]] * cells[at[0]];
        break;
      case NumberCode::copy:
        for (; out != end; ++out, ++at) std::memcpy(out, cells + at[0], cell_bytes);
        break;
      case NumberCode::select:
        select(count, memory, at, reinterpret_cast<std::byte*>(out));
        at += 3 * count;
        out = end;
        break;
      case NumberCode::unary:
      case NumberCode::binary: {
        auto* const to = reinterpret_cast<std::byte*>(out);
        if (!are_single && group.is_wide)
          side_by_side(group, memory, at, to);
        else
          one_by_one(group, memory, at, to);
        at += static_cast<std::size_t>(operand_count(group.code)) * count;
        out = end;
        break;
      }
      case NumberCode::store:
        for (std::uint32_t i = 0; i < count; ++i, at += 2)
          std::memcpy(cells + at[1], cells + at[0], cell_bytes);
        break;
    }
  }
}

}  // namespace

void NumberRun::execute(std::byte* memory, const View* views) const {
  fetch(*this, memory, views);
  if (is_short)
    execute_groups(*this, memory, true);
  else
    execute_groups(*this, memory, false);
}

}  // namespace wg
