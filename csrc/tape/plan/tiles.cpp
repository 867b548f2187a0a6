#include "tape/plan/tiles.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "core/copy.h"
#include "core/layout.h"
#include "core/threads.h"
#include "kernels/extremum.h"
#include "kernels/gather_rows.h"

namespace wg {
namespace {

constexpr std::int64_t enough = 32'768;  // elements that a thread takes at a time

}  // namespace

std::int64_t TileRun::count() const { return element_count(shape); }

std::int64_t TileRun::piece_count() const {
  std::int64_t n = pieces_in_axis();
  for (int axis = 0; axis < cut; ++axis) n *= shape[axis];
  return n;
}

std::int64_t TileRun::grain() const {
  return std::max<std::int64_t>(1, enough / (piece_rows * inner));
}

int TileRun::most_threads() const {
  constexpr std::int64_t most = 16;
  if (is_in_order || count() <= 2 * enough) return 1;
  return static_cast<int>(std::min(most, (piece_count() + grain() - 1) / grain()));
}

/// A thread with its memory: first where arrays are at a tile, then copies and tiles.
class TileRun::Worker {
 public:
  Worker(const TileRun& run, const View* views, std::byte* shared, std::byte* own)
      : run_(run), views_(views), shared_(shared), own_(own) {
    const std::size_t n = run.arrays.size();
    at_ = reinterpret_cast<std::byte**>(own);
    copied_from_ = at_ + n;
    copied_rows_ = reinterpret_cast<std::int64_t*>(copied_from_ + n);
    tiles_ = own + run.thread_bytes - run.tiles * run.tile_bytes;
    std::memset(own, 0, n * 3 * sizeof(std::byte*));
    for (const Operation& operation : run.operations) {
      if (operation.kind == Kind::all)
        *reinterpret_cast<Stream*>(own + operation.stream) = Stream();
    }
  }

  void piece(std::int64_t number) {
    const int cut = run_.cut;
    const std::int64_t in_axis = run_.pieces_in_axis();
    const std::int64_t begin = number % in_axis * run_.piece_rows;
    std::int64_t outer = number / in_axis;
    position_ = (outer * run_.shape[cut] + begin) * run_.inner;
    for (std::size_t k = 0; k < run_.arrays.size(); ++k) {
      const Array& array = run_.arrays[k];
      at_[k] = views_[array.view].data + begin * array.steps[cut];
    }
    for (int axis = cut - 1; axis >= 0; --axis) {
      const std::int64_t i = outer % run_.shape[axis];
      outer /= run_.shape[axis];
      for (std::size_t k = 0; k < run_.arrays.size(); ++k) at_[k] += i * run_.arrays[k].steps[axis];
    }
    const std::int64_t end = std::min(begin + run_.piece_rows, run_.shape[cut]);
    for (std::int64_t row = begin; row < end; row += run_.rows) {
      const std::int64_t n = std::min(run_.rows, end - row);
      tile(number, row == begin, n);
      for (std::size_t k = 0; k < run_.arrays.size(); ++k) at_[k] += n * run_.arrays[k].steps[cut];
      position_ += n * run_.inner;
    }
    if (!run_.is_in_order || number + 1 == run_.piece_count()) finish_blocks();
  }

 private:
  struct Stream {
    std::int64_t count = 0;  // elements behind it
    std::int64_t block = 0;  // the number of the next one
  };

  std::byte* at(const Operand& operand) const {
    if (operand.is_tile) return tiles_ + operand.number * run_.tile_bytes;
    const Array& array = run_.arrays[operand.number];
    return array.is_copied ? own_ + array.buffer : at_[operand.number];
  }
  Strided strided(const Operand& operand) const { return {at(operand), operand.step}; }

  void copy(std::size_t k, std::int64_t n) {
    const Array& array = run_.arrays[k];
    if (copied_from_[k] == at_[k] && copied_rows_[k] >= n) return;
    copied_from_[k] = at_[k];
    copied_rows_[k] = n;
    const std::int64_t step = array.steps[run_.cut], inner = run_.inner;
    std::byte* const to = own_ + array.buffer;
    if (inner == 1 || array.is_repeated) return repeat(array.item, at_[k], step, n, inner, to);
    if (!array.places.empty())
      return kernels::gather_rows(array.item, at_[k], step, n, array.places, to);
    const std::int64_t bytes = inner * array.item;
    for (std::int64_t i = 0; i < n; ++i)
      std::memcpy(to + i * bytes, at_[k] + i * step, static_cast<std::size_t>(bytes));
  }

  void copy_out(std::size_t k, std::int64_t rows) const {
    const Array& array = run_.arrays[k];
    const std::int64_t step = array.steps[run_.cut], bytes = run_.inner * array.item;
    const std::byte* const from = own_ + array.buffer;
    for (std::int64_t i = 0; i < rows; ++i)
      std::memcpy(at_[k] + i * step, from + i * bytes, static_cast<std::size_t>(bytes));
  }

  void tile(std::int64_t piece, bool is_first, std::int64_t rows) {
    for (std::size_t k = 0; k < run_.arrays.size(); ++k) {
      if (run_.arrays[k].is_copied && !run_.arrays[k].is_made) copy(k, rows);
    }
    compute(piece, is_first, rows);
    for (std::size_t k = 0; k < run_.arrays.size(); ++k) {
      if (run_.arrays[k].is_copied && run_.arrays[k].is_made) copy_out(k, rows);
    }
  }

  void compute(std::int64_t piece, bool is_first, std::int64_t rows) {
    const std::int64_t inner = run_.inner;
    for (const Operation& operation : run_.operations) {
      const std::int64_t n = operation.is_of_rows ? rows : rows * inner;
      const Operand& x = operation.operands[0];
      switch (operation.kind) {
        case Kind::formula: {
          const bool is_binary = operation.operand_count == 2;
          const Strided both[2] = {strided(x),
                                   is_binary ? strided(operation.operands[1]) : Strided()};
          operation.forward(both, at(operation.result), n);
          break;
        }
        case Kind::select:
          operation.select(strided(x), strided(operation.operands[1]),
                           strided(operation.operands[2]), at(operation.result), n);
          break;
        case Kind::spread:
          repeat(operation.item, at(x), operation.item, rows, inner, at(operation.result));
          break;
        case Kind::lines:
          operation.fold.loops().lines(at(x), rows, inner, 1, at(operation.result));
          break;
        case Kind::share:
          kernels::extremum_shares(operation.fold, at(x), at(operation.operands[1]), rows, inner,
                                   at(operation.result));
          break;
        case Kind::columns: {
          std::byte* const sums = (run_.pieces_in_axis() == 1 ? views_[operation.total].data
                                                              : shared_ + operation.parts) +
                                  piece * inner * operation.item;
          const auto& loops = operation.fold.loops();
          (is_first ? loops.rows : loops.more_rows)(at(x), inner, rows, inner, sums);
          break;
        }
        case Kind::all:
          add(operation, at(x), n);
          break;
        case Kind::share_of_all: {
          auto& ties = *reinterpret_cast<Ties*>(shared_ + operation.parts);
          const std::int64_t found =
              kernels::shares_of_extremum(operation.fold, at(x), at(operation.operands[1]), n,
                                          ties.known, at(operation.result));
          if (found > 0) std::atomic_ref(ties.found).fetch_add(found, std::memory_order_relaxed);
          break;
        }
      }
    }
  }

  /// Elements behind those before: blocks that are full are folded, what is left waits.
  void add(const Operation& operation, const std::byte* x, std::int64_t n) {
    auto& stream = *reinterpret_cast<Stream*>(own_ + operation.stream);
    std::byte* const waiting = own_ + operation.stream + sizeof(Stream);
    const std::int64_t block = operation.fold.block(), item = operation.item;
    std::byte* const parts = shared_ + operation.parts;
    stream.block = (position_ - stream.count) / block;
    while (n > 0) {
      const std::int64_t some = std::min(n, block - stream.count);
      if (some == block) {
        operation.fold.of_block(x, block, parts + stream.block++ * item);
      } else {
        std::memcpy(waiting + stream.count * item, x, static_cast<std::size_t>(some * item));
        stream.count += some;
        if (stream.count == block) {
          operation.fold.of_block(waiting, block, parts + stream.block++ * item);
          stream.count = 0;
        }
      }
      x += some * item;
      n -= some;
    }
  }

  void finish_blocks() {
    for (const Operation& operation : run_.operations) {
      if (operation.kind != Kind::all) continue;
      auto& stream = *reinterpret_cast<Stream*>(own_ + operation.stream);
      if (stream.count == 0) continue;
      operation.fold.of_block(own_ + operation.stream + sizeof(Stream), stream.count,
                              shared_ + operation.parts + stream.block * operation.item);
      stream.count = 0;
    }
  }

  const TileRun& run_;
  const View* const views_;
  std::byte *const shared_, *const own_;
  std::byte **at_, **copied_from_;
  std::int64_t* copied_rows_;
  std::byte* tiles_;
  std::int64_t position_ = 0;
};

void TileRun::go_through(const View* views, std::byte* work) const {
  std::byte* const own = work + shared_bytes;
  const auto some = [&](std::int64_t begin, std::int64_t end, int thread) {
    Worker worker(*this, views, work, own + thread * thread_bytes);
    for (; begin < end; ++begin) worker.piece(begin);
  };
  if (most_threads() == 1)
    some(0, piece_count(), 0);
  else
    threads::parallel_for(piece_count(), grain(), most_threads(), some);
}

/// Whether an extremum is shared by others than was supposed; then it is known by how many.
bool TileRun::has_other_ties(std::byte* work) const {
  bool differs = false;
  for (const Operation& operation : operations) {
    if (operation.kind != Kind::share_of_all) continue;
    auto& ties = *reinterpret_cast<Ties*>(work + operation.parts);
    differs |= ties.known != ties.found;
    ties = {ties.found, 0};
  }
  return differs;
}

void TileRun::join(const View* views, std::byte* work) const {
  const std::int64_t in_axis = pieces_in_axis(), row = inner;
  for (const Operation& operation : operations) {
    std::byte* const parts = work + operation.parts;
    std::byte* const total = operation.gives_total() ? views[operation.total].data : nullptr;
    if (operation.kind == Kind::columns && in_axis > 1) {
      const std::int64_t bytes = row * operation.item;
      for (std::int64_t k = 0; k * in_axis < piece_count(); ++k)
        operation.fold.loops().rows(parts + k * in_axis * bytes, row, in_axis, row,
                                    total + k * bytes);
    }
    if (operation.kind == Kind::all) operation.fold.join(parts, count(), total);
  }
}

void TileRun::execute(const View* views, std::byte* work) const {
  for (const Operation& operation : operations) {
    if (operation.kind == Kind::share_of_all)
      *reinterpret_cast<Ties*>(work + operation.parts) = Ties();
  }
  // An extremum is rarely shared: once it is gone through for one element, and again if there are
  // more.
  go_through(views, work);
  if (has_other_ties(work)) go_through(views, work);
  join(views, work);
}

}  // namespace wg
