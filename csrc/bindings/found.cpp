#include "bindings/found.h"

#include <cmath>
#include <complex>

#include "core/copy.h"

namespace wg::bindings {
namespace {

struct Bad {
  bool infinities;

  template <class T> bool operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>) {
      return infinities ? !std::isfinite(x) : std::isnan(x);
    } else {
      return operator()(x.real()) || operator()(x.imag());
    }
  }
};

std::string number_text(double x) { return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf"; }

template <class T, class Real> std::optional<Found> find_in(const Array& values, Bad bad) {
  const T* const elements = values.data<T>();
  for (std::int64_t i = 0; i < values.size(); ++i) {
    if (!bad(elements[i])) continue;
    Found found;
    if constexpr (std::is_same_v<T, Real>) {
      found.value = number_text(elements[i]);
    } else {
      const bool is_imaginary = !bad(elements[i].real());
      found.value = is_imaginary ? number_text(elements[i].imag()) + " in the imaginary part"
                                 : number_text(elements[i].real());
    }
    found.index = Dims(values.shape());
    std::int64_t rest = i;
    for (std::size_t axis = values.shape().size(); axis-- > 0;) {
      found.index[axis] = rest % values.shape()[axis];
      rest /= values.shape()[axis];
    }
    return found;
  }
  return {};
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Found& found) {
  out << found.value;
  if (found.index.size() == 0) return out;
  const char* before = " at [";
  for (const std::int64_t at : std::span<const std::int64_t>(found.index)) {
    out << std::exchange(before, ", ") << at;
  }
  return out << "]";
}

std::optional<Found> find_bad(const Array& array, bool infinities) {
  if (!array.is_defined() || array.is_abstract() || !is_inexact(array.dtype())) return {};
  const Array values = dense(array);
  return visit(array.dtype(), [&](auto tag) -> std::optional<Found> {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_floating_point_v<T>) {
      return find_in<T, T>(values, {infinities});
    } else if constexpr (!std::is_integral_v<T>) {
      return find_in<T, typename T::value_type>(values, {infinities});
    }
    return {};
  });
}

std::string place(const Primitive& primitive, const Origin& origin) {
  if (!origin) return "; it was recorded outside of debug_nans";
  const bool is_within = origin.within && origin.within != &primitive;
  const std::string within = is_within ? " (for " + std::string(origin.within->name) + ")" : "";
  return within + ", at " + origin.text();
}

}  // namespace wg::bindings
