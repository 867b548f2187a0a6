/// Makes a row of the registry from the struct of a primitive of several results.
#pragma once

#include <array>
#include <vector>

#include "core/scratch.h"
#include "graph/compound.h"
#include "kernels/convert.h"
#include "primitives/dependence.h"
#include "primitives/parameters.h"

namespace wg {

/// The names of results.
template <class... Name>
constexpr std::array<std::string_view, sizeof...(Name)> names(Name... all) {
  return {all...};
}

/// What every primitive of several results has unless it says otherwise. It has one operand, of
/// matrices in the last two axes, and is, like structural primitives, a struct whose members are
/// its parameters and whose methods are its rules:
///   results are their names;
///   infer(x) gives their types, whose leading axes are those of x;
///   evaluate(x, y, work) is given a dense operand of given_dtype(x), and dense results;
///   vjp(x, y, cts) gives the contribution to x. Of a result that nothing depends on the cotangent
///   is undefined;
///   jvp(x, y, t) gives a tangent for each result, undefined where it does not move.
/// Rules are given the results as parts of their node, so that higher derivatives go on through
/// them. The batch of a factorization is itself: none of its parameters depends on leading axes.
struct FactorizationDefaults {
  static constexpr bool is_holomorphic = true;
  static constexpr auto parameters = members<FactorizationDefaults>();
  static constexpr unsigned constant = 0;  // bit k: no derivative passes result k

  static DType given_dtype(DType x) { return inexact(x); }
  void add_work(const View& /*x*/, std::span<const View> /*y*/, Work& /*work*/) const {}
};

template <class P> const Primitive& factorization_row();

/// Examples are independent: an element depends on all elements of its own matrix.
void state_own_matrix(const Tensor& x, const Type& y, int result_axes, Dependence& dependence);

/// The work of P, and of the operand as it wants it.
template <class P> Work factorization_work(const P& value, const View& x, std::span<const View> y) {
  Work work;
  View given = x;
  if (x.dtype != P::given_dtype(x.dtype) || !x.is_dense()) {
    given.dtype = P::given_dtype(x.dtype);
    add_converted(x, given.dtype, work);
  }
  value.add_work(given, y, work);
  return work;
}

template <class P>
void factorize(const P& value, const View& x, std::span<const View> y, std::byte* memory) {
  Workspace work(memory);
  const DType dtype = P::given_dtype(x.dtype);
  const bool is_given = x.dtype == dtype && x.is_dense();
  value.evaluate(is_given ? x : converted(x, dtype, work), y, work);
}

/// The parameters, and of a node the results as they were computed.
template <class P> class Factorization final : public Compound {
 public:
  explicit Factorization(P parameters, std::span<const Array> results = {})
      : value_(std::move(parameters)), results_(results.begin(), results.end()) {}

  const P& value() const { return value_; }

  std::vector<Type> infer(std::span<const Type> x) const override { return value_.infer(x[0]); }

  std::vector<Array> evaluate(std::span<Tensor> x) const override {
    const Type type = x[0].type();
    std::vector<Array> results;
    std::vector<View> y;
    for (const Type& own : value_.infer(type)) {
      results.push_back(Array::empty(own.dtype, own.shape()));
      y.push_back(view_of(results.back()));
    }
    const View operand = view_of(x[0].value);
    const Scratch work(factorization_work(value_, operand, y));
    factorize(value_, operand, y, work.memory());
    return results;
  }

  void vjp(std::span<const Var> x, std::span<const Var> y, std::span<const Var> cts, Wanted,
           Builder&, std::span<Contribution> contributions) const override {
    std::vector<Var> all(cts.begin(), cts.end());
    all.resize(y.size());
    contributions[0] = value_.vjp(x[0], y, all);
  }
  std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> y,
                       std::span<const Var> tangents, Builder&) const override {
    return value_.jvp(x[0], y, tangents[0]);
  }
  std::vector<Var> batch(std::span<Var> x, std::span<const bool>, Builder& builder) const override {
    Tensor operand[] = {std::move(x[0].tensor)};
    std::vector<Var> results;
    for (Tensor& y : builder.apply_compound(factorization_row<P>(), payload(), operand)) {
      results.push_back(builder.var(std::move(y)));
    }
    return results;
  }

  bool is_differentiable(std::size_t result) const override { return !(P::constant >> result & 1); }
  bool is_derivable() const override { return true; }
  bool is_linear(const std::vector<bool>& dependent) const override { return !dependent[0]; }
  Ref<Payload> keeping(std::span<const Array> results) const override {
    return Ref<Payload>::adopt(new Factorization(value_, results));
  }
  std::span<const Array> results() const override { return results_; }
  void sparsity(std::span<const Tensor> x, std::size_t, const Type& y,
                Dependence& dependence) const override {
    state_own_matrix(x[0], y, y.ndim() - (x[0].value.ndim() - 2), dependence);
  }

  void words(std::vector<std::int64_t>& words, Constants) const override {
    add_parameter_words(words, value_);
  }
  std::string text() const override { return parameter_text(value_); }
  bool is_holomorphic() const override { return P::is_holomorphic; }
  Ref<Payload> without_values() const override { return payload(); }

 private:
  Ref<Payload> payload() const { return Ref<Payload>::adopt(new Factorization(value_)); }

  const P value_;
  const std::vector<Array> results_;
};

/// Applies a factorization to a value in the language of rules.
template <class P> std::vector<Var> factors(P parameters, const Var& x) {
  Tensor operand[] = {x.tensor};
  Ref<Payload> payload = Ref<Payload>::adopt(new Factorization<P>(std::move(parameters)));
  std::vector<Var> results;
  for (Tensor& y : x.builder->apply_compound(factorization_row<P>(), std::move(payload), operand)) {
    results.push_back(x.builder->var(std::move(y)));
  }
  return results;
}

template <class P> const Primitive& factorization_row() {
  static const Primitive row = [] {
    Primitive r = compound_row(P::name);
    r.arity = 1;
    r.is_holomorphic = P::is_holomorphic;
    r.is_fallible = true;
    r.results = P::results;
    r.fields = parameter_fields<P>;
    r.make = [](std::span<const ParameterValue> values) {
      return Ref<Payload>::adopt(new Factorization<P>(parameters_from<P>(values)));
    };
    r.workspace = [](const Payload* self, std::span<const View> x, std::span<const View> y) {
      return factorization_work(static_cast<const Factorization<P>*>(self)->value(), x[0], y);
    };
    r.evaluate = [](const Payload* self, std::span<const View> x, std::span<const View> y,
                    std::byte* work) {
      factorize(static_cast<const Factorization<P>*>(self)->value(), x[0], y, work);
    };
    return r;
  }();
  return row;
}

}  // namespace wg
