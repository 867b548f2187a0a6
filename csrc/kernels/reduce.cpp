#include "kernels/reduce.h"

#include <algorithm>

#include "core/host.h"
#include "core/threads.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t chunk = 65'536;  // elements that one thread joins at a time
constexpr std::int64_t wide = 4096;     // elements of a row that is divided between threads

/// `outer` blocks of n rows of `inner` elements, to be joined into one row each.
struct Step {
  std::int64_t outer, n, inner;
  bool is_last;

  std::int64_t results() const { return outer * inner; }
  /// Elements of a block.
  std::int64_t size() const { return n * inner; }
  /// How many pieces each block is cut into, by its shape alone; they are joined first.
  std::int64_t pieces() const {
    const bool is_whole = size() <= 2 * chunk || (inner > 1 && inner >= wide);
    return is_whole ? 1 : (n + height() - 1) / height();
  }
  /// Rows of a piece.
  std::int64_t height() const {
    return inner == 1 ? chunk : std::max<std::int64_t>(chunk / inner, 8);
  }
  /// Elements that pieces join to.
  std::int64_t partial() const { return pieces() == 1 ? 0 : outer * pieces() * inner; }
};

/// Calls `join` for the joined runs of neighbouring axes, the last one first: what is left of the
/// others in between needs memory. False if there is none.
template <class Join>
bool for_each_step(std::span<const std::int64_t> shape, const Dims& axes, const Join& join) {
  const int rank = static_cast<int>(shape.size());
  if (axes.size() == rank) {
    join(Step{1, element_count(shape), 1, true});
    return true;
  }
  Dims lengths, is_joined;  // of runs of axes that are all kept or all joined
  for (int i = 0; i < rank; ++i) {
    const std::int64_t n = shape[static_cast<std::size_t>(i)];
    if (n == 1) continue;
    const bool joined = std::ranges::find(axes, i - rank) != axes.end();
    if (lengths.size() > 0 && is_joined[lengths.size() - 1] == joined) {
      lengths[lengths.size() - 1] *= n;
    } else {
      lengths.push_back(n);
      is_joined.push_back(joined);
    }
  }
  auto left = std::ranges::count(is_joined, 1);
  const bool is_any = left > 0;
  for (int i = lengths.size() - 1; i >= 0; --i) {
    if (!is_joined[i]) continue;
    Step step{1, lengths[i], 1, --left == 0};
    for (int k = 0; k < i; ++k) step.outer *= lengths[k];
    for (int k = i + 1; k < lengths.size(); ++k) step.inner *= lengths[k];
    join(step);
    lengths[i] = 1;
  }
  return is_any;
}

/// One kind of join on one dtype: bytes in, bytes out.
class Joiner {
 public:
  Joiner(Fold fold, DType dtype) : item_(static_cast<std::int64_t>(item_size(dtype))) {
    const auto loops_of = [&](Number number) {
      return wg::loops().folds[static_cast<int>(fold)][static_cast<int>(number)];
    };
    switch (dtype) {
      case DType::boolean:
        loops_ = loops_of(Number::int8);
        break;
      case DType::int32:
        loops_ = loops_of(Number::int32);
        break;
      case DType::int64:
        loops_ = loops_of(Number::int64);
        break;
      case DType::float32:
        loops_ = loops_of(Number::float32);
        break;
      case DType::float64:
        loops_ = loops_of(Number::float64);
        break;
      case DType::complex64:
        loops_ = complex_loops<float>(fold);
        break;
      case DType::complex128:
        loops_ = complex_loops<double>(fold);
        break;
    }
    if (fold == Fold::sum && is_complex(dtype)) {  // real and imaginary parts, interleaved
      parts_ = 2;
      loops_ = loops_of(dtype == DType::complex64 ? Number::float32 : Number::float64);
    }
  }

  std::int64_t item() const { return item_; }

  /// `count` blocks that lie behind one another, each too small to be divided.
  void small_blocks(const Step& step, const std::byte* x, std::int64_t count,
                    std::byte* out) const {
    if (step.inner == 1) return loops_.lines(x, count, step.n, parts_, out);
    for (std::int64_t i = 0; i < count; ++i)
      join(step, x + i * step.size() * item_, step.n, out + i * step.inner * item_);
  }

  /// All of a line that is not divided.
  void run(const std::byte* x, std::int64_t n, std::byte* out) const {
    loops_.run(x, n, parts_, out);
  }

  /// One block. `partial` has room for what its pieces join to.
  void block(const Step& step, const std::byte* x, std::byte* partial, std::byte* out) const {
    if (step.pieces() == 1 && step.inner == 1) return loops_.run(x, step.n, parts_, out);
    if (step.pieces() == 1) {
      const std::int64_t row = step.inner * parts_;
      return threads::parallel_for(step.inner, 2048, [&](std::int64_t begin, std::int64_t end) {
        loops_.rows(x + begin * item_, row, step.n, (end - begin) * parts_, out + begin * item_);
      });
    }
    threads::parallel_for(step.n, step.height(), [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t row = step.inner * item_;
      join(step, x + begin * row, end - begin, partial + begin / step.height() * row);
    });
    join(step, partial, step.pieces(), out);
  }

 private:
  /// `rows` > 0 rows of a block into one.
  void join(const Step& step, const std::byte* x, std::int64_t rows, std::byte* out) const {
    if (step.inner == 1) return loops_.run(x, rows, parts_, out);
    loops_.rows(x, step.inner * parts_, rows, step.inner * parts_, out);
  }

  /// What no instruction-set level has loops for: products, and the order by real part, then
  /// imaginary.
  template <class T> static FoldLoops complex_loops(Fold fold) {
    switch (fold) {
      case Fold::product:
        return plain_loops<T, Fold::product>();
      case Fold::greatest:
        return plain_loops<T, Fold::greatest>();
      default:
        return plain_loops<T, Fold::least>();
    }
  }
  template <class T> static bool exceeds(const T* a, const T* b) {
    return a[0] > b[0] || (a[0] == b[0] && a[1] > b[1]);
  }
  template <class T> static bool is_nan(const T* a) { return a[0] != a[0] || a[1] != a[1]; }
  template <class T, Fold fold> static void join_one(T* to, const T* x) {
    if constexpr (fold == Fold::product) {
      const T real = to[0] * x[0] - to[1] * x[1];
      to[1] = to[0] * x[1] + to[1] * x[0];
      to[0] = real;
    } else if (!is_nan(to) &&
               (is_nan(x) || (fold == Fold::greatest ? exceeds(x, to) : exceeds(to, x)))) {
      to[0] = x[0];
      to[1] = x[1];
    }
  }
  template <class T, Fold fold> static FoldLoops plain_loops() {
    return {[](const std::byte* x, std::int64_t n, int, std::byte* out) {
              const auto* from = reinterpret_cast<const T*>(x);
              T total[] = {from[0], from[1]};
              for (std::int64_t i = 1; i < n; ++i) join_one<T, fold>(total, from + 2 * i);
              std::memcpy(out, total, sizeof total);
            },
            [](const std::byte* x, std::int64_t count, std::int64_t n, int parts, std::byte* out) {
              constexpr std::int64_t item = 2 * sizeof(T);
              for (std::int64_t i = 0; i < count; ++i)
                plain_loops<T, fold>().run(x + i * n * item, n, parts, out + i * item);
            },
            [](const std::byte* x, std::int64_t step, std::int64_t rows, std::int64_t n,
               std::byte* out) {
              auto* to = reinterpret_cast<T*>(out);
              std::memcpy(out, x, static_cast<std::size_t>(n) * 2 * sizeof(T));
              for (std::int64_t i = 1; i < rows; ++i) {
                const T* row = reinterpret_cast<const T*>(x) + 2 * i * step;
                for (std::int64_t j = 0; j < n; ++j) join_one<T, fold>(to + 2 * j, row + 2 * j);
              }
            }};
  }

  FoldLoops loops_;
  std::int64_t item_;
  int parts_ = 1;
};

/// All blocks.
void join_blocks(const Joiner& joiner, const Step& step, const std::byte* x, std::byte* partial,
                 std::byte* out) {
  const std::int64_t item = joiner.item(), size = step.size() * item, row = step.inner * item,
                     room = step.partial() / step.outer * item;
  const auto join_some = [&](std::int64_t begin, std::int64_t end) {
    if (step.size() <= chunk)
      return joiner.small_blocks(step, x + begin * size, end - begin, out + begin * row);
    for (std::int64_t o = begin; o < end; ++o)
      joiner.block(step, x + o * size, partial + o * room, out + o * row);
  };
  if (step.outer == 1) return join_some(0, 1);
  threads::parallel_for(step.outer, std::max<std::int64_t>(1, chunk / 2 / step.size()), join_some);
}

void fill(DType dtype, std::byte* out, std::int64_t n, int value) {
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::fill_n(reinterpret_cast<T*>(out), n, static_cast<T>(value));
  });
}

std::int64_t kept_elements(std::span<const std::int64_t> shape, const Dims& axes) {
  std::int64_t n = 1;
  const int rank = static_cast<int>(shape.size());
  for (int i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) == axes.end()) n *= shape[static_cast<std::size_t>(i)];
  }
  return n;
}

}  // namespace

Along::Along(std::span<const std::int64_t> shape, int axis) {
  const auto at = shape.size() + static_cast<std::size_t>(static_cast<std::ptrdiff_t>(axis));
  for (std::size_t i = 0; i < shape.size(); ++i) {
    (i < at ? outer : i == at ? n : inner) *= shape[i];
  }
}

void fold(Fold fold, const View& x, const Dims& axes, std::byte* out, Workspace& work) {
  if (x.size() == 0) {
    const bool is_one = fold == Fold::product || fold == Fold::least;
    return fill(x.dtype, out, kept_elements(x.shape(), axes), is_one);
  }
  const Joiner joiner(fold, x.dtype);
  const Unlocked unlocked(x.size() / 2);
  if (axes.size() == x.ndim() && x.size() <= chunk) return joiner.run(x.data, x.size(), out);
  const std::byte* source = x.data;
  const bool is_any = for_each_step(x.shape(), axes, [&](const Step& step) {
    std::byte* to = step.is_last ? out : work.take(step.results() * x.item());
    join_blocks(joiner, step, source, work.take(step.partial() * x.item()), to);
    source = to;
  });
  if (!is_any) std::memcpy(out, x.data, static_cast<std::size_t>(x.size() * x.item()));
}

BlockFold::BlockFold(Fold fold, DType dtype)
    : loops_(&wg::loops().folds[static_cast<int>(fold)][static_cast<int>(
          dtype == DType::float64 ? Number::float64 : Number::float32)]),
      item_(static_cast<std::int64_t>(item_size(dtype))) {}

/// In the order of FoldOf::fold.
void BlockFold::join_blocks(const std::byte* blocks, std::int64_t n, std::byte* out) const {
  const auto item = static_cast<std::size_t>(item_);
  if (n <= block()) {
    std::memcpy(out, blocks, item);
    return;
  }
  const std::int64_t half = (n / 2 + block() - 1) / block() * block();
  std::byte both[2 * sizeof(double)];
  join_blocks(blocks, half, both);
  join_blocks(blocks + half / block() * item_, n - half, both + item_);
  of_block(both, 2, out);
}

void BlockFold::join(std::byte* blocks, std::int64_t n, std::byte* out) const {
  const Step step{1, n, 1, true};
  if (step.pieces() == 1) return join_blocks(blocks, n, out);
  for (std::int64_t piece = 0; piece < step.pieces(); ++piece) {
    const std::int64_t begin = piece * chunk;
    join_blocks(blocks + begin / block() * item_, std::min(chunk, n - begin),
                blocks + piece * item_);
  }
  of_block(blocks, step.pieces(), out);
}

std::int64_t rows_joined_first(std::int64_t n, std::int64_t inner) {
  const Step step{1, n, inner, true};
  return step.pieces() == 1 ? n : step.height();
}

void add_fold(const View& x, const Dims& axes, Work& work) {
  if (x.size() == 0) return;
  for_each_step(x.shape(), axes, [&](const Step& step) {
    if (!step.is_last) work.add(step.results() * x.item());
    if (step.partial() > 0) work.add(step.partial() * x.item());
  });
}

}  // namespace wg::kernels
