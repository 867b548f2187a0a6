#include "kernels/reduce.h"

#include <complex>
#include <vector>

#include "core/host.h"
#include "core/threads.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t chunk = 65'536;  // elements that one thread joins at a time

/// A run of neighbouring axes that are all kept or all joined.
struct Segment {
  std::int64_t length;
  bool is_joined;
};

std::vector<Segment> segments_of(std::span<const std::int64_t> shape, const Dims& axes) {
  std::vector<Segment> segments;
  const int rank = static_cast<int>(shape.size());
  for (int i = 0; i < rank; ++i) {
    const std::int64_t n = shape[static_cast<std::size_t>(i)];
    const bool is_joined = std::ranges::find(axes, i - rank) != axes.end();
    if (!segments.empty() && segments.back().is_joined == is_joined)
      segments.back().length *= n;
    else
      segments.push_back({n, is_joined});
  }
  return segments;
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

  /// n > 0 elements into one. Long runs are cut by their length alone.
  void run(const std::byte* x, std::int64_t n, std::byte* out) const {
    if (n <= 2 * chunk) return loops_.run(x, n, parts_, out);
    const std::int64_t pieces = (n + chunk - 1) / chunk;
    std::vector<std::byte> partial(static_cast<std::size_t>(pieces * item_));
    threads::parallel_for(n, chunk, [&](std::int64_t begin, std::int64_t end) {
      loops_.run(x + begin * item_, end - begin, parts_, partial.data() + begin / chunk * item_);
    });
    loops_.run(partial.data(), pieces, parts_, out);
  }

  /// `count` lines of n > 0 elements into one element each.
  void lines(const std::byte* x, std::int64_t count, std::int64_t n, std::byte* out) const {
    loops_.lines(x, count, n, parts_, out);
  }

  /// `count` > 0 rows of n elements into one row, in one piece.
  void small_rows(const std::byte* x, std::int64_t count, std::int64_t n, std::byte* out) const {
    loops_.rows(x, n * parts_, count, n * parts_, out);
  }

  /// The same, cut into pieces.
  void rows(const std::byte* x, std::int64_t count, std::int64_t n, std::byte* out) const {
    if (n >= 4096 || count * n <= 2 * chunk) {
      threads::parallel_for(n, 2048, [&](std::int64_t begin, std::int64_t end) {
        loops_.rows(x + begin * item_, n * parts_, count, (end - begin) * parts_,
                    out + begin * item_);
      });
      return;
    }
    const std::int64_t height = std::max<std::int64_t>(chunk / n, 8),
                       pieces = (count + height - 1) / height;
    std::vector<std::byte> partial(static_cast<std::size_t>(pieces * n * item_));
    threads::parallel_for(count, height, [&](std::int64_t begin, std::int64_t end) {
      loops_.rows(x + begin * n * item_, n * parts_, end - begin, n * parts_,
                  partial.data() + begin / height * n * item_);
    });
    loops_.rows(partial.data(), n * parts_, pieces, n * parts_, out);
  }

 private:
  /// What no instruction-set level has loops for: products, and the order by real part, then
  /// imaginary.
  template <class T> static FoldLoops complex_loops(Fold fold) {
    switch (fold) {
      case Fold::product:
        return plain_loops<T, Fold::product>();
      case Fold::maximum:
        return plain_loops<T, Fold::maximum>();
      default:
        return plain_loops<T, Fold::minimum>();
    }
  }
  template <class T> static bool exceeds(const T* a, const T* b) {
    return a[0] > b[0] || (a[0] == b[0] && a[1] > b[1]);
  }
  template <class T> static bool is_nan(const T* a) { return a[0] != a[0] || a[1] != a[1]; }
  template <class T, Fold fold> static void join(T* to, const T* x) {
    if constexpr (fold == Fold::product) {
      const T real = to[0] * x[0] - to[1] * x[1];
      to[1] = to[0] * x[1] + to[1] * x[0];
      to[0] = real;
    } else if (!is_nan(to) &&
               (is_nan(x) || (fold == Fold::maximum ? exceeds(x, to) : exceeds(to, x)))) {
      to[0] = x[0];
      to[1] = x[1];
    }
  }
  template <class T, Fold fold> static FoldLoops plain_loops() {
    return {[](const std::byte* x, std::int64_t n, int, std::byte* out) {
              const auto* from = reinterpret_cast<const T*>(x);
              T total[] = {from[0], from[1]};
              for (std::int64_t i = 1; i < n; ++i) join<T, fold>(total, from + 2 * i);
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
                for (std::int64_t j = 0; j < n; ++j) join<T, fold>(to + 2 * j, row + 2 * j);
              }
            }};
  }

  FoldLoops loops_;
  std::int64_t item_;
  int parts_ = 1;
};

/// `outer` blocks of n rows of `inner` elements into one row each.
void join_middle(const Joiner& joiner, const std::byte* x, std::int64_t outer, std::int64_t n,
                 std::int64_t inner, std::byte* out) {
  const std::int64_t item = joiner.item(), size = n * inner;
  const bool is_small = size <= chunk;
  const auto join_some = [&](std::int64_t begin, std::int64_t end) {
    if (inner == 1 && is_small)
      return joiner.lines(x + begin * size * item, end - begin, n, out + begin * item);
    for (std::int64_t o = begin; o < end; ++o) {
      const std::byte* from = x + o * size * item;
      std::byte* to = out + o * inner * item;
      if (inner == 1)
        joiner.run(from, n, to);
      else if (is_small)
        joiner.small_rows(from, n, inner, to);
      else
        joiner.rows(from, n, inner, to);
    }
  };
  if (outer == 1) return join_some(0, 1);
  threads::parallel_for(
      outer, std::max<std::int64_t>(1, chunk / 2 / std::max<std::int64_t>(size, 1)), join_some);
}

/// `outer` blocks of n rows of `inner` elements, to be joined into one row each.
struct Step {
  std::int64_t outer, n, inner;
  bool is_last;
};

/// The last axes that are joined first; what is left of the others in between needs memory.
std::vector<Step> steps_of(std::span<const std::int64_t> shape, const Dims& axes) {
  std::vector<Segment> segments = segments_of(shape, axes);
  auto left = std::ranges::count(segments, true, &Segment::is_joined);
  std::vector<Step> steps;
  for (int i = static_cast<int>(segments.size()) - 1; i >= 0; --i) {
    const auto at = segments.begin() + i;
    if (!at->is_joined) continue;
    Step step{1, at->length, 1, --left == 0};
    for (auto k = segments.begin(); k != at; ++k) step.outer *= k->length;
    for (auto k = at + 1; k != segments.end(); ++k) step.inner *= k->length;
    steps.push_back(step);
    segments.erase(at);
  }
  return steps;
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
    const bool is_one = fold == Fold::product || fold == Fold::minimum;
    return fill(x.dtype, out, kept_elements(x.shape(), axes), is_one);
  }
  const Joiner joiner(fold, x.dtype);
  const Unlocked unlocked(x.size() / 2);
  if (axes.size() == x.ndim()) return joiner.run(x.data, x.size(), out);
  const std::byte* source = x.data;
  const std::vector<Step> steps = steps_of(x.shape(), axes);
  if (steps.empty()) std::memcpy(out, x.data, static_cast<std::size_t>(x.size() * x.item()));
  for (const Step& step : steps) {
    std::byte* to = step.is_last ? out : work.take(step.outer * step.inner * x.item());
    join_middle(joiner, source, step.outer, step.n, step.inner, to);
    source = to;
  }
}

void add_fold(const View& x, const Dims& axes, Work& work) {
  if (x.size() == 0 || axes.size() <= 1 || axes.size() == x.ndim()) return;
  for (const Step& step : steps_of(x.shape(), axes)) {
    if (!step.is_last) work.add(step.outer * step.inner * x.item());
  }
}

}  // namespace wg::kernels
