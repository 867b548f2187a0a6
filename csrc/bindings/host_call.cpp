#include "bindings/host_call.h"

#include <algorithm>
#include <memory>
#include <sstream>

#include "bindings/calls.h"
#include "bindings/containers.h"
#include "bindings/jit/objects.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/compound.h"
#include "graph/trace.h"
#include "graph/witness.h"
#include "primitives/indexing.h"

namespace wg::bindings {
namespace {

std::string type_text(const Type& type) {
  std::ostringstream text;
  text << name(type.dtype) << Shape(type.shape());
  return text.str();
}

/// A Python function of arrays that returns one, of the same type at every call. It has no
/// derivative: who calls it states one beside it.
class HostCall final : public Compound {
 public:
  /// `function`: a method of what states the derivative.
  HostCall(Object function, Type type) : function_(std::move(function)), type_(std::move(type)) {}
  /// The same for each example of a batch, where these operands have a batch axis in front.
  HostCall(const HostCall& example, std::span<const bool> is_batched, std::int64_t count)
      : example_(Ref<Payload>::share(const_cast<HostCall*>(&example))),
        is_batched_(is_batched.begin(), is_batched.end()),
        type_(example.type_.dtype, with_length(example.type_.shape(), count)) {}

  std::vector<Type> infer(std::span<const Type> x) const override {
    for (std::size_t k = 0; k < is_batched_.size(); ++k) {
      const bool has_length = x[k].ndim() > 0 && x[k].shape()[0] == type_.shape()[0];
      if (is_batched_[k] && !has_length) {
        fail<ShapeError>("primitive: an operand of a batch of ", type_.shape()[0], " is ",
                         type_text(x[k]), "; an axis of that length in front is needed");
      }
    }
    return {type_};
  }

  std::vector<Array> evaluate(std::span<Tensor> x) const override {
    std::vector<Object> arrays;
    for (const Tensor& operand : x) arrays.push_back(Object::take(view_as_ndarray(operand.value)));
    const UserAtWork at_work;
    const Object result = called(arrays);
    Tensor value = operand_of(result.get(), "primitive");
    if (value.dtype() != type_.dtype || !std::ranges::equal(value.value.shape(), type_.shape())) {
      fail<ShapeError>("primitive: the function returned ", type_text(value.type()), ", and ",
                       type_text(type_), " when it was recorded; equal types are needed");
    }
    return {std::move(value.value).with_weak(false)};
  }

  void vjp(std::span<const Var>, std::span<const Var>, std::span<const Var>, Wanted, Builder&,
           std::span<Contribution>) const override {}
  std::vector<Var> jvp(std::span<const Var>, std::span<const Var>, std::span<const Var>,
                       Builder&) const override {
    return std::vector<Var>(1);
  }
  std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                         Builder& builder) const override;
  bool is_differentiable(std::size_t) const override { return false; }
  bool is_derivable() const override { return true; }
  bool is_linear(const std::vector<bool>& dependent) const override {
    return std::ranges::find(dependent, true) == dependent.end();
  }
  void sparsity(std::span<const Tensor>, std::size_t, const Type&, Dependence&) const override {}

  void write(ObjectWriter& out) const {
    out.out().byte(bool(example_));
    wg::write(type_, out.out());
    if (example_) {
      for (const bool flag : is_batched_) out.out().byte(flag);
      return static_cast<const HostCall&>(*example_).write(out);
    }
    out.write_name(PyMethod_GET_SELF(function_.get()), "save: a function that is a `primitive`");
  }

  static Ref<Payload> read(ObjectReader& reader, std::size_t operands) {
    const Level level;
    ByteReader& in = reader.in();
    const bool is_of_batch = in.flag();
    Type type = read_type(in);
    if (!is_of_batch) {
      const Object owner = reader.read_stated();
      Object function = Object::own(PyObject_GetAttrString(owner.get(), "_evaluate"));
      PyErr_Clear();
      if (!function || !PyMethod_Check(function.get())) ByteReader::refuse("a function is none");
      return Ref<Payload>::adopt(new HostCall(std::move(function), std::move(type)));
    }
    const auto is_batched = std::make_unique<bool[]>(operands);
    for (std::size_t k = 0; k < operands; ++k) is_batched[k] = in.flag();
    const Ref<Payload> read_example = read(reader, operands);
    const auto& example = static_cast<const HostCall&>(*read_example);
    const bool is_batch = type.ndim() > 0 && type.dtype == example.type_.dtype &&
                          std::ranges::equal(type.shape().subspan(1), example.type_.shape());
    const std::span flags(is_batched.get(), operands);
    if (!is_batch || std::ranges::find(flags, true) == flags.end())
      ByteReader::refuse("a batch is of another type than its examples");
    return Ref<Payload>::adopt(new HostCall(example, flags, type.shape()[0]));
  }

 private:
  static Shape with_length(std::span<const std::int64_t> shape, std::int64_t count) {
    Dims all;
    all.push_back(count);
    for (const std::int64_t length : shape) all.push_back(length);
    return Shape(all);
  }

  Object called(std::span<const Object> arrays) const {
    if (example_) return called_for_each(arrays);
    std::vector<PyObject*> given;
    for (const Object& array : arrays) given.push_back(array.get());
    return Object::take(PyObject_Vectorcall(function_.get(), given.data(), given.size(), nullptr));
  }

  Object called_for_each(std::span<const Object> arrays) const {
    const auto& example = static_cast<const HostCall&>(*example_);
    const auto count = static_cast<Py_ssize_t>(type_.shape()[0]);
    const Object results = Object::take(PyList_New(0));
    for (Py_ssize_t i = 0; i < count; ++i) {
      std::vector<Object> own;
      for (std::size_t k = 0; k < arrays.size(); ++k) {
        own.push_back(is_batched_[k] ? Object::take(PySequence_GetItem(arrays[k].get(), i))
                                     : arrays[k]);
      }
      checked(PyList_Append(results.get(), example.called(own).get()));
    }
    const Object numpy = Object::take(PyImport_ImportModule("numpy"));
    if (count > 0)
      return Object::take(PyObject_CallMethod(numpy.get(), "stack", "O", results.get()));
    return Object::take(to_ndarray(Array::empty(type_.dtype, type_.layout)));
  }

  Object function_;
  Ref<Payload> example_;
  std::vector<bool> is_batched_;
  Type type_;
};

}  // namespace

const Primitive& host_primitive() {
  static const Primitive row = [] {
    Primitive call = compound_row("primitive");
    call.is_fallible = true;
    return call;
  }();
  return row;
}

void write_host_call(const Payload& payload, ObjectWriter& out) {
  static_cast<const HostCall&>(payload).write(out);
}

Ref<Payload> read_host_call(ObjectReader& in, std::size_t operands) {
  return HostCall::read(in, operands);
}

namespace {

std::vector<Var> HostCall::batch(std::span<Var> x, std::span<const bool> is_batched,
                                 Builder& builder) const {
  auto payload = Ref<Payload>::adopt(new HostCall(*this, is_batched, batch_length(x, is_batched)));
  std::vector<Tensor> operands;
  for (Var& operand : x) operands.push_back(std::move(operand.tensor));
  std::vector<Var> results;
  for (Tensor& y : builder.apply_compound(host_primitive(), std::move(payload), operands)) {
    results.push_back(builder.var(std::move(y)));
  }
  return results;
}

/// call_foreign(function, operands): what the function makes of their values, an array; where that
/// is recorded to be evaluated again, a Tensor that is made again by another call.
PyObject* call_foreign(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    std::vector<Tensor> operands;
    std::vector<Object> arrays;
    std::vector<PyObject*> given;
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(args[1]); ++k) {
      operands.push_back(operand_of(PyList_GET_ITEM(args[1], k), "primitive"));
      arrays.push_back(Object::take(view_as_ndarray(operands.back().value)));
      given.push_back(arrays.back().get());
    }
    Object result = Object::take(PyObject_Vectorcall(args[0], given.data(), given.size(), nullptr));
    const bool is_any_tracked = std::ranges::any_of(operands, &Tensor::is_tracked);
    if (!is_any_tracked || !Trace::capturing()) return result.release();
    Tensor value = operand_of(result.get(), "primitive");
    auto payload = Ref<Payload>::adopt(new HostCall(Object::share(args[0]), value.type()));
    std::vector<const Tensor*> pointers;
    for (const Tensor& operand : operands) pointers.push_back(&operand);
    std::vector<Array> values{copy_of(value.value).with_weak(false)};
    return wrap(std::move(
        record_compound(host_primitive(), std::move(payload), pointers, std::move(values))[0]));
  });
}

PyMethodDef host_call_functions[] = {
    {"call_foreign", as_method(call_foreign), METH_FASTCALL, nullptr}, {}};

}  // namespace

void add_host_calls(PyObject* module) {
  checked(PyModule_AddFunctions(module, host_call_functions));
}

}  // namespace wg::bindings
