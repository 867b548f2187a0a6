#include "primitives/pointwise.h"

#include <algorithm>
#include <array>

#include "core/broadcast.h"
#include "core/error.h"
#include "core/few.h"
#include "core/host_functions.h"
#include "formulas/all.h"
#include "formulas/all_pointwise.h"
#include "formulas/probe.h"
#include "formulas/text.h"
#include "kernels/convert.h"
#include "kernels/point_functions.h"
#include "primitives/elementwise.h"
#include "primitives/pointwise_language.h"
#include "primitives/promotion.h"
#include "primitives/shape.h"

namespace wg {
namespace {

/// Where the values of a primitive come from.
struct Source {
  std::string_view name, entry;
  int arity, output;
  bool is_complex_too, is_from_scipy;
  PointFunction functions[2];  // of real and of complex operands; found when first needed

  const PointFunction& function(DType dtype) const { return functions[is_complex(dtype)]; }
};

/// How a function of such a signature is called with these operands; unknown if it cannot be.
PointFunction called(const HostFunction& function, const Source& source, bool is_complex) {
  PointFunction f{function.address, Convention::unknown, source.arity, 1, source.output};
  const std::string& letters = function.signature;
  const char number = is_complex ? 'c' : 'd';
  const std::string before(static_cast<std::size_t>(source.arity - 1), 'd');
  if (letters == number + before + number + "s") {
    f.convention = is_complex ? Convention::complex : Convention::real;
  } else if (letters == "di" + before + "s" && source.arity > 1 && !is_complex) {
    f.of_integer = function.address;
    f.convention = Convention::integer;
  } else if (letters == "didso" && source.arity == 2 && !is_complex) {
    f.convention = Convention::optional;
  } else if (const std::string start = "v" + before + number; letters.starts_with(start)) {
    f.outputs = static_cast<int>(std::ranges::count(letters, '*'));
    const bool is_known = f.outputs == 4 || (f.outputs == 2 && source.arity == 1);
    if (is_known && letters.size() == start.size() + 2 * static_cast<std::size_t>(f.outputs)) {
      f.convention = is_complex ? Convention::several_complex : Convention::several;
    }
  }
  return f;
}

void find_function(Source& source, bool is_complex) {
  PointFunction& f = source.functions[is_complex];
  if (f.address) return;
  PointFunction found;
  if (!source.is_from_scipy) {
    found = own_point_function(source.name, source.arity, is_complex);
  } else {
    for (const HostFunction& function : find_host_functions()(source.entry)) {
      const PointFunction kind = called(function, source, is_complex);
      if (kind.convention == Convention::unknown) continue;
      const void* const of_integer = kind.of_integer ? kind.of_integer : found.of_integer;
      if (!found.address || kind.convention != Convention::integer) found = kind;
      found.of_integer = of_integer;
    }
  }
  f = found;
  if (f.address) return;
  fail<EnvironmentError>(source.name,
                         ": SciPy computes this, and the one that is installed does not ",
                         is_complex ? "for complex numbers" : "yet", "; a newer one is needed");
}

Type infer(Source& source, std::span<const Type> x) {
  DType dtype = promoted_dtype(x);
  if (!is_inexact(dtype)) dtype = DType::float64;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (is_complex(x[i].dtype) && (!source.is_complex_too || i + 1 != x.size())) {
      fail<DTypeError>(source.name, ": an operand is ", wg::name(x[i].dtype),
                       "; a real dtype is needed");
    }
  }
  find_function(source, is_complex(dtype));
  Shape shape(x[0].shape());
  for (const Type& type : x.subspan(1)) shape = broadcast_shapes(source.name, shape, type.shape());
  return {dtype, shape};
}

/// The dtype in which operand i is given.
DType given_dtype(std::size_t i, std::size_t count, const View& y) {
  return i + 1 == count && is_complex(y.dtype) ? DType::complex128 : DType::float64;
}

Work workspace(const Payload*, std::span<const View> x, std::span<const View> y) {
  Work work;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const DType dtype = given_dtype(i, x.size(), y[0]);
    if (x[i].dtype != dtype) add_converted(x[i], dtype, work);
  }
  return work;
}

void evaluate(const Source& source, std::span<const View> x, const View& y, std::byte* memory) {
  Workspace work(memory);
  Few<View> given(x.size(), [&](std::size_t i) {
    const DType dtype = given_dtype(i, x.size(), y);
    return x[i].dtype == dtype ? x[i] : converted(x[i], dtype, work);
  });
  evaluate_points(source.function(y.dtype), std::span<const View>(given.data(), given.size()), y);
}

template <class P> Source& source_of() {
  static Source source{P::name,
                       P::entry.empty() ? P::name : P::entry,
                       P::arity,
                       P::output,
                       P::is_complex_too,
                       P::is_from_scipy,
                       {}};
  return source;
}

/// Calls `f` with a value for each operand and for the result.
template <class P, class F> auto with_operands(std::span<const Var> x, const Var& y, const F& f) {
  if constexpr (P::arity == 1)
    return f(x[0], y);
  else if constexpr (P::arity == 2)
    return f(x[0], x[1], y);
  else if constexpr (P::arity == 3)
    return f(x[0], x[1], x[2], y);
  else
    return f(x[0], x[1], x[2], x[3], y);
}

/// Whether P states a partial in operand i; asked of probes.
template <class P, int i> constexpr bool has_partial() {
  const auto asked = []<class... X>(X... x) { return requires { P::partial(At<i>{}, x...); }; };
  if constexpr (i >= P::arity)
    return false;
  else if constexpr (P::arity == 1)
    return asked(Probe(), Probe());
  else if constexpr (P::arity == 2)
    return asked(Probe(), Probe(), Probe());
  else if constexpr (P::arity == 3)
    return asked(Probe(), Probe(), Probe(), Probe());
  else
    return asked(Probe(), Probe(), Probe(), Probe(), Probe());
}

template <class P, int i> Var term(std::span<const Var> x, const Var& y, const Var& factor) {
  if constexpr (has_partial<P, i>()) {
    return with_operands<P>(
        x, y, [&](const auto&... v) { return chain(factor, P::partial(At<i>{}, v...)); });
  } else {
    fail<DerivativeError>(P::name, ": a derivative with respect to ", P::operands[i],
                          " was asked for, which is not known here; it must be a constant, or "
                          "wengert.primitive a function whose derivative you state");
  }
}

template <class P>
Var contribution(std::span<const Var> x, const Var& y, const Var& factor, std::size_t operand) {
  switch (operand) {
    case 0:
      return term<P, 0>(x, y, factor);
    case 1:
      if constexpr (P::arity > 1) return term<P, 1>(x, y, factor);
      [[fallthrough]];
    case 2:
      if constexpr (P::arity > 2) return term<P, 2>(x, y, factor);
      [[fallthrough]];
    default:
      if constexpr (P::arity > 3) return term<P, 3>(x, y, factor);
      return {};
  }
}

template <class P>
void vjp(const Payload*, std::span<const Var> x, const Var& y, Var& ct, Wanted wanted,
         std::span<Contribution> contributions) {
  for (std::size_t i = 0; i < P::arity; ++i) {
    if (wanted[i]) contributions[i] = contribution<P>(x, y, ct, i);
  }
}

template <class P>
Var jvp(const Payload*, std::span<const Var> x, const Var& y, std::span<Var> tangents) {
  Var sum;
  for (std::size_t i = 0; i < P::arity; ++i) {
    if (!tangents[i]) continue;
    Var term = contribution<P>(x, y, tangents[i], i);
    sum = sum ? std::move(sum) + std::move(term) : std::move(term);
  }
  return fitted(std::move(sum), y);
}

/// As for formulas: batched operands get axes of length one behind the batch axis.
template <class P> Var batch(const Payload*, std::span<Var> x, std::span<const bool> is_batched) {
  int rank = 0;
  for (std::size_t i = 0; i < x.size(); ++i) rank = std::max(rank, x[i].ndim() - is_batched[i]);
  Var lifted[P::arity];
  for (std::size_t i = 0; i < x.size(); ++i) lifted[i] = is_batched[i] ? lift(x[i], rank) : x[i];
  return apply_primitive(formula_row<P>(), std::span<const Var>(lifted));
}

template <class P, int i> constexpr unsigned mask() {
  if constexpr (!has_partial<P, i>()) {
    return 0;
  } else {
    const auto bits = [](auto... x) { return P::partial(At<i>{}, x...).reads; };
    const unsigned read = [&] {
      if constexpr (P::arity == 1)
        return bits(Probe::of(1), Probe::of(2));
      else if constexpr (P::arity == 2)
        return bits(Probe::of(1), Probe::of(2), Probe::of(4));
      else if constexpr (P::arity == 3)
        return bits(Probe::of(1), Probe::of(2), Probe::of(4), Probe::of(8));
      else
        return bits(Probe::of(1), Probe::of(2), Probe::of(4), Probe::of(8), Probe::of(16));
    }();
    constexpr unsigned output = 1u << P::arity;
    return (read & (output - 1)) | (read & output ? Node::keep_output : 0);
  }
}

template <class P, int i> std::string partial_text() {
  if constexpr (!has_partial<P, i>()) {
    return {};
  } else {
    const auto name = [](int k) { return Text(std::string(P::operands[k])); };
    const Text y("result");
    if constexpr (P::arity == 1)
      return Text(P::partial(At<i>{}, name(0), y)).expression;
    else if constexpr (P::arity == 2)
      return Text(P::partial(At<i>{}, name(0), name(1), y)).expression;
    else if constexpr (P::arity == 3)
      return Text(P::partial(At<i>{}, name(0), name(1), name(2), y)).expression;
    else
      return Text(P::partial(At<i>{}, name(0), name(1), name(2), name(3), y)).expression;
  }
}

template <class P> std::string pointwise_text(int operand) {
  constexpr std::string (*texts[])() = {partial_text<P, 0>, partial_text<P, 1>, partial_text<P, 2>,
                                        partial_text<P, 3>};
  return texts[operand]();
}

template <class P> Primitive make_pointwise() {
  Primitive row{};
  row.name = P::name;
  row.arity = P::arity;
  row.is_differentiable = true;
  row.is_holomorphic = true;
  row.reads[0] = mask<P, 0>();
  row.reads[1] = mask<P, 1>();
  row.reads[2] = mask<P, 2>();
  row.reads[3] = mask<P, 3>();
  row.infer = [](const Payload*, std::span<const Type> x) { return infer(source_of<P>(), x); };
  row.workspace = workspace;
  row.evaluate = [](const Payload*, std::span<const View> x, std::span<const View> y,
                    std::byte* work) { evaluate(source_of<P>(), x, y[0], work); };
  row.vjp = vjp<P>;
  row.jvp = jvp<P>;
  row.batch = batch<P>;
  row.sparsity = [](const Payload*, std::span<const Tensor>, const Type&, Dependence& dependence) {
    for (int i = 0; i < P::arity; ++i) dependence.on_same(i);
  };
  row.first_index = P::arity;
  row.fields = [] { return std::span<const ParameterField>(); };
  row.make = [](std::span<const ParameterValue>) { return Ref<Payload>(); };
  return row;
}

template <class... P> const auto& listed_pointwise(List<P...>) {
  static const std::array<Primitive, sizeof...(P)> all{make_pointwise<P>()...};
  return all;
}

template <class... P> const auto& texts(List<P...>) {
  static constexpr std::array all{
      PointwiseText{P::summary, P::operands, P::is_complex_too, pointwise_text<P>}...};
  return all;
}

}  // namespace

std::span<const Primitive> pointwise_rows() { return listed_pointwise(AllPointwise{}); }

const PointwiseText* pointwise_text(const Primitive& primitive) {
  const std::span<const Primitive> all = pointwise_rows();
  const bool is_one = &primitive >= all.data() && &primitive < all.data() + all.size();
  return is_one ? &texts(AllPointwise{})[static_cast<std::size_t>(&primitive - all.data())]
                : nullptr;
}

}  // namespace wg
