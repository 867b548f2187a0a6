#include "primitives/basic_index.h"

#include "core/error.h"

namespace wg {
namespace {

[[noreturn, gnu::cold]] void fail_axes(const Layout& layout) {
  fail<IndexRangeError>("index: x is ", Dims(layout.shape()),
                        " and the index has more axes; at most ", layout.ndim(), " are needed");
}

std::int64_t position(const Layout& layout, int axis, std::int64_t i) {
  const std::int64_t n = layout.shape()[static_cast<std::size_t>(axis)];
  const std::int64_t from_start = i < 0 ? i + n : i;
  if (from_start < 0 || from_start >= n) {
    fail<IndexRangeError>("index: ", i, " was given for axis ", axis, " of x, which is ",
                          Dims(layout.shape()), "; ", -n, " <= index < ", n, " is needed");
  }
  return from_start;
}

void check_slice(const Layout& layout, int axis, std::int64_t start, std::int64_t count,
                 std::int64_t step) {
  const std::int64_t n = layout.shape()[static_cast<std::size_t>(axis)];
  const std::int64_t longest = count > 1 ? (n - 1) / (count - 1) : 0;
  const std::int64_t by = count > 1 ? step : 0;  // one element has no next, however far that is
  const auto lies = [n](std::int64_t i) { return 0 <= i && i < n; };
  if (count < 0 || (count > 0 && !(lies(start) && -longest <= by && by <= longest &&
                                   lies(start + (count - 1) * by)))) {
    fail<IndexRangeError>("index: ", count, " elements from ", start, " on in steps of ", step,
                          " were given for axis ", axis, " of x, which is ", Dims(layout.shape()),
                          "; all of them must lie on the axis");
  }
}

std::int64_t number(const Dims& index, int i) {
  if (i >= index.size()) fail<ShapeError>("index: ", index, " ends in the middle of an item");
  return index[i];
}

}  // namespace

Part part_of(const Layout& layout, const Dims& index) {
  Part part;
  int axis = 0;
  const auto next_axis = [&] {
    if (axis == layout.ndim()) fail_axes(layout);
    return axis++;
  };
  const auto take = [&](int k) {
    part.shape.push_back(layout.shape()[static_cast<std::size_t>(k)]);
    part.strides.push_back(layout.strides()[static_cast<std::size_t>(k)]);
  };
  for (int i = 0; i < index.size();) {
    switch (index[i]) {
      case basic_index::integer: {
        const int k = next_axis();
        const std::int64_t stride = layout.strides()[static_cast<std::size_t>(k)];
        part.offset += position(layout, k, number(index, i + 1)) * stride;
        i += 2;
        break;
      }
      case basic_index::slice: {
        const int k = next_axis();
        const std::int64_t start = number(index, i + 1), count = number(index, i + 2),
                           step = number(index, i + 3);
        check_slice(layout, k, start, count, step);
        const std::int64_t stride = layout.strides()[static_cast<std::size_t>(k)];
        if (count > 0) part.offset += start * stride;
        part.shape.push_back(count);
        part.strides.push_back(count > 1 ? step * stride : stride);
        i += 4;
        break;
      }
      case basic_index::whole: {
        take(next_axis());
        i += 1;
        break;
      }
      case basic_index::newaxis: {
        part.shape.push_back(1);
        part.strides.push_back(0);
        i += 1;
        break;
      }
      default:
        fail<ShapeError>("index: ", index, " holds an item of kind ", index[i],
                         "; 0 (integer), 1 (slice), 2 (whole) or 3 (newaxis) is needed");
    }
  }
  while (axis < layout.ndim()) take(axis++);
  return part;
}

std::int64_t element_of(const Layout& layout, const Dims& index) {
  if (index.size() != 2 * layout.ndim()) return -1;
  std::int64_t place = 0;
  for (int k = 0; k < layout.ndim(); ++k) {
    if (index[2 * k] != basic_index::integer) return -1;
    place += position(layout, k, index[2 * k + 1]) * layout.strides()[static_cast<std::size_t>(k)];
  }
  return place;
}

Dims batched_index(const Dims& index) {
  Dims batched{basic_index::whole};
  for (const std::int64_t n : index) batched.push_back(n);
  return batched;
}

}  // namespace wg
