#include "bindings/primitive_rules.h"

#include "bindings/application.h"
#include "bindings/primitive_object.h"
#include "core/copy.h"
#include "core/error.h"
#include "core/host.h"
#include "graph/primitive.h"

namespace wg::bindings {
namespace {

/// A primitive applied to what a call would apply it to, up to where memory is needed.
struct Planned {
  const Primitive& primitive;
  const Application given;
  std::vector<View> x;
  Type type;
  Ref<Layout> layout;  // of the result, dense
  View y{};
  bool is_view = false;

  Planned(PyObject* self, PyObject* const* args, Py_ssize_t count)
      : primitive(primitive_of(self)), given(read_application(primitive, args, count)) {
    std::vector<Type> types;
    for (const Tensor& operand : given.operands) {
      types.push_back(operand.type());
      x.push_back(view_of(operand.value));
    }
    type = primitive.infer(payload(), types);
    layout = Layout::dense(type.shape());
    y = {nullptr, layout.pointer(), type.dtype};
    Viewed view;
    is_view = primitive.view && primitive.view(payload(), types[0], view);
  }

  const Payload* payload() const { return given.payload.pointer(); }
  std::span<const View> results() const { return {&y, 1}; }
  std::int64_t bytes() const { return y.size() * y.item(); }
  Work work() const {
    return primitive.workspace && !is_view ? primitive.workspace(payload(), x, results()) : Work();
  }
};

PyObject* infer(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return guarded([&] {
    const Type type = Planned(self, args, count).type;
    const Object shape = Object::take(PyTuple_New(type.ndim()));
    for (int i = 0; i < type.ndim(); ++i)
      PyTuple_SET_ITEM(shape.get(), i,
                       checked(PyLong_FromLongLong(type.shape()[static_cast<std::size_t>(i)])));
    return checked(Py_BuildValue("(NOO)", PyArray_DescrFromType(number_of_dtype(type.dtype)),
                                 shape.get(), type.is_weak ? Py_True : Py_False));
  });
}

PyObject* plan(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return guarded([&] {
    const Planned planned(self, args, count);
    const Work work = planned.work();
    return checked(Py_BuildValue("(LnnIO)", static_cast<long long>(planned.bytes()),
                                 static_cast<Py_ssize_t>(work.bytes),
                                 static_cast<Py_ssize_t>(work.alignment), planned.primitive.shares,
                                 planned.is_view ? Py_True : Py_False));
  });
}

std::int64_t number(PyObject* object) {
  const long long value = PyLong_AsLongLong(object);
  if (value == -1 && PyErr_Occurred()) throw PythonError();
  return value;
}

/// evaluate_in(arena, result, work, shared, *args): the offsets are bytes, and operand `shared`, if
/// that is not negative, lies where the result will.
PyObject* evaluate_in(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return guarded([&]() -> PyObject* {
    if (count < 4 || !PyArray_Check(args[0]) ||
        !PyArray_ISCARRAY(reinterpret_cast<PyArrayObject*>(args[0]))) {
      fail<DTypeError>("evaluate_in: a writable array and three numbers are needed");
    }
    auto* const array = reinterpret_cast<PyArrayObject*>(args[0]);
    auto* const arena = static_cast<std::byte*>(PyArray_DATA(array));
    const std::int64_t result = number(args[1]), work = number(args[2]), shared = number(args[3]);
    Planned planned(self, args + 4, count - 4);
    const auto check = [&](std::int64_t at, std::int64_t bytes) {
      if (at >= 0 && bytes <= PyArray_NBYTES(array) - at) return;
      fail<ShapeError>("evaluate_in: ", bytes, " bytes from ", at, " on do not lie in the arena");
    };
    check(result, planned.bytes());
    check(work, static_cast<std::int64_t>(planned.work().bytes));
    planned.y.data = arena + result;
    if (shared >= 0) {
      View& operand = planned.x.at(static_cast<std::size_t>(shared));
      copy_into(operand, planned.y);
      operand.data = planned.y.data;
      operand.layout = planned.y.layout;
    }
    {
      const Unlocked unlocked(Unlocked::threshold);  // nothing of it may need the lock
      planned.primitive.evaluate(planned.payload(), planned.x, planned.results(), arena + work);
    }
    return Py_NewRef(Py_None);
  });
}

}  // namespace

PyMethodDef primitive_rules[] = {
    {"infer", as_method(infer), METH_FASTCALL,
     "infer($self, *args)\n--\n\nThe dtype, the shape and the weakness of the result."},
    {"plan", as_method(plan), METH_FASTCALL,
     "plan($self, *args)\n--\n\nBytes of the result and of the workspace, the alignment of that,\n"
     "the operands whose memory the result may be in, as bits, and whether it is a view."},
    {"evaluate_in", as_method(evaluate_in), METH_FASTCALL,
     "evaluate_in($self, arena, result, work, shared, *args)\n--\n\n"
     "Evaluates into memory at these offsets of an arena; operand `shared` is put there before."},
    {}};

}  // namespace wg::bindings
