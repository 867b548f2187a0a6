#include "bindings/debug.h"

#include <cmath>
#include <complex>
#include <optional>
#include <sstream>

#include "bindings/watching.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/leaf_cell.h"
#include "graph/primitive.h"

namespace wg::bindings {
namespace {

/// What is no number to go on with.
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

/// An element and where it is.
struct Found {
  std::string value;
  Dims index;
};

std::ostream& operator<<(std::ostream& out, const Found& found) {
  out << found.value;
  if (found.index.size() == 0) return out;
  const char* before = " at [";
  for (const std::int64_t at : std::span<const std::int64_t>(found.index)) {
    out << std::exchange(before, ", ") << at;
  }
  return out << "]";
}

std::string text_of(double x) { return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf"; }

class NonFiniteWatch final : public Watching {
 public:
  NonFiniteWatch(bool infinities, const std::string& root)
      : Watching(root), infinities_(infinities) {}

  void evaluated(const Primitive& primitive, std::span<const Tensor* const> operands,
                 const Array& out) override {
    const auto found = find(out);
    if (!found) return;
    for (const Tensor* operand : operands) {
      if (find(operand->value)) return;
    }
    const Origin origin = origins().here();
    fail<NonFiniteError>(
        "debug_nans: ", primitive.name, " of ", types_of(operands), " gave ", *found,
        plain(operands.size() == 1 ? "its operand" : "its operands", operands.size() != 1),
        place(primitive, origin));
  }

  void derived(const Derived& derived) override {
    const auto found = find(derived.out);
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
  std::optional<Found> find(const Array& array) const {
    if (!array.is_defined() || array.is_abstract() || !is_inexact(array.dtype())) return {};
    const Array values = dense(array);
    return visit(array.dtype(), [&](auto tag) -> std::optional<Found> {
      using T = typename decltype(tag)::type;
      if constexpr (std::is_floating_point_v<T>) {
        return find_in<T, T>(values);
      } else if constexpr (!std::is_integral_v<T>) {
        return find_in<T, typename T::value_type>(values);
      }
      return {};
    });
  }

  template <class T, class Real> std::optional<Found> find_in(const Array& values) const {
    const Bad bad{infinities_};
    const T* const elements = values.data<T>();
    for (std::int64_t i = 0; i < values.size(); ++i) {
      if (!bad(elements[i])) continue;
      Found found;
      if constexpr (std::is_same_v<T, Real>) {
        found.value = text_of(elements[i]);
      } else {
        const bool is_imaginary = !bad(elements[i].real());
        found.value = is_imaginary ? text_of(elements[i].imag()) + " in the imaginary part"
                                   : text_of(elements[i].real());
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

  /// In the value, or in the tangent that it carries.
  std::optional<Found> find(const Tensor& tensor) const {
    if (auto found = find(tensor.value)) return found;
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

  /// The end of the sentence.
  static std::string place(const Primitive& primitive, const Origin& origin) {
    if (!origin) return "; it was recorded outside of debug_nans";
    const bool is_within = origin.within && origin.within != &primitive;
    const std::string within = is_within ? " (for " + std::string(origin.within->name) + ")" : "";
    return within + ", at " + origin.text();
  }

  const bool infinities_;
};

constexpr const char* capsule_name = "wengert.watch";

/// open_watch(infinities, root) -> a capsule for close_watch
PyObject* open_watch(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    const char* root = PyUnicode_AsUTF8(args[1]);
    if (!root) throw PythonError();
    auto watch = std::make_unique<NonFiniteWatch>(args[0] == Py_True, root);
    const Object capsule =
        Object::take(PyCapsule_New(static_cast<Watching*>(watch.get()), capsule_name, nullptr));
    watch.release();  // the thread's, until close_watch
    return Object(capsule).release();
  });
}

PyObject* close_watch(PyObject*, PyObject* capsule) {
  return guarded([&]() -> PyObject* {
    auto* watch = static_cast<Watching*>(PyCapsule_GetPointer(capsule, capsule_name));
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

PyMethodDef functions[] = {{"open_watch", as_method(open_watch), METH_FASTCALL, nullptr},
                           {"close_watch", close_watch, METH_O, nullptr},
                           {}};

}  // namespace

void add_debug(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
