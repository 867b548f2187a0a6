#include "bindings/primitive_rules.h"

#include "bindings/application.h"
#include "bindings/primitive_object.h"
#include "core/copy.h"
#include "core/error.h"
#include "core/host.h"
#include "graph/compound.h"

namespace wg::bindings {
namespace {

/// A primitive applied to what a call would apply it to, up to where memory is needed.
struct Planned {
  const Primitive& primitive;
  const Application given;
  std::vector<View> x;
  std::vector<Type> types;           // of the results
  std::vector<Ref<Layout>> layouts;  // theirs, dense
  std::vector<View> y;
  bool is_view = false;

  Planned(PyObject* self, PyObject* const* args, Py_ssize_t count)
      : primitive(primitive_of(self)), given(read_application(primitive, args, count)) {
    std::vector<Type> operands;
    for (const Tensor& operand : given.operands) {
      operands.push_back(operand.type());
      x.push_back(view_of(operand.value));
    }
    if (primitive.is_compound)
      types = compound_of(payload()).infer(operands);
    else
      types.push_back(primitive.infer(payload(), operands));
    for (const Type& type : types) {
      layouts.push_back(Layout::dense(type.shape()));
      y.push_back({nullptr, layouts.back().pointer(), type.dtype});
    }
    Viewed view;
    is_view = primitive.view && primitive.view(payload(), operands[0], view);
  }

  const Payload* payload() const { return given.payload.pointer(); }
  std::int64_t bytes(std::size_t result) const { return y[result].size() * y[result].item(); }
  Work work() const {
    return primitive.workspace && !is_view ? primitive.workspace(payload(), x, y) : Work();
  }
};

PyObject* described(const Type& type) {
  const Object shape = Object::take(PyTuple_New(type.ndim()));
  for (int i = 0; i < type.ndim(); ++i)
    PyTuple_SET_ITEM(shape.get(), i,
                     checked(PyLong_FromLongLong(type.shape()[static_cast<std::size_t>(i)])));
  return checked(Py_BuildValue("(NOO)", PyArray_DescrFromType(number_of_dtype(type.dtype)),
                               shape.get(), type.is_weak ? Py_True : Py_False));
}

/// What is said of each result: by itself, where there is one.
template <class Say> PyObject* of_each(const Planned& planned, const Say& say) {
  if (planned.primitive.results.empty()) return say(0);
  Object tuple = Object::take(PyTuple_New(static_cast<Py_ssize_t>(planned.y.size())));
  for (std::size_t k = 0; k < planned.y.size(); ++k) {
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(k), say(k));
  }
  return tuple.release();
}

PyObject* infer(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return guarded([&] {
    const Planned planned(self, args, count);
    return of_each(planned, [&](std::size_t k) { return described(planned.types[k]); });
  });
}

PyObject* plan(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return guarded([&] {
    const Planned planned(self, args, count);
    const Work work = planned.work();
    PyObject* const bytes = of_each(
        planned, [&](std::size_t k) { return checked(PyLong_FromLongLong(planned.bytes(k))); });
    return checked(Py_BuildValue("(NnnIO)", bytes, static_cast<Py_ssize_t>(work.bytes),
                                 static_cast<Py_ssize_t>(work.alignment), planned.primitive.shares,
                                 planned.is_view ? Py_True : Py_False));
  });
}

std::int64_t number(PyObject* object) {
  const long long value = PyLong_AsLongLong(object);
  if (value == -1 && PyErr_Occurred()) throw PythonError();
  return value;
}

/// The places of the results, as numbers of bytes: one number, where there is one.
std::vector<std::int64_t> places(PyObject* object, const Planned& planned) {
  if (planned.primitive.results.empty()) return {number(object)};
  const Object sequence =
      Object::take(PySequence_Fast(object, "a place for each result is needed"));
  std::vector<std::int64_t> all;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence.get()); ++i) {
    all.push_back(number(PySequence_Fast_GET_ITEM(sequence.get(), i)));
  }
  if (all.size() != planned.y.size()) {
    fail<ShapeError>("evaluate_in: ", all.size(), " places were given; ", planned.y.size(),
                     " are needed");
  }
  return all;
}

/// evaluate_in(arena, result, work, shared, *args): the offsets are bytes, and operand `shared`, if
/// that is not negative, lies where the result will. Several results have an offset each.
PyObject* evaluate_in(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return guarded([&]() -> PyObject* {
    if (count < 4 || !PyArray_Check(args[0]) ||
        !PyArray_ISCARRAY(reinterpret_cast<PyArrayObject*>(args[0]))) {
      fail<DTypeError>("evaluate_in: a writable array and three numbers are needed");
    }
    auto* const array = reinterpret_cast<PyArrayObject*>(args[0]);
    auto* const arena = static_cast<std::byte*>(PyArray_DATA(array));
    const std::int64_t work = number(args[2]), shared = number(args[3]);
    Planned planned(self, args + 4, count - 4);
    const std::vector<std::int64_t> results = places(args[1], planned);
    const auto check = [&](std::int64_t at, std::int64_t bytes) {
      if (at >= 0 && bytes <= PyArray_NBYTES(array) - at) return;
      fail<ShapeError>("evaluate_in: ", bytes, " bytes from ", at, " on do not lie in the arena");
    };
    for (std::size_t k = 0; k < results.size(); ++k) {
      check(results[k], planned.bytes(k));
      planned.y[k].data = arena + results[k];
    }
    check(work, static_cast<std::int64_t>(planned.work().bytes));
    if (shared >= 0) {
      View& operand = planned.x.at(static_cast<std::size_t>(shared));
      copy_into(operand, planned.y[0]);
      operand.data = planned.y[0].data;
      operand.layout = planned.y[0].layout;
    }
    {
      const Unlocked unlocked(Unlocked::threshold);  // nothing of it may need the lock
      planned.primitive.evaluate(planned.payload(), planned.x, planned.y, arena + work);
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
