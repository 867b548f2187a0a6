#include "kernels/convolution.h"

#include <algorithm>
#include <cmath>

#include "core/broadcast.h"
#include "core/copy.h"
#include "core/host.h"
#include "core/threads.h"
#include "kernels/loops.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t piece = 512;  // sums that are made at once; complex ones lie on the stack
constexpr std::int64_t few = 64;  // fewer sums than these go along lines of taps, if those are long

using Span = std::span<const std::int64_t>;

std::int64_t product(Span lengths) {
  std::int64_t count = 1;
  for (const std::int64_t n : lengths) count *= n;
  return count;
}

/// How far into an array with these strides an element lies.
std::int64_t offset_of(std::int64_t element, Span shape, Span strides) {
  std::int64_t offset = 0;
  for (std::size_t i = shape.size(); i-- > 0;) {
    offset += element % shape[i] * strides[i];
    element /= shape[i];
  }
  return offset;
}

Number number_of(DType real) {
  return real == DType::float64   ? Number::float64
         : real == DType::float32 ? Number::float32
         : real == DType::int64   ? Number::int64
                                  : Number::int32;
}

/// One operand: the axes in front, and those that are convolved. Complex numbers are two planes of
/// real ones.
struct Side {
  const View& view;
  std::size_t front;  // axes
  int parts;
  std::int64_t item;  // bytes of a real number

  Side(const View& v, int rank)
      : view(v),
        front(static_cast<std::size_t>(v.ndim() - rank)),
        parts(is_complex(v.dtype) ? 2 : 1),
        item(v.item() / parts) {}
  Span batch() const { return view.shape().first(front); }
  Span lengths() const { return view.shape().subspan(front); }

  /// Copies a box of one part, elements `begin` to `begin + lengths`, to dense memory: of all that
  /// lies in front, each `step` numbers behind the one before.
  void copy_part(int part, const Dims& begin, const Dims& lengths, bool backwards, std::byte* to,
                 const Dims& steps) const {
    Dims shape(view.shape()), strides(view.strides());
    const std::byte* from = view.data + part * item;
    for (int i = 0; i < shape.size(); ++i) {
      const int axis = i - static_cast<int>(front);
      if (axis >= 0) {
        from +=
            (backwards ? begin[axis] + lengths[axis] - 1 : begin[axis]) * strides[i] * view.item();
        shape[i] = lengths[axis];
        if (backwards) strides[i] = -strides[i];
      }
      strides[i] *= parts;
    }
    copy_strided(from, strides, to, steps, shape, item);
  }
};

/// The longer operand slides along the shorter one, whose elements are the taps. Both are copied:
/// the one with zeros around, so that every tap finds a number, the other backwards.
class Sliding {
 public:
  Sliding(const View& x, const View& k, const Dims& start, const View& y)
      : rank_(start.size()),
        y_(y),
        x_(x, rank_),
        k_(k, rank_),
        is_swapped_(product(k_.lengths()) > product(x_.lengths())),
        lengths_(y.shape().last(static_cast<std::size_t>(rank_))),
        batch_(y.shape().first(static_cast<std::size_t>(y.ndim() - rank_))),
        padded_(rank_),
        from_(rank_),
        parts_(is_complex(y.dtype) ? 2 : 1),
        item_(y.item() / parts_) {
    for (int i = 0; i < rank_; ++i) {
      const std::int64_t taps = taps_side().lengths()[static_cast<std::size_t>(i)];
      padded_[i] = lengths_[i] + taps - 1;
      from_[i] = start[i] - (taps - 1);
    }
    meeting_ = signal().parts * taps_side().parts == 4 ? 2 : 1;
    tap_count_ = product(taps_side().lengths());
    is_lines_ = lengths_.back() < few && taps_side().lengths().back() >= few / 2;
  }

  void add_work(Work& work) const {
    work.add(product(signal().batch()) * signal().parts * product(padded_) * item_);
    work.add(product(taps_side().batch()) * taps_per_example() * item_);
    work.add(offset_count() * static_cast<std::int64_t>(sizeof(std::int64_t)));
  }

  template <class T> void evaluate(Workspace& work) {
    prepare_signal(work);
    prepare_taps<T>(work);
    prepare_offsets(work);
    const std::int64_t rows = product(Span(lengths_).first(static_cast<std::size_t>(rank_ - 1)));
    const std::int64_t pieces = (lengths_.back() + piece - 1) / piece;
    const std::int64_t cost = std::max<std::int64_t>(
        1, tap_count_ * meeting_ * parts_ * std::min(piece, lengths_.back()));
    const Unlocked unlocked(cost / 8 * pieces * rows * product(batch_));
    threads::parallel_for(
        product(batch_) * rows * pieces, std::max<std::int64_t>(1, 262'144 / cost),
        [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t unit = begin; unit < end; ++unit)
            evaluate_piece<T>(unit / pieces / rows, unit / pieces % rows, unit % pieces * piece);
        });
  }

 private:
  const Side& signal() const { return is_swapped_ ? k_ : x_; }
  const Side& taps_side() const { return is_swapped_ ? x_ : k_; }

  /// Where both operands are complex, both planes of the signal meet taps for either part of the
  /// sums: (re, -im) and (im, re). Else one plane does.
  std::int64_t taps_per_example() const {
    return tap_count_ * (meeting_ == 2 ? 4 : taps_side().parts);
  }
  std::int64_t offset_count() const {
    return meeting_ * (is_lines_ ? tap_count_ / taps_side().lengths().back() : tap_count_);
  }

  void prepare_signal(Workspace& work) {
    const Side& side = signal();
    const std::int64_t plane = product(padded_);
    const std::int64_t bytes = product(side.batch()) * side.parts * plane * item_;
    std::byte* const to = work.take(bytes);
    signal_ = to;
    std::fill_n(to, bytes, std::byte{0});
    Dims begin(rank_), lengths(rank_);  // of what of the signal is in reach
    std::int64_t place = 0;
    const Dims steps = dense_strides(padded_);
    for (int i = 0; i < rank_; ++i) {
      const std::int64_t n = side.lengths()[static_cast<std::size_t>(i)];
      begin[i] = std::clamp<std::int64_t>(from_[i], 0, n);
      lengths[i] = std::clamp<std::int64_t>(from_[i] + padded_[i], begin[i], n) - begin[i];
      place += (begin[i] - from_[i]) * steps[i];
    }
    if (product(lengths) == 0 || bytes == 0) return;
    for (int part = 0; part < side.parts; ++part) {
      side.copy_part(part, begin, lengths, false, to + (part * plane + place) * item_,
                     steps_of(side, side.parts * plane, steps));
    }
  }

  template <class T> void prepare_taps(Workspace& work) {
    const Side& side = taps_side();
    const std::int64_t bytes = product(side.batch()) * taps_per_example() * item_;
    T* const to = reinterpret_cast<T*>(work.take(bytes));
    taps_ = reinterpret_cast<std::byte*>(to);
    if (bytes == 0) return;
    const Dims steps = steps_of(side, taps_per_example(), dense_strides(side.lengths()));
    const auto put = [&](int place, int part, bool negated) {
      T* const first = to + place * tap_count_;
      side.copy_part(part, Dims(rank_), Dims(side.lengths()), true,
                     reinterpret_cast<std::byte*>(first), steps);
      if (!negated) return;
      for (std::int64_t b = 0; b < product(side.batch()); ++b) {
        for (std::int64_t j = 0; j < tap_count_; ++j) {
          T& tap = first[b * taps_per_example() + j];
          tap = 0 - tap;
        }
      }
    };
    put(0, 0, false);
    if (meeting_ == 2) {
      put(1, 1, true);
      put(2, 1, false);
      put(3, 0, false);
    } else if (side.parts == 2) {
      put(1, 1, false);
    }
    if constexpr (std::is_floating_point_v<T>) {
      is_finite_ = std::all_of(to, to + bytes / item_, [](T tap) { return std::isfinite(tap); });
    }
  }

  void prepare_offsets(Workspace& work) {
    const std::int64_t count = offset_count();
    auto* const to = work.take_for<std::int64_t>(count);
    offsets_ = to;
    Dims lengths(taps_side().lengths());
    if (is_lines_) lengths.back() = 1;
    const Dims steps = dense_strides(padded_);
    for (std::int64_t j = 0; j < count; ++j) {
      const std::int64_t own = count / meeting_;
      to[j] = j / own * product(padded_) + offset_of(j % own, lengths, steps);
    }
  }

  /// Strides of the copy of an operand whose examples are so far apart.
  static Dims steps_of(const Side& side, std::int64_t example, const Dims& inner) {
    Dims steps = dense_strides(side.batch());
    for (std::int64_t& step : steps) step *= example;
    for (const std::int64_t step : inner) steps.push_back(step);
    return steps;
  }

  /// Where the copy of the operand that meets example `b` of the result begins, in numbers.
  std::int64_t example_of(const Side& side, std::int64_t b, std::int64_t example) const {
    std::int64_t found = 0, step = example;
    for (std::size_t i = side.front, k = batch_.size(); k-- > 0;) {
      const std::int64_t index = b % batch_[static_cast<int>(k)];
      b /= batch_[static_cast<int>(k)];
      if (i == 0) break;
      --i;
      const std::int64_t n = side.batch()[i];
      if (n != 1) found += index * step;
      step *= n;
    }
    return found;
  }

  template <class T>
  void evaluate_piece(std::int64_t b, std::int64_t row, std::int64_t first) const {
    const std::int64_t n = std::min(piece, lengths_.back() - first), plane = product(padded_);
    const auto outer = static_cast<std::size_t>(rank_ - 1);
    const std::int64_t begin =
        offset_of(row, Span(lengths_).first(outer), Span(dense_strides(padded_)).first(outer)) +
        first;
    const T* const x = reinterpret_cast<const T*>(signal_) +
                       example_of(signal(), b, signal().parts * plane) + begin;
    const T* const taps =
        reinterpret_cast<const T*>(taps_) + example_of(taps_side(), b, taps_per_example());
    const std::int64_t at =
        (b * product(Span(lengths_).first(outer)) + row) * lengths_.back() + first;
    if (parts_ == 1) return sums(x, taps, begin, reinterpret_cast<T*>(y_.data) + at, n);
    T re[piece], im[piece];
    sums(x, taps, begin, re, n);
    sums(x + (taps_side().parts == 1 ? plane : 0),
         taps + (taps_side().parts == 1 ? 0 : meeting_ * tap_count_), begin, im, n);
    T* const out = reinterpret_cast<T*>(y_.data) + 2 * at;
    for (std::int64_t i = 0; i < n; ++i) {
      out[2 * i] = re[i];
      out[2 * i + 1] = im[i];
    }
  }

  /// Whether a number of the padded signal is one of its own.
  bool is_own(std::int64_t element) const {
    for (int i = rank_ - 1; i >= 0; --i) {
      const std::int64_t at = element % padded_[i] + from_[i];
      if (at < 0 || at >= signal().lengths()[static_cast<std::size_t>(i)]) return false;
      element /= padded_[i];
    }
    return true;
  }

  /// The same where a tap is infinite or NaN, which must not meet the zeros around.
  template <class T>
  void sums_of_own(const T* x, const T* taps, std::int64_t begin, T* out, std::int64_t n) const {
    const Span lengths = taps_side().lengths();
    const Dims steps = dense_strides(padded_);
    for (std::int64_t i = 0; i < n; ++i) {
      T sum = 0;
      for (std::int64_t j = 0; j < meeting_ * tap_count_; ++j) {
        const std::int64_t offset = offset_of(j % tap_count_, lengths, steps) + i;
        if (is_own(begin + offset)) sum += taps[j] * x[j / tap_count_ * product(padded_) + offset];
      }
      out[i] = sum;
    }
  }

  /// n sums, the first of which is over what begins at x, `begin` numbers into the signal.
  template <class T>
  void sums(const T* x, const T* taps, std::int64_t begin, T* out, std::int64_t n) const {
    if (!is_finite_) return sums_of_own(x, taps, begin, out, n);
    const auto number = static_cast<std::size_t>(number_of(real_part(y_.dtype)));
    const auto bytes = [](const T* at) { return reinterpret_cast<const std::byte*>(at); };
    std::byte* const to = reinterpret_cast<std::byte*>(out);
    if (is_lines_) {
      loops().slide_lines[number](bytes(x), bytes(taps), offsets_, offset_count(),
                                  taps_side().lengths().back(), to, n);
    } else {
      loops().slide[number](bytes(x), bytes(taps), offsets_, offset_count(), to, n);
    }
  }

  int rank_;
  View y_;
  Side x_, k_;
  bool is_swapped_, is_lines_ = false;
  Dims lengths_, batch_, padded_, from_;
  int parts_, meeting_ = 1;  // planes of the signal that meet taps
  bool is_finite_ = true;
  std::int64_t item_, tap_count_ = 0;
  const std::byte* signal_ = nullptr;
  const std::byte* taps_ = nullptr;
  const std::int64_t* offsets_ = nullptr;
};

/// Calls `f(T())` with the type of the parts of a number; integers are unsigned, they wrap around.
template <class F> void with_parts_of(DType dtype, const F& f) {
  switch (number_of(real_part(dtype))) {
    case Number::float64:
      return f(double());
    case Number::float32:
      return f(float());
    case Number::int64:
      return f(std::uint64_t());
    default:
      return f(std::uint32_t());
  }
}

bool is_nothing(const View& x, const View& k, const View& y) {
  return x.size() == 0 || k.size() == 0 || y.size() == 0;
}

}  // namespace

void add_convolve(const View& x, const View& k, const Dims& start, const View& y, Work& work) {
  if (!is_nothing(x, k, y)) Sliding(x, k, start, y).add_work(work);
}

void convolve(const View& x, const View& k, const Dims& start, const View& y, Workspace& work) {
  if (is_nothing(x, k, y)) {
    std::fill_n(y.data, y.size() * y.item(), std::byte{0});
    return;
  }
  Sliding sliding(x, k, start, y);
  with_parts_of(y.dtype, [&](auto zero) { sliding.evaluate<decltype(zero)>(work); });
}

}  // namespace wg::kernels
