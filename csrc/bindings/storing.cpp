#include "bindings/storing.h"

#include "bindings/calls.h"
#include "bindings/destination.h"
#include "bindings/object_arrays.h"
#include "bindings/selection.h"
#include "core/error.h"
#include "graph/trace.h"
#include "primitives/indexing.h"
#include "primitives/selection.h"
#include "primitives/shape.h"

namespace wg::bindings {
namespace {

Object descr_of(DType dtype) {
  return Object::take(reinterpret_cast<PyObject*>(PyArray_DescrFromType(number_of_dtype(dtype))));
}

std::string_view name_of(NPY_CASTING casting) {
  constexpr std::string_view names[] = {"no", "equiv", "safe", "same_kind", "unsafe"};
  return names[casting];
}

/// The value of a Tensor for memory that knows no derivatives.
Object plain_value(const char* what, const Tensor& tensor) {
  if (tensor.is_differentiated()) {
    fail<DTypeError>(what,
                     ": what is stored in an ndarray is being differentiated, and its derivative "
                     "would be lost; store it in a Tensor, which np.zeros(n, like=x) and "
                     "wengert.numpy.zeros(n) make, or store its .detach()");
  }
  observe(tensor, is_inexact(tensor.dtype()) ? what : std::string_view());
  return Object::take(view_as_ndarray(tensor.value));
}

void require_shape(const char* what, std::span<const std::int64_t> shape,
                   std::span<const std::int64_t> wanted, bool broadcasts) {
  bool fits = std::ranges::equal(shape, wanted);
  if (!fits && broadcasts && shape.size() <= wanted.size()) {
    const auto last = wanted.last(shape.size());
    fits = true;
    for (std::size_t i = 0; i < shape.size(); ++i) fits &= shape[i] == 1 || shape[i] == last[i];
  }
  if (fits) return;
  fail<ShapeError>(what, ": the result is of shape ", Dims(shape), ", and out of ", Dims(wanted),
                   broadcasts ? "; it must broadcast to that" : "; they must be equal");
}

/// `where` as booleans; Python's numbers count as such, arrays of numbers do not.
Tensor mask_of(const char* what, PyObject* where) {
  Tensor mask = operand_of(where, what);
  if (mask.dtype() == DType::boolean) return mask;
  if (!mask.value.is_weak() || mask.value.ndim() > 0) {
    fail<DTypeError>(what, ": where is ", name(mask.dtype()), "; bool is needed");
  }
  return convert_tensor(std::move(mask), DType::boolean);
}

void store_in_tensor(const char* what, PyObject* out, Tensor result, const Storing& how) {
  Destination destination(out, what);
  const Type own = read_type(out).type();
  // Python's numbers are of the narrowest dtype of their kind
  const bool is_number = result.value.is_weak() && result.value.ndim() == 0;
  require_castable(what, "the result", result.dtype(), "out", own.dtype,
                   is_number ? std::max(how.casting, NPY_SAME_KIND_CASTING) : how.casting);
  require_shape(what, result.value.shape(), own.shape(), how.broadcasts);
  result = cast_into(std::move(result), own.dtype);
  if (how.where != Py_True) {
    Tensor mask = mask_of(what, how.where);
    require_shape(what, mask.value.shape(), own.shape(), true);
    Tensor operands[] = {std::move(mask), std::move(result), destination.value()};
    result = apply(structural_row_of<Where>, operands);
  }
  if (!std::ranges::equal(result.value.shape(), own.shape())) {
    Tensor one[] = {std::move(result)};
    result = apply(structural_row_of<BroadcastTo>, one,
                   payload_of(BroadcastTo{.shape = Dims(own.shape())}));
  }
  const Array& value = result.value;
  if (own.is_weak != value.is_weak() || (value.has_block() && value.block()->is_borrowed())) {
    return destination.set(Dims(), std::move(result));  // copied, elements being what is stored
  }
  destination.replace(std::move(result));
}

void store_in_ndarray(const char* what, PyObject* out, const Tensor& result, const Storing& how) {
  auto* const array = reinterpret_cast<PyArrayObject*>(out);
  const Dims shape(std::span<const npy_intp>(PyArray_DIMS(array), PyArray_NDIM(array)));
  require_shape(what, result.value.shape(), shape, how.broadcasts);
  const bool holds_objects = is_object_array(out) && is_bound_to_record(result);
  const Object value =
      holds_objects ? Object::take(taken_apart(result)) : plain_value(what, result);
  const Object mask =
      how.where == Py_True ? Object::share(Py_True) : plain_value(what, mask_of(what, how.where));
  const Object numpy = Object::take(PyImport_ImportModule("numpy"));
  const Object copyto = Object::take(PyObject_GetAttrString(numpy.get(), "copyto"));
  const Object rule = Object::take(PyUnicode_FromString(name_of(how.casting).data()));
  PyObject* arguments[] = {out, value.get(), rule.get(), mask.get()};
  Object::take(PyObject_Vectorcall(copyto.get(), arguments, 4, nullptr));
}

/// store(what, out, result, casting="same_kind", where=True, broadcasts=False)
PyObject* store_result(PyObject*, PyObject* args, PyObject* names) {
  return guarded([&] {
    static const char* keywords[] = {"what",  "out",        "result", "casting",
                                     "where", "broadcasts", nullptr};
    const char* what = nullptr;
    PyObject *out = nullptr, *result = nullptr;
    Storing how;
    int broadcasts = 0;
    if (!PyArg_ParseTupleAndKeywords(args, names, "sOO|O&Op:store", const_cast<char**>(keywords),
                                     &what, &out, &result, PyArray_CastingConverter, &how.casting,
                                     &how.where, &broadcasts)) {
      throw PythonError();
    }
    how.broadcasts = broadcasts != 0;
    return store(what, out, operand_of(result, what), how);
  });
}

/// plain_value(what, x): what NumPy stores in an ndarray.
PyObject* stored_value(PyObject*, PyObject* args) {
  return guarded([&] {
    const char* what = nullptr;
    PyObject* x = nullptr;
    if (!PyArg_ParseTuple(args, "sO:plain_value", &what, &x)) throw PythonError();
    return plain_value(what, operand_of(x, what)).release();
  });
}

/// Adds at a key, to an element as often as the key names it, in the Tensor's dtype.
void accumulate(const char* what, PyObject* target, PyObject* key, Tensor update) {
  Destination destination(target, what);
  const Type own = read_type(target).type();
  update = cast_into(std::move(update), own.dtype);
  Key read_key(key, own.shape());
  if (!read_key.has_arrays) {
    Dims index;
    for (const Item& item : read_key.items) add_to(index, item);
    Tensor operands[] = {Tensor(), std::move(update)};
    return destination.apply(structural_row_of<AddAtSlice>,
                             payload_of(AddAtSlice{.index = std::move(index)}), operands);
  }
  // No value of the destination is held when that is written: it could not be written to in place.
  const Selection selection(read_key, static_cast<int>(own.shape().size()), false);
  const bool is_all = is_whole(selection.before);
  std::vector<Tensor> operands{is_all ? Tensor() : viewed(destination.value(), selection.before),
                               std::move(update)};
  selection.require_arrays(is_all ? destination.value() : operands[0]);
  operands.insert(operands.end(), selection.indices.begin(), selection.indices.end());
  Ref<Payload> payload = payload_of(AddAt{.axes = selection.axes, .behind = selection.behind});
  if (is_all) return destination.apply(structural_row_of<AddAt>, std::move(payload), operands);
  Tensor part = apply(structural_row_of<AddAt>, operands, std::move(payload));
  operands.clear();
  destination.set(selection.before, std::move(part));
}

/// accumulate(what, target, key, update)
PyObject* accumulate_at(PyObject*, PyObject* args) {
  return guarded([&] {
    const char* what = nullptr;
    PyObject *target = nullptr, *key = nullptr, *update = nullptr;
    if (!PyArg_ParseTuple(args, "sO!OO:accumulate", &what, tensor_type, &target, &key, &update)) {
      throw PythonError();
    }
    accumulate(what, target, key, operand_of(update, what));
    return Py_NewRef(Py_None);
  });
}

PyMethodDef storing_functions[] = {
    {"store", as_method(store_result), METH_VARARGS | METH_KEYWORDS,
     "Store a result in a Tensor or an ndarray, and return that."},
    {"plain_value", stored_value, METH_VARARGS,
     "What NumPy stores in an ndarray; fails if that is being differentiated."},
    {"accumulate", accumulate_at, METH_VARARGS,
     "Add to a Tensor at a key, as often to an element as the key names it."},
    {}};

}  // namespace

void require_castable(const char* what, const char* from, DType given, const char* to, DType wanted,
                      NPY_CASTING casting) {
  if (given == wanted) return;
  const Object source = descr_of(given), target = descr_of(wanted);
  if (PyArray_CanCastTypeTo(reinterpret_cast<PyArray_Descr*>(source.get()),
                            reinterpret_cast<PyArray_Descr*>(target.get()), casting)) {
    return;
  }
  fail<DTypeError>(what, ": ", from, " is ", name(given), " and ", to, " is ", name(wanted),
                   ", to which casting='", name_of(casting), "' does not cast");
}

PyObject* store(const char* what, PyObject* out, Tensor result, const Storing& how) {
  if (PyTuple_Check(out)) {
    if (PyTuple_GET_SIZE(out) != 1) {
      fail<ShapeError>(what, ": out has ", PyTuple_GET_SIZE(out), " entries; 1 is needed");
    }
    out = PyTuple_GET_ITEM(out, 0);
  }
  if (out == Py_None) {
    if (how.where == Py_True) return wrap(std::move(result));
    fail<DTypeError>(what,
                     ": where was given without out, which holds the elements that stay; give "
                     "both");
  }
  const Object kept = Object::share(out);
  if (is_tensor(out)) {
    store_in_tensor(what, out, std::move(result), how);
  } else if (PyArray_Check(out)) {
    store_in_ndarray(what, out, result, how);
  } else {
    fail<DTypeError>(what, ": out is a ", Py_TYPE(out)->tp_name,
                     "; a Tensor or an array is needed");
  }
  return Object(kept).release();
}

void add_storing(PyObject* module) { checked(PyModule_AddFunctions(module, storing_functions)); }

}  // namespace wg::bindings
