#include "primitives/convolution.h"

#include "core/broadcast.h"
#include "core/copy.h"
#include "kernels/convolution.h"
#include "kernels/feedback.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/promotion.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"

namespace wg {
namespace {

using Span = std::span<const std::int64_t>;

Span in_front(Span shape, int axes) {
  return shape.first(shape.size() - static_cast<std::size_t>(axes));
}
Span last(Span shape, int axes) { return shape.last(static_cast<std::size_t>(axes)); }

Dims last_axes(int count) {
  Dims axes;
  for (int i = -count; i < 0; ++i) axes.push_back(i);
  return axes;
}

Var convolve(const Var& x, const Var& k, Dims start, Dims lengths) {
  Convolve p;
  p.start = std::move(start);
  p.lengths = std::move(lengths);
  return apply_structural(std::move(p), {x, k});
}

Var recur(const Var& x, const Var& a, bool reverse) {
  Recur p;
  p.reverse = reverse;
  return apply_structural(std::move(p), {x, a});
}

/// Along the last axis.
Var backwards(const Var& x) { return flip(x, {-1}); }

/// Which elements of one operand meet an element of the output, by their numbers in one example.
class Meetings {
 public:
  /// Output i meets element i + start - j of x for every j of k, or j of k for every such of x.
  Meetings(const Convolve& p, Span x, Span k, bool of_kernel) {
    const Shape both = joined(p.lengths, k);
    for (Dims at(both.size(), 0); advance(at, both, is_first_);) {
      std::int64_t output = 0, element = 0, tap = 0;
      bool is_inside = true;
      for (int i = 0; i < p.start.size(); ++i) {
        const std::int64_t j = at[p.start.size() + i], n = x[static_cast<std::size_t>(i)];
        const std::int64_t place = at[i] + p.start[i] - j;
        is_inside &= place >= 0 && place < n;
        output = output * p.lengths[i] + at[i];
        element = element * n + place;
        tap = tap * k[static_cast<std::size_t>(i)] + j;
      }
      if (!is_inside) continue;
      outputs.push_back(output);
      elements.push_back(of_kernel ? tap : element);
    }
  }

  std::vector<std::int64_t> outputs, elements;

 private:
  static Shape joined(Span a, Span b) {
    Shape both(a);
    for (const std::int64_t n : b) both.push_back(n);
    return both;
  }
  /// The next index of a shape, from the one before the first on; false behind the last.
  static bool advance(Dims& at, const Shape& shape, bool& is_first) {
    if (is_first) {
      is_first = false;
      return element_count(shape) > 0;
    }
    for (int i = at.size() - 1; i >= 0; --i) {
      if (++at[i] < shape[i]) return true;
      at[i] = 0;
    }
    return false;
  }

  bool is_first_ = true;
};

/// Pairs of one example in every example: numbers of examples in `operand` broadcast to y's.
void state_meetings(int number, const Meetings& meetings, Span front_of_y, Span front,
                    std::int64_t per_output, std::int64_t per_element, Dependence& dependence) {
  const Array examples = copy_of(broadcast(numbers_of(front), front_of_y));
  const auto count = static_cast<std::int64_t>(meetings.outputs.size());
  Array outputs = Array::empty(DType::int64, Dims{examples.size() * count});
  Array elements = Array::empty(DType::int64, Dims{examples.size() * count});
  auto* output = outputs.mutable_data<std::int64_t>();
  auto* element = elements.mutable_data<std::int64_t>();
  for (std::int64_t b = 0; b < examples.size(); ++b) {
    const std::int64_t from = examples.data<std::int64_t>()[b];
    for (std::size_t i = 0; i < meetings.outputs.size(); ++i) {
      *output++ = b * per_output + meetings.outputs[i];
      *element++ = from * per_element + meetings.elements[i];
    }
  }
  dependence.on_pairs(number, outputs, elements);
}

}  // namespace

Type Convolve::infer(std::span<const Type> x) const {
  const int rank = start.size();
  if (rank == 0 || lengths.size() != rank || x[0].ndim() < rank || x[1].ndim() < rank) {
    fail<ShapeError>("convolve: x is ", Dims(x[0].shape()), ", k is ", Dims(x[1].shape()),
                     ", start is ", start, " and lengths are ", lengths,
                     "; a start and a length are needed for each of the last axes");
  }
  for (const std::int64_t n : lengths) {
    if (n < 0) fail<ShapeError>("convolve: lengths are ", lengths, "; none may be negative");
  }
  const DType dtype = joined_dtype(name, x);
  if (dtype == DType::boolean) {
    fail<DTypeError>("convolve: both operands are bool; numbers are needed");
  }
  Shape shape = broadcast_shapes(name, in_front(x[0].shape(), rank), in_front(x[1].shape(), rank));
  for (const std::int64_t n : lengths) shape.push_back(n);
  return {dtype, shape};
}

void Convolve::add_work(std::span<const View> x, const View& y, Work& work) const {
  kernels::add_convolve(x[0], x[1], start, y, work);
}

void Convolve::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  kernels::convolve(x[0], x[1], start, y, work);
}

// ct_x[m] = sum_i ct[i] k[i + start - m]: a convolution with k backwards; so for k.
void Convolve::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                   std::span<Contribution> contributions) const {
  const int rank = start.size();
  for (std::size_t i = 0; i < 2; ++i) {
    if (!wanted[i]) continue;
    const Span other = last(x[1 - i].shape(), rank);
    Dims from(rank);
    for (int axis = 0; axis < rank; ++axis)
      from[axis] = other[static_cast<std::size_t>(axis)] - 1 - start[axis];
    contributions[i] =
        convolve(ct, flip(x[1 - i], last_axes(rank)), std::move(from), last(x[i].shape(), rank));
  }
}

Var Convolve::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  Var total;
  if (t[0]) total = convolve(t[0], x[1], start, lengths);
  if (t[1]) {
    Var term = convolve(x[0], t[1], start, lengths);
    total = total ? std::move(total) + std::move(term) : std::move(term);
  }
  return total;
}

Var Convolve::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const int rank = std::max(x[0].ndim() - is_batched[0], x[1].ndim() - is_batched[1]);
  return convolve(is_batched[0] ? lift(x[0], rank) : x[0], is_batched[1] ? lift(x[1], rank) : x[1],
                  start, lengths);
}

void Convolve::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  const int rank = start.size();
  const Span signal = x[0].value.shape(), kernel = x[1].value.shape();
  for (int i = 0; i < 2; ++i) {
    const Span own = i == 0 ? signal : kernel;
    state_meetings(i, Meetings(*this, last(signal, rank), last(kernel, rank), i == 1),
                   in_front(y.shape(), rank), in_front(own, rank), element_count(lengths),
                   element_count(last(own, rank)), dependence);
  }
}

Type Recur::infer(std::span<const Type> x) const {
  if (x[0].ndim() == 0 || x[1].ndim() == 0 ||
      !broadcasts_to(in_front(x[1].shape(), 1), in_front(x[0].shape(), 1))) {
    fail<ShapeError>("recur: x is ", Dims(x[0].shape()), " and a is ", Dims(x[1].shape()),
                     "; the axes in front of the last of a must broadcast to those of x");
  }
  return {inexact(promoted_dtype(x)), x[0].layout};
}

void Recur::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::recur(x[0], x[1], reverse, y);
}

// With L y = x for the band L of a, ct goes back by the transpose of L, which runs the other way,
// and da[k] moves x by -da[k] y[i - 1 - k].
void Recur::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                std::span<Contribution> contributions) const {
  const Var back = recur(ct, x[1], !reverse);
  if (wanted[1]) {
    const std::int64_t n = y.shape().back(), order = x[1].shape().back();
    contributions[1] = -(reverse ? convolve(backwards(back), y, {n}, {order})
                                 : convolve(back, backwards(y), {n}, {order}));
  }
  if (wanted[0]) contributions[0] = back;
}

Var Recur::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var moved = t[0];
  if (t[1]) {
    const Dims lengths{y.shape().back()};
    const Var fed_back = reverse ? backwards(convolve(t[1], backwards(y), {-1}, lengths))
                                 : convolve(t[1], y, {-1}, lengths);
    moved = moved ? moved - fed_back : -fed_back;
  }
  return recur(moved, x[1], reverse);
}

Var Recur::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const std::int64_t n = batch_length(x, is_batched);
  const Var signal = with_batch_axis(x[0], is_batched[0], n);
  return recur(signal, is_batched[1] ? lift(x[1], signal.ndim() - 1) : x[1], reverse);
}

void Recur::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  dependence.on_run(0, -1, reverse);
  const Span own = x[1].value.shape();
  const Array lines = numbers_of(reduced_shape(own, {-1}, true));
  dependence.on_groups(1, broadcast(lines, y.shape()), broadcast(lines, own));
}

}  // namespace wg
