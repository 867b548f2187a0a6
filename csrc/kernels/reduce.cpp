#include "kernels/reduce.h"

#include <complex>
#include <vector>

#include "core/broadcast.h"
#include "core/copy.h"
#include "core/host.h"
#include "core/strided_loop.h"
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

  /// `count` > 0 rows of n elements into one row.
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
  const std::int64_t item = joiner.item();
  const auto join_one = [&](std::int64_t o) {
    const std::byte* from = x + o * n * inner * item;
    if (inner == 1)
      joiner.run(from, n, out + o * item);
    else
      joiner.rows(from, n, inner, out + o * inner * item);
  };
  if (outer == 1) return join_one(0);
  const std::int64_t grain =
      std::max<std::int64_t>(1, chunk / 2 / std::max<std::int64_t>(n * inner, 1));
  threads::parallel_for(outer, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t o = begin; o < end; ++o) join_one(o);
  });
}

Array filled(DType dtype, std::span<const std::int64_t> shape, int value) {
  Array out = Array::empty(dtype, shape);
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::fill_n(out.mutable_data<T>(), out.size(), static_cast<T>(value));
  });
  return out;
}

template <class T> bool is_nan(T x) { return x != x; }
template <class T> bool exceeds(T a, T b) { return a > b; }
template <class T> bool exceeds(std::complex<T> a, std::complex<T> b) {
  return a.real() > b.real() || (a.real() == b.real() && a.imag() > b.imag());
}

}  // namespace

Along::Along(std::span<const std::int64_t> shape, int axis) {
  const auto at = shape.size() + static_cast<std::size_t>(static_cast<std::ptrdiff_t>(axis));
  for (std::size_t i = 0; i < shape.size(); ++i) {
    (i < at ? outer : i == at ? n : inner) *= shape[i];
  }
}

Array fold(Fold fold, const Array& x, const Dims& axes) {
  Shape shape;
  const int rank = x.ndim();
  for (int i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) == axes.end()) {
      shape.push_back(x.shape()[static_cast<std::size_t>(i)]);
    }
  }
  if (x.size() == 0) {
    return filled(x.dtype(), shape, fold == Fold::product || fold == Fold::minimum);
  }
  const Joiner joiner(fold, x.dtype());
  const Array from = dense(x);
  Array out = Array::empty(x.dtype(), shape);
  const Unlocked unlocked(x.size() / 2);
  if (shape.empty()) {
    joiner.run(from.data(), from.size(), out.mutable_data());
    return out;
  }
  // The last axes that are joined first; what is left of the others in between is scratch memory.
  std::vector<Segment> segments = segments_of(x.shape(), axes);
  auto left = std::ranges::count(segments, true, &Segment::is_joined);
  if (left == 0)
    std::memcpy(out.mutable_data(), from.data(),
                static_cast<std::size_t>(x.size() * joiner.item()));
  const std::byte* source = from.data();
  std::vector<std::byte> scratch;
  for (int i = static_cast<int>(segments.size()) - 1; i >= 0; --i) {
    const auto at = segments.begin() + i;
    if (!at->is_joined) continue;
    std::int64_t outer = 1, inner = 1;
    for (auto k = segments.begin(); k != at; ++k) outer *= k->length;
    for (auto k = at + 1; k != segments.end(); ++k) inner *= k->length;
    std::vector<std::byte> next;
    if (--left > 0) next.resize(static_cast<std::size_t>(outer * inner * joiner.item()));
    join_middle(joiner, source, outer, at->length, inner,
                left > 0 ? next.data() : out.mutable_data());
    scratch.swap(next);
    source = scratch.data();
    segments.erase(at);
  }
  return out;
}

Array arg_extremum(bool is_maximum, const Array& x, int axis) {
  const Array from = dense(x);
  const Along along(x.shape(), axis);
  Shape shape(x.shape());
  shape.erase(shape.size() + axis);
  Array out = Array::empty(DType::int64, shape);
  const Unlocked unlocked(2 * x.size());
  visit(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    auto* to = out.mutable_data<std::int64_t>();
    for (std::int64_t o = 0; o < along.outer; ++o) {
      for (std::int64_t k = 0; k < along.inner; ++k) {
        const T* run = from.data<T>() + o * along.n * along.inner + k;
        std::int64_t best = 0;
        for (std::int64_t i = 1; i < along.n && !is_nan(run[best * along.inner]); ++i) {
          const T a = run[i * along.inner], b = run[best * along.inner];
          if (is_nan(a) || (is_maximum ? exceeds(a, b) : exceeds(b, a))) best = i;
        }
        *to++ = best;
      }
    }
  });
  return out;
}

Array extremum_share(const Array& x, const Array& y, const Dims& axes) {
  Array share = Array::empty(x.dtype(), x.shape());
  if (share.size() == 0) return share;
  visit(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      T* to = share.mutable_data<T>();
      const StridedLoop<3> loop(
          x.shape(), {Dims(x.layout().strides()), broadcast_strides(y.layout(), x.shape()),
                      dense_strides(x.shape())});
      loop.for_each_run([&](const auto& at, std::int64_t n) {
        const T* a = x.data<T>() + at[0];
        const T* b = y.data<T>() + at[1];
        for (std::int64_t i = 0; i < n; ++i) {
          const T v = a[i * loop.step(0)], w = b[i * loop.step(1)];
          to[at[2] + i] = v == w || (is_nan(v) && is_nan(w)) ? T(1) : T(0);
        }
      });
      const Array count = sum(share, axes);
      Shape column(x.shape());
      for (const std::int64_t axis : axes) column[column.size() + static_cast<int>(axis)] = 1;
      const Dims strides = broadcast_strides(*Layout::dense(column), x.shape());
      const StridedLoop<2> second(x.shape(), {dense_strides(x.shape()), strides});
      second.for_each_run([&](const auto& at, std::int64_t n) {
        for (std::int64_t i = 0; i < n; ++i) {
          to[at[0] + i] /= count.data<T>()[at[1] + i * second.step(1)];
        }
      });
    }
  });
  return share;
}

}  // namespace wg::kernels
