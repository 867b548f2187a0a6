#include "bindings/debug.h"

#include <sstream>

#include "bindings/calls.h"
#include "bindings/found.h"
#include "bindings/watching.h"
#include "core/error.h"
#include "formulas/comparison.h"
#include "graph/leaf_cell.h"
#include "graph/trace.h"
#include "graph/untracked.h"
#include "primitives/elementwise.h"
#include "primitives/registry.h"
#include "primitives/selection.h"

namespace wg::bindings {
namespace {

/// A watch that is opened inside of a function of vmap sees one example. What it looks at there is
/// read: where another example's is bad, or this one's is not, that example is recorded itself.
class OtherExamples {
 public:
  explicit OtherExamples(bool infinities) : infinities_(infinities) {}

  void compare(Tensor out) const {
    if (!is_compared(out)) return;
    out.set_batched(false);
    const Unwatched unwatched;
    const Untracked untracked;
    observe_bad(std::move(out));
  }
  /// Of `other` where `factor` is 0.
  void compare_met(const Tensor& factor, const Tensor& other) const {
    if (!is_compared(other) || factor.value.is_abstract()) return;
    const Unwatched unwatched;
    const Untracked untracked;
    Eager eager;
    observe_bad(where(equal(eager.var(factor), 0), eager.var(other),
                      eager.constant(Array::scalar(0.0, true)))
                    .tensor);
  }

 private:
  bool is_compared(const Tensor& tensor) const {
    return is_inside_ && this_thread.trace && tensor.value.is_defined() &&
           !tensor.value.is_abstract() && is_inexact(tensor.dtype());
  }
  void observe_bad(Tensor x) const {
    observe(apply(primitive_named(infinities_ ? "isfinite" : "isnan"), std::span(&x, 1)));
  }

  const bool is_inside_ = this_thread.trace != nullptr;
  const bool infinities_;
};

class NonFiniteWatch final : public Watching {
 public:
  explicit NonFiniteWatch(bool infinities) : infinities_(infinities), others_(infinities) {}

  void recorded(const Node& node, std::span<const Tensor* const> operands,
                const Array& out) override {
    Watching::recorded(node, operands, out);
    if (this_thread.rules) return;  // what these give is derived
    others_.compare({out, Ref<Node>::share(const_cast<Node*>(&node))});
  }

  void evaluated(const Primitive& primitive, std::span<const Tensor* const> operands,
                 const Array& out) override {
    const auto found = find_bad(out, infinities_);
    if (!found) return;
    for (const Tensor* operand : operands) {
      if (find_bad(operand->value, infinities_)) return;
    }
    const Origin origin = origins().here();
    fail<NonFiniteError>(
        "debug_nans: ", primitive.name, " of ", types_of(operands), " gave ", *found,
        plain(operands.size() == 1 ? "its operand" : "its operands", operands.size() != 1),
        place(primitive, origin));
  }

  void derived(const Derived& derived) override {
    const auto found = find(derived.out);
    others_.compare(derived.out);
    if (!found) return;
    for (const Tensor& tensor : derived.incoming) {
      if (find(tensor)) return;
    }
    const bool is_forward = derived.what == Derived::What::tangent;
    const std::string of = types_of(derived);
    const Origin origin = derived.node ? origins().of(*derived.node) : origins().here();
    if (derived.what == Derived::What::sum) {
      fail<NonFiniteError>("debug_nans: the cotangents of what ", derived.primitive.name, " of ",
                           of, " gave add up to ", *found, plain("each of them", false),
                           place(derived.primitive, origin));
    }
    fail<NonFiniteError>(
        "debug_nans: the derivative of ", derived.primitive.name, " of ", of, " gave ", *found,
        plain(is_forward ? "the tangent that came in" : "the cotangent that came in", false),
        place(derived.primitive, origin));
  }

 private:
  /// In the value, or in the tangent that it carries.
  std::optional<Found> find(const Tensor& tensor) const {
    if (auto found = find_bad(tensor.value, infinities_)) return found;
    if (tensor.node && tensor.node->holds_tangent()) return find(cell_of(*tensor.node).tangent);
    return {};
  }

  static void add_type(std::string& text, const Type& type) {
    std::ostringstream out;
    out << (text.empty() ? "" : ", ") << name(type.dtype) << " "
        << Dims(type.layout ? type.layout->shape() : std::span<const std::int64_t>());
    text += out.str();
  }

  static std::string types_of(std::span<const Tensor* const> operands) {
    std::string text;
    for (const Tensor* operand : operands) add_type(text, operand->type());
    return text;
  }

  static std::string types_of(const Derived& derived) {
    if (!derived.node) return types_of(derived.operands);
    std::string text;
    for (const Operand& operand : derived.node->operands()) add_type(text, operand.type());
    return text;
  }

  std::string plain(const char* what, bool is_many) const {
    return std::string(", where ") + what + (is_many ? " are " : " is ") +
           (infinities_ ? "finite" : "free of nan");
  }

  const bool infinities_;
  const OtherExamples others_;
};

/// Looks at what rules join by `chain`, for which 0 times anything is 0.
class ZeroWatch final : public Watching {
 public:
  explicit ZeroWatch(bool infinities) : infinities_(infinities), others_(infinities) {}

  bool follows_rules() const override { return true; }

  void applying(const Primitive& primitive, std::span<const Tensor> operands) override {
    static const Primitive& chain = primitive_named("chain");
    if (&primitive != &chain) return;
    others_.compare_met(operands[0], operands[1]);
    others_.compare_met(operands[1], operands[0]);
    auto found = find_met(operands[0].value, operands[1].value);
    if (!found) found = find_met(operands[1].value, operands[0].value);
    if (!found) return;
    const Origin origin = origins().here();
    const Primitive& rules = this_thread.rules->primitive;
    const Primitive& of = &rules == &chain && origin.within ? *origin.within : rules;
    fail<NonFiniteError>("debug_nans: in the derivative of ", of.name, " a factor of 0 met ",
                         *found, ", and their product was taken for 0", place(of, origin));
  }

  void evaluated(const Primitive&, std::span<const Tensor* const>, const Array&) override {}
  void derived(const Derived&) override {}

 private:
  /// What is bad in `other` where `factor` is 0. A boolean factor is a choice that a formula
  /// states.
  std::optional<Found> find_met(const Array& factor, const Array& other) const {
    const bool is_factor = !factor.is_abstract() && factor.dtype() != DType::boolean;
    if (!is_factor || !find_bad(other, infinities_)) return {};
    Evaluate evaluate;
    const Var met = where(equal(evaluate.var(Tensor(factor)), 0), evaluate.var(Tensor(other)),
                          evaluate.constant(Array::scalar(0.0, true)));
    return find_bad(met.tensor.value, infinities_);
  }

  const bool infinities_;
  const OtherExamples others_;
};

constexpr const char* watch_capsule = "wengert.watch";

/// open_watch(infinities, zeros) -> a capsule for close_watch
PyObject* open_watch(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    const bool infinities = args[0] == Py_True, zeros = args[1] == Py_True;
    std::unique_ptr<Watching> watch;
    if (zeros) {
      watch = std::make_unique<ZeroWatch>(infinities);
    } else {
      watch = std::make_unique<NonFiniteWatch>(infinities);
    }
    const Object capsule = Object::take(PyCapsule_New(watch.get(), watch_capsule, nullptr));
    watch.release();  // the thread's, until close_watch
    return Object(capsule).release();
  });
}

PyObject* close_watch(PyObject*, PyObject* capsule) {
  return guarded([&]() -> PyObject* {
    auto* watch = static_cast<Watching*>(PyCapsule_GetPointer(capsule, watch_capsule));
    if (!watch) throw PythonError();
    if (!Watching::is_here(watch)) {
      PyErr_SetString(PyExc_RuntimeError,
                      "debug_nans: the block was entered in another thread; it must be left in "
                      "the same");
      throw PythonError();
    }
    delete watch;
    Py_RETURN_NONE;
  });
}

PyMethodDef debug_functions[] = {{"open_watch", as_method(open_watch), METH_FASTCALL, nullptr},
                                 {"close_watch", close_watch, METH_O, nullptr},
                                 {}};

}  // namespace

void add_debug(PyObject* module) { checked(PyModule_AddFunctions(module, debug_functions)); }

}  // namespace wg::bindings
