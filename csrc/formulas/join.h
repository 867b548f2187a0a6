/// Lists of formulas made one.
#pragma once

#include "formulas/formula.h"

namespace wg {

template <class... Families> struct Join;
template <class... A> struct Join<List<A...>> {
  using type = List<A...>;
};
template <class... A, class... B, class... Rest>
struct Join<List<A...>, List<B...>, Rest...> : Join<List<A..., B...>, Rest...> {};

}  // namespace wg
