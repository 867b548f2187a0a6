#include "bindings/primitive_object.h"

#include <structmember.h>

#include <string>
#include <vector>

#include "bindings/application.h"
#include "bindings/calls.h"
#include "bindings/destination.h"
#include "bindings/memory_order.h"
#include "bindings/primitive_rules.h"
#include "bindings/storing.h"
#include "core/error.h"
#include "primitives/pointwise.h"
#include "primitives/registry.h"

namespace wg::bindings {
namespace {

struct PrimitiveObject {
  PyObject_HEAD vectorcallfunc call;
  const Primitive* primitive;
};

PyTypeObject* primitive_type = nullptr;

}  // namespace

const Primitive& primitive_of(PyObject* object) {
  return *reinterpret_cast<PrimitiveObject*>(object)->primitive;
}

namespace {

PyObject* unicode(std::string_view text) {
  return checked(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

/// All results of an operation that has several.
PyObject* call_compound(const Primitive& primitive, Application given) {
  Eager eager;
  std::vector<Tensor> results =
      eager.apply_compound(primitive, std::move(given.payload), given.operands);
  Object tuple = Object::take(PyTuple_New(static_cast<Py_ssize_t>(results.size())));
  Py_ssize_t k = 0;
  for (Tensor& result : results) PyTuple_SET_ITEM(tuple.get(), k++, wrap(std::move(result)));
  return tuple.release();
}

PyObject* call_structural(const Primitive& primitive, PyObject* const* args, Py_ssize_t count) {
  Application given = read_application(primitive, args, count);
  if (primitive.is_compound) return call_compound(primitive, std::move(given));
  if (primitive.keeps_order) {
    const std::span objects(args, given.operands.size());
    PyObject* const result =
        lie_in_rows(objects) ? nullptr
                             : apply_in_order(primitive, given.payload, objects, given.operands);
    if (result) return result;
  }
  Object result = Object::take(wrap(apply(primitive, given.operands, Ref<Payload>(given.payload))));
  if (primitive.gives_view && is_tensor(args[0])) {
    link_view(args[0], result.get(), primitive, given.payload.pointer());
  }
  return result.release();
}

/// `dtype=` of an elementwise function: operands are converted before, as NumPy does.
void convert_operands(const Primitive& primitive, std::span<Tensor> operands, DType dtype,
                      NPY_CASTING casting) {
  const Primitive& convert = primitive_named("convert");
  const ParameterValue parameter = dtype;
  for (Tensor& operand : operands) {
    if (operand.dtype() == dtype && !operand.value.is_weak()) continue;
    if (!operand.value.is_weak()) {
      require_castable(primitive.name.data(), "an operand", operand.dtype(), "dtype", dtype,
                       casting);
    }
    Tensor one[] = {std::move(operand)};
    operand = apply(convert, one, convert.make(std::span(&parameter, 1)));
  }
}

/// What NumPy's ufuncs take besides operands.
struct Keywords {
  PyObject* out = Py_None;
  PyObject* dtype = Py_None;
  Storing how{.broadcasts = true};
  Order order = Order::kept;

  /// Whether they ask for nothing but a value of its own.
  bool is_empty() const {
    return out == Py_None && dtype == Py_None && how.where == Storing().where &&
           how.casting == Storing().casting;
  }

  Keywords(const Primitive& primitive, PyObject* const* values, PyObject* names) {
    const Py_ssize_t count = names ? PyTuple_GET_SIZE(names) : 0;
    for (Py_ssize_t i = 0; i < count; ++i) {
      const std::string_view name = PyUnicode_AsUTF8(PyTuple_GET_ITEM(names, i));
      if (name == "out") {
        out = values[i];
      } else if (name == "where") {
        how.where = values[i];
      } else if (name == "dtype") {
        dtype = values[i];
      } else if (name == "casting") {
        if (!PyArray_CastingConverter(values[i], &how.casting)) throw PythonError();
      } else if (name == "order") {
        order = order_of(values[i], primitive.name.data());
      } else if (name != "subok") {  // of no effect
        fail<DTypeError>(primitive.name, ": keyword argument '", name, "' is not supported");
      }
    }
  }
};

/// With out=, where=, dtype= or casting=, or an operand that is a list.
PyObject* call_elementwise_in_full(const Primitive& primitive, PyObject* const* args,
                                   Py_ssize_t count, PyObject* names) {
  const char* const what = primitive.name.data();
  Keywords keywords(primitive, args + count, names);
  if (count > primitive.arity) {
    if (keywords.out != Py_None) {
      fail<DTypeError>(what, ": out was given by its place and by its name; once is needed");
    }
    keywords.out = args[primitive.arity];
  }
  Tensor operands[4];
  const std::span given(operands, static_cast<std::size_t>(primitive.arity));
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (!read_operand(args[i], given[i])) given[i] = operand_of(args[i], what);
  }
  if (keywords.dtype != Py_None) {
    convert_operands(primitive, given, dtype_of_object(keywords.dtype, what), keywords.how.casting);
  }
  const std::span objects(args, given.size());
  if (keywords.is_empty()) {
    PyObject* const result = apply_in_order(primitive, nullptr, objects, given, keywords.order);
    if (result) return result;
  }
  std::vector<DType> dtypes;  // that the formula's own is made of
  for (const Tensor& operand : given) {
    if (!operand.value.is_weak()) dtypes.push_back(operand.dtype());
  }
  Tensor result = apply(primitive, given);
  for (const DType dtype : dtypes) {
    if (result.dtype() == DType::boolean || keywords.how.casting >= NPY_SAME_KIND_CASTING) break;
    require_castable(what, "an operand", dtype, "the result", result.dtype(), keywords.how.casting);
  }
  // held no longer: where `out` sees their memory, it is written to in place
  for (Tensor& operand : given) operand = Tensor();
  return store(what, keywords.out, std::move(result), keywords.how);
}

PyObject* call_elementwise(const Primitive& primitive, PyObject* const* args, Py_ssize_t count,
                           PyObject* names) {
  if (count != primitive.arity && count != primitive.arity + 1) {
    fail<DTypeError>(primitive.name, ": ", count, " operands were given; ", primitive.arity,
                     " are needed");
  }
  if (!names && count == primitive.arity && primitive.elementwise) {
    Borrowed x, y;
    if (!lie_in_rows(std::span(args, static_cast<std::size_t>(count)))) [[unlikely]]
      return call_elementwise_in_full(primitive, args, count, names);
    if (count == 1 && x.read(args[0])) return apply_borrowed(primitive, *x.get());
    if (count == 2 && x.read(args[0]) && y.read(args[1])) {
      return apply_borrowed(primitive, x, y);
    }
  }
  return call_elementwise_in_full(primitive, args, count, names);
}

PyObject* call(PyObject* self, PyObject* const* args, std::size_t flags, PyObject* names) {
  return guarded([&]() -> PyObject* {
    const Primitive& primitive = primitive_of(self);
    const Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (primitive.elementwise || pointwise_text(primitive)) {
      return call_elementwise(primitive, args, count, names);
    }
    if (names && PyTuple_GET_SIZE(names) > 0) {
      fail<DTypeError>(primitive.name, ": takes no keyword arguments");
    }
    return call_structural(primitive, args, count);
  });
}

std::string document_pointwise(const Primitive& primitive) {
  const PointwiseText& pointwise = *pointwise_text(primitive);
  std::string text(primitive.name);
  text += "(";
  for (const std::string_view operand : pointwise.operands) text += std::string(operand) + ", ";
  text += "/, out=None, *, where=True, casting='same_kind', dtype=None)\n--\n\n";
  text += std::string(pointwise.summary) + "\n";
  for (int i = 0; i < primitive.arity; ++i) {
    const std::string name(pointwise.operands[static_cast<std::size_t>(i)]);
    const std::string derivative = pointwise.derivative_text(i);
    text += derivative.empty() ? "\nNo derivative in " + name + ".\n"
                               : "\nDerivative in " + name + ": ``" + derivative + "``.\n";
  }
  return text;
}

std::string document(const Primitive& primitive) {
  std::string text(primitive.name);
  if (pointwise_text(primitive)) return document_pointwise(primitive);
  if (!primitive.elementwise) return text + "\n\nStructural primitive.\n";
  const Elementwise& formula = *primitive.elementwise;
  const bool is_unary = primitive.arity == 1;
  text += is_unary ? "(x, /, out=None, *, where=True, casting='same_kind', dtype=None)"
                   : "(x, y, /, out=None, *, where=True, casting='same_kind', dtype=None)";
  text += "\n--\n\nElementwise ``" + formula.text() + "``.\n";
  if (!primitive.is_differentiable) return text + "\nIts derivative is zero.\n";
  for (int i = 0; i < primitive.arity; ++i) {
    text += std::string("\nDerivative") +
            (is_unary ? ""
             : i == 0 ? " in x"
                      : " in y") +
            ": ``" + formula.derivative_text(i) + "``, where " + (is_unary ? "y" : "z") +
            " is the result.\n";
  }
  return text;
}

PyObject* get_name(PyObject* self, void*) {
  return guarded([&] { return unicode(primitive_of(self).name); });
}
PyObject* get_document(PyObject* self, void*) {
  return guarded([&] { return unicode(document(primitive_of(self))); });
}
PyObject* get_arity(PyObject* self, void*) { return PyLong_FromLong(primitive_of(self).arity); }
PyObject* get_is_elementwise(PyObject* self, void*) {
  return PyBool_FromLong(primitive_of(self).elementwise != nullptr);
}
PyObject* get_is_pointwise(PyObject* self, void*) {
  return PyBool_FromLong(pointwise_text(primitive_of(self)) != nullptr);
}
PyObject* get_operands(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    const PointwiseText* pointwise = pointwise_text(primitive_of(self));
    Object tuple = Object::take(PyTuple_New(pointwise ? primitive_of(self).arity : 0));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple.get()); ++i) {
      PyTuple_SET_ITEM(tuple.get(), i, unicode(pointwise->operands[static_cast<std::size_t>(i)]));
    }
    return tuple.release();
  });
}
PyObject* get_is_differentiable(PyObject* self, void*) {
  return PyBool_FromLong(primitive_of(self).is_differentiable);
}
PyObject* get_reads(PyObject* self, void*) {
  return guarded([&] {
    const auto& reads = primitive_of(self).reads;
    return checked(Py_BuildValue("(IIII)", reads[0], reads[1], reads[2], reads[3]));
  });
}
PyObject* get_domain(PyObject* self, void*) {
  const Elementwise* formula = primitive_of(self).elementwise;
  if (!formula) Py_RETURN_NONE;
  return Py_BuildValue("(dd)", formula->low, formula->high);
}
PyObject* get_kinds(PyObject* self, void*) {
  const Primitive& primitive = primitive_of(self);
  constexpr unsigned real = 4, complex = 8;
  return PyLong_FromUnsignedLong(primitive.elementwise        ? primitive.elementwise->kinds
                                 : !pointwise_text(primitive) ? 0
                                 : pointwise_text(primitive)->is_complex_too ? real | complex
                                                                             : real);
}
PyObject* get_formula(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    const Elementwise* formula = primitive_of(self).elementwise;
    return unicode(formula ? formula->text() : "");
  });
}
PyObject* get_derivatives(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    const Primitive& primitive = primitive_of(self);
    const bool has_text = primitive.elementwise || pointwise_text(primitive);
    const int count = has_text && primitive.is_differentiable ? primitive.arity : 0;
    Object tuple = Object::take(PyTuple_New(count));
    for (int i = 0; i < count; ++i) {
      PyTuple_SET_ITEM(
          tuple.get(), i,
          unicode(pointwise_text(primitive) ? pointwise_text(primitive)->derivative_text(i)
                                            : primitive.elementwise->derivative_text(i)));
    }
    return tuple.release();
  });
}
PyObject* get_parameters(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    const Primitive& primitive = primitive_of(self);
    Object list = Object::take(PyList_New(0));
    if (primitive.fields) {
      for (const ParameterField& field : primitive.fields()) {
        const char* kinds[] = {"bool", "int", "float", "tuple[int, ...]", "dtype", "str"};
        const Object item = Object::take(Py_BuildValue("(s#s)", field.name.data(),
                                                       static_cast<Py_ssize_t>(field.name.size()),
                                                       kinds[field.value.index()]));
        checked(PyList_Append(list.get(), item.get()));
      }
    }
    return checked(PyList_AsTuple(list.get()));
  });
}
PyObject* get_results(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    const auto names = primitive_of(self).results;
    Object tuple = Object::take(PyTuple_New(static_cast<Py_ssize_t>(names.size())));
    for (std::size_t k = 0; k < names.size(); ++k) {
      PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(k), unicode(names[k]));
    }
    return tuple.release();
  });
}
PyObject* represent(PyObject* self) {
  return PyUnicode_FromFormat("<primitive %s>", primitive_of(self).name.data());
}

PyGetSetDef attributes[] = {
    {"__name__", get_name, nullptr, "The name.", nullptr},
    {"__doc__", get_document, nullptr, "What it computes.", nullptr},
    {"name", get_name, nullptr, "The name.", nullptr},
    {"arity", get_arity, nullptr, "How many operands it takes; -1 for any number.", nullptr},
    {"is_elementwise", get_is_elementwise, nullptr, "Whether it is a formula.", nullptr},
    {"is_pointwise", get_is_pointwise, nullptr, "Whether it is computed number by number.",
     nullptr},
    {"operands", get_operands, nullptr, "The names of its operands, where it is.", nullptr},
    {"is_differentiable", get_is_differentiable, nullptr, "Whether it has derivatives.", nullptr},
    {"reads", get_reads, nullptr,
     "By operand, what the derivative reads: bit i operand i, bit 31 the output.", nullptr},
    {"domain", get_domain, nullptr, "The interval on which the formula is smooth.", nullptr},
    {"kinds", get_kinds, nullptr, "Dtypes with a kernel: 1 bool, 2 integer, 4 real, 8 complex.",
     nullptr},
    {"formula", get_formula, nullptr, "The formula as text.", nullptr},
    {"derivatives", get_derivatives, nullptr, "The partial derivatives as text.", nullptr},
    {"results", get_results, nullptr, "The names of the results, where there are several.",
     nullptr},
    {"parameters", get_parameters, nullptr, "Names and kinds of the parameters.", nullptr},
    {}};

PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(PrimitiveObject, call), READONLY, nullptr}, {}};

}  // namespace

void add_primitives(PyObject* module) {
  PyType_Slot slots[] = {{Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                         {Py_tp_repr, reinterpret_cast<void*>(represent)},
                         {Py_tp_getset, attributes},
                         {Py_tp_methods, primitive_rules},
                         {Py_tp_members, members},
                         {0, nullptr}};
  PyType_Spec spec{"wengert.Primitive", sizeof(PrimitiveObject), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL, slots};
  primitive_type = reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&spec)));
  checked(PyModule_AddObjectRef(module, "Primitive", reinterpret_cast<PyObject*>(primitive_type)));
  Object all = Object::take(PyTuple_New(static_cast<Py_ssize_t>(registry().size())));
  Py_ssize_t i = 0;
  for (const Primitive* primitive : registry()) {
    Object object = Object::take(primitive_type->tp_alloc(primitive_type, 0));
    auto* fields = reinterpret_cast<PrimitiveObject*>(object.get());
    fields->call = call;
    fields->primitive = primitive;
    checked(PyModule_AddObjectRef(module, std::string(primitive->name).c_str(), object.get()));
    PyTuple_SET_ITEM(all.get(), i++, object.release());
  }
  checked(PyModule_AddObjectRef(module, "primitives", all.get()));
}

}  // namespace wg::bindings
