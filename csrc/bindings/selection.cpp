#include "bindings/selection.h"

#include <algorithm>

#include "bindings/calls.h"
#include "core/broadcast.h"
#include "primitives/indexing.h"

namespace wg::bindings {

void add_to(Dims& index, const Item& item) {
  if (item.kind == Item::Kind::integer)
    basic_index::add_integer(index, item.start);
  else if (item.kind == Item::Kind::slice)
    basic_index::add_slice(index, item.start, item.count, item.step);
  else if (item.kind == Item::Kind::whole)
    basic_index::add_whole(index);
  else
    basic_index::add_newaxis(index);
}

bool is_whole(const Dims& index) {
  return std::ranges::all_of(index, [](auto i) { return i == basic_index::whole; });
}

Tensor viewed(const Tensor& x, Dims index) {
  Tensor operands[] = {x};
  return apply(structural_row_of<Slice>, operands, payload_of(Slice{.index = std::move(index)}));
}

/// Beside arrays, an integer is an array of shape (). Arrays that stand together put their axes
/// where they stand, others in front.
Selection::Selection(Key& key, int rank, bool arrays_first) {
  Dims in_front, following;  // of what was taken, around the arrays' axes
  std::vector<int> places;   // of the arrays' axes, in the view of x
  int axis = 0, place = 0;
  bool is_together = true;
  for (Item& item : key.items) {
    const bool is_truth = item.kind == Item::Kind::truth;
    if (is_truth || item.kind == Item::Kind::integer || item.kind == Item::Kind::array) {
      if (is_truth)
        basic_index::add_newaxis(before);
      else
        basic_index::add_whole(before);
      is_together &= places.empty() || item.place - place <= 1;
      place = item.place;
      places.push_back(axis++);
      indices.push_back(item.kind == Item::Kind::integer ? Tensor(Array::scalar(item.start))
                                                         : std::move(item.array));
    } else if (!arrays_first) {
      add_to(before, item);
      ++axis;
    } else {
      add_to(places.empty() ? in_front : following, item);
      axis += item.kind != Item::Kind::newaxis;
    }
  }
  int seen = rank;  // axes of the view
  if (arrays_first) {
    before = Dims();
  } else {
    for (const Item& item : key.items) {
      seen += item.kind == Item::Kind::newaxis || item.kind == Item::Kind::truth;
    }
  }
  const int kept = seen - static_cast<int>(places.size());
  for (const int k : places) axes.push_back(k - seen);
  behind = is_together ? kept - places[0] : kept;
  int block = 0;
  for (const Tensor& index : indices) block = std::max(block, index.value.ndim());
  if (is_together) std::swap(after, in_front);
  for (int i = 0; i < block; ++i) basic_index::add_whole(after);
  for (const Dims& part : {in_front, following}) {
    for (const std::int64_t number : part) after.push_back(number);
  }
}

void Selection::require_arrays(const Tensor& view) const {
  std::vector<Type> types{view.type()};
  for (const Tensor& index : indices) types.push_back(index.type());
  with_arrays([&] { return Gather{.axes = axes, .behind = behind}.infer(types); });
}

Tensor Selection::taken(const Tensor& view) const {
  std::vector<Tensor> operands{view};
  operands.insert(operands.end(), indices.begin(), indices.end());
  return apply(structural_row_of<Gather>, operands,
               payload_of(Gather{.axes = axes, .behind = behind}));
}

}  // namespace wg::bindings
