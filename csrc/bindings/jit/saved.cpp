/// What stands around a program, as bytes and back: what arguments must be, and what is returned.
#include <algorithm>

#include "bindings/jit/objects.h"
#include "bindings/jit/returned.h"
#include "bindings/jit/signature.h"

namespace wg::bindings {
namespace {

/// What an argument is, in a file.
enum class Saved : unsigned {
  object,
  tuple,
  list,
  dict,
  number,
  scalar,
  array,
  tensor,
  container,
  count
};

void put(ByteWriter& out, Saved kind) { out.byte(static_cast<unsigned>(kind)); }

/// An array of that type in the memory of one number.
Object array_of_type(const Type& type) {
  npy_intp shape[NPY_MAXDIMS], strides[NPY_MAXDIMS] = {};
  if (type.ndim() > NPY_MAXDIMS) ByteReader::refuse("an array has too many axes");
  std::ranges::copy(type.shape(), shape);
  const int number = number_of_dtype(type.dtype);
  Object memory = Object::take(PyArray_Zeros(0, nullptr, PyArray_DescrFromType(number), 0));
  Object array = Object::take(PyArray_NewFromDescr(
      &PyArray_Type, PyArray_DescrFromType(number), type.ndim(), shape, strides,
      PyArray_DATA(reinterpret_cast<PyArrayObject*>(memory.get())), 0, nullptr));
  checked(PyArray_SetBaseObject(reinterpret_cast<PyArrayObject*>(array.get()), memory.release()));
  return array;
}

Object example_of(Saved kind, const Type& type) {
  if (kind == Saved::number) {
    return is_complex(type.dtype) ? Object::take(PyComplex_FromDoubles(0, 0))
                                  : Object::take(PyFloat_FromDouble(0));
  }
  const Object array = array_of_type(type);
  auto* const own = reinterpret_cast<PyArrayObject*>(array.get());
  if (kind == Saved::array) return array;
  if (kind == Saved::tensor) return Object::take(wrap(array_of(own, "load")));
  if (type.ndim() != 0) ByteReader::refuse("a number has axes");
  return Object::take(PyArray_ToScalar(PyArray_DATA(own), own));
}

}  // namespace

void Pattern::write(ObjectWriter& writer) const {
  ByteWriter& out = writer.out();
  switch (kind_) {
    case Kind::equal:
      put(out, Saved::object);
      return writer.write(object_.get());
    case Kind::container:
      if (!is_of_plain_class()) return write_of_class(writer, type_.get());
      put(out, is_class(&PyTuple_Type) ? Saved::tuple : object_ ? Saved::dict : Saved::list);
      if (object_) writer.write(object_.get());
      return write_parts(writer);
    case Kind::registered:
      return write_of_class(writer, object_.get());
    case Kind::number_leaf:
    case Kind::scalar_leaf:
    case Kind::array_leaf:
    case Kind::tensor_leaf:
      put(out, kind_ == Kind::number_leaf   ? Saved::number
               : kind_ == Kind::scalar_leaf ? Saved::scalar
               : kind_ == Kind::array_leaf  ? Saved::array
                                            : Saved::tensor);
      return wg::write(Type(dtype_, std::span<const std::int64_t>(shape_), is_weak_), out);
    default:
      break;
  }
  fail<DTypeError>(
      "save: an argument is of type ", reinterpret_cast<PyTypeObject*>(type_.get())->tp_name,
      ", which cannot be saved; numbers, texts, arrays, Tensors, and tuples, lists, dicts and "
      "registered classes of such can");
}

void Pattern::write_of_class(ObjectWriter& writer, PyObject* metadata) const {
  put(writer.out(), Saved::container);
  writer.write_class(type_.get(), metadata);
  write_parts(writer);
}

void Pattern::write_parts(ObjectWriter& writer) const {
  writer.out().count(parts_.size());
  for (const Pattern& part : parts_) part.write(writer);
}

Object Pattern::read_example(ObjectReader& reader) {
  const Level level;
  ByteReader& in = reader.in();
  const auto kind = static_cast<Saved>(in.below(static_cast<std::size_t>(Saved::count)));
  if (kind == Saved::object) return reader.read();
  const bool is_of_class = kind == Saved::container;
  if (kind >= Saved::number && !is_of_class) return example_of(kind, read_type(in));
  const ClassOfParts own = is_of_class ? reader.read_class() : ClassOfParts();
  const Object keys = kind == Saved::dict ? reader.read() : Object();
  const std::size_t count = in.length();
  Object list = Object::take(PyList_New(0));
  for (std::size_t k = 0; k < count; ++k) {
    checked(PyList_Append(list.get(), read_example(reader).get()));
  }
  if (is_of_class) return own.made(list);
  if (kind == Saved::list) return list;
  if (kind == Saved::tuple) return Object::take(PyList_AsTuple(list.get()));
  const Object pairs = Object::own(PyObject_CallFunctionObjArgs(
      reinterpret_cast<PyObject*>(&PyZip_Type), keys.get(), list.get(), nullptr));
  Object dict = Object::take(PyDict_New());
  const bool is_dict = pairs && PyDict_MergeFromSeq2(dict.get(), pairs.get(), 1) == 0 &&
                       PyDict_GET_SIZE(dict.get()) == static_cast<Py_ssize_t>(count);
  PyErr_Clear();
  if (!is_dict) ByteReader::refuse("a dict has other values than keys");
  return dict;
}

void Signature::write(ObjectWriter& writer) const {
  ByteWriter& out = writer.out();
  out.count(static_cast<std::size_t>(positional_));
  writer.write(keywords_ ? keywords_.get() : Py_None);
  out.count(patterns_.size());
  for (const Pattern& pattern : patterns_) pattern.write(writer);
  out.count(firsts_.size());
  for (const std::size_t first : firsts_) out.count(first);
}

Signature Signature::read(ObjectReader& reader, const Static& given, Leaves& leaves) {
  ByteReader& in = reader.in();
  const std::size_t positional = in.length();
  const Object keywords = reader.read();
  const bool has_names = keywords.get() != Py_None;
  if (has_names && !PyTuple_CheckExact(keywords.get())) ByteReader::refuse("names are no tuple");
  const std::size_t named =
      has_names ? static_cast<std::size_t>(PyTuple_GET_SIZE(keywords.get())) : 0;
  for (std::size_t k = 0; k < named; ++k) {
    if (!PyUnicode_CheckExact(PyTuple_GET_ITEM(keywords.get(), static_cast<Py_ssize_t>(k)))) {
      ByteReader::refuse("a name is no text");
    }
  }
  if (in.length() != positional + named) ByteReader::refuse("arguments are missing");
  std::vector<Object> held;
  std::vector<PyObject*> all;
  for (std::size_t k = 0; k < positional + named; ++k) {
    held.push_back(Pattern::read_example(reader));
    all.push_back(held.back().get());
  }
  Signature signature(
      {all.data(), static_cast<Py_ssize_t>(positional), has_names ? keywords.get() : nullptr},
      given, leaves);
  signature.others_.clear();
  const std::size_t firsts = in.length();
  if (firsts != 0 && firsts != leaves.size()) ByteReader::refuse("arguments are missing");
  for (std::size_t k = 0; k < firsts; ++k) signature.firsts_.push_back(in.below(k + 1));
  return signature;
}

void Returned::write(ObjectWriter& writer) const {
  ByteWriter& out = writer.out();
  writer.write(form_ ? form_.get() : Py_False);
  out.byte(static_cast<bool>(form_));
  out.byte(is_tuple_);
  out.count(parts_.size());
  for (const Part& part : parts_) {
    out.byte(static_cast<unsigned>(part.source.from));
    out.byte(static_cast<unsigned>(part.guise));
    if (part.source.from == Source::From::same)
      writer.write(part.constant.get());
    else
      out.count(part.source.number);
  }
}

Returned Returned::read(ObjectReader& reader, std::size_t results, std::size_t arguments) {
  ByteReader& in = reader.in();
  Returned returned;
  const Object form = reader.read();
  if (in.flag()) returned.form_ = form;
  returned.is_tuple_ = in.flag();
  const std::size_t count = in.length();
  std::vector<bool> is_taken(results);
  for (std::size_t k = 0; k < count; ++k) {
    Part part;
    part.source.from = static_cast<Source::From>(in.below(4));
    part.guise = static_cast<Guise>(in.below(static_cast<std::size_t>(Guise::tensor) + 1));
    if (part.source.from == Source::From::same) {
      part.constant = reader.read();
    } else {
      part.source.number = in.below(part.is_result() ? results : part.is_again() ? k : arguments);
    }
    if (part.is_result()) {
      if (is_taken[part.source.number]) ByteReader::refuse("a result is returned twice");
      is_taken[part.source.number] = true;
    }
    returned.parts_.push_back(std::move(part));
  }
  std::vector<Object> leaves;
  flatten(form.get(), leaves);
  const auto is_false = [](const Object& leaf) { return leaf.get() == Py_False; };
  const bool is_whole = leaves.size() == count && std::ranges::all_of(leaves, is_false);
  const bool is_flat = PyTuple_CheckExact(form.get()) &&
                       PyTuple_GET_SIZE(form.get()) == static_cast<Py_ssize_t>(count);
  const bool is_leaf = !returned.form_;
  if (!is_whole || (returned.is_tuple_ && !is_flat) || (is_leaf && count != 1)) {
    ByteReader::refuse("what is returned has another form");
  }
  return returned;
}

}  // namespace wg::bindings
