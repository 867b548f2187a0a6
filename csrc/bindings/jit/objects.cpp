#include "bindings/jit/objects.h"

#include "bindings/containers.h"
#include "bindings/numpy_arrays.h"
#include "bindings/operands.h"
#include "core/copy.h"
#include "core/error.h"

namespace wg::bindings {
namespace {

/// What comes next in the bytes.
enum class Tag : unsigned {
  none,
  no,
  yes,
  ellipsis,
  integer,
  real,
  complex,
  text,
  bytes,
  tuple,
  list,
  dict,
  frozenset,
  slice,
  range,
  array,
  scalar,
  container,
  count
};

void put(ByteWriter& out, Tag tag) { out.byte(static_cast<unsigned>(tag)); }

/// start, stop and step of a slice or a range.
Object bounds_of(PyObject* object) {
  const Object start = Object::take(PyObject_GetAttrString(object, "start"));
  const Object stop = Object::take(PyObject_GetAttrString(object, "stop"));
  const Object step = Object::take(PyObject_GetAttrString(object, "step"));
  return Object::take(PyTuple_Pack(3, start.get(), stop.get(), step.get()));
}

/// Whether it is an array or a scalar of NumPy's that comes back as it is.
bool is_of_our_dtype(PyObject* object) {
  if (PyArray_CheckExact(object)) {
    const int number = PyArray_TYPE(reinterpret_cast<PyArrayObject*>(object));
    return dtype_of_number(number).has_value();
  }
  if (!PyArray_IsScalar(object, Generic)) return false;
  PyArray_Descr* const descr = PyArray_DescrFromScalar(object);
  const Object held = Object::own(reinterpret_cast<PyObject*>(descr));
  return dtype_of_number(descr->type_num).has_value();
}

PyObject* made_of_bounds(PyObject* type, const Object& bounds) {
  if (PyList_GET_SIZE(bounds.get()) != 3) return nullptr;
  return PyObject_CallFunctionObjArgs(type, PyList_GET_ITEM(bounds.get(), 0),
                                      PyList_GET_ITEM(bounds.get(), 1),
                                      PyList_GET_ITEM(bounds.get(), 2), nullptr);
}

std::string_view bytes_in(PyObject* bytes) {
  return {PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))};
}

}  // namespace

void ObjectWriter::write_integer(PyObject* object) {
  const Object hex = Object::take(PyNumber_ToBase(object, 16));
  out_.text(PyUnicode_AsUTF8(hex.get()));
}

void ObjectWriter::write_all(PyObject* sequence) {
  const Object items = Object::take(PySequence_Fast(sequence, "a sequence is needed"));
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(items.get());
  out_.count(static_cast<std::size_t>(count));
  for (Py_ssize_t i = 0; i < count; ++i) write(PySequence_Fast_GET_ITEM(items.get(), i));
}

void ObjectWriter::write(PyObject* object) {
  const Level level;
  if (object == Py_None) return put(out_, Tag::none);
  if (object == Py_False) return put(out_, Tag::no);
  if (object == Py_True) return put(out_, Tag::yes);
  if (object == Py_Ellipsis) return put(out_, Tag::ellipsis);
  if (PyLong_CheckExact(object)) {
    put(out_, Tag::integer);
    write_integer(object);
  } else if (PyFloat_CheckExact(object)) {
    put(out_, Tag::real);
    out_.real(PyFloat_AS_DOUBLE(object));
  } else if (PyComplex_CheckExact(object)) {
    put(out_, Tag::complex);
    out_.real(PyComplex_RealAsDouble(object));
    out_.real(PyComplex_ImagAsDouble(object));
  } else if (PyUnicode_CheckExact(object)) {
    put(out_, Tag::text);
    const Object bytes = Object::take(PyUnicode_AsEncodedString(object, "utf-8", "surrogatepass"));
    out_.text(bytes_in(bytes.get()));
  } else if (PyBytes_CheckExact(object)) {
    put(out_, Tag::bytes);
    out_.text(bytes_in(object));
  } else if (PyTuple_CheckExact(object)) {
    put(out_, Tag::tuple);
    write_all(object);
  } else if (PyList_CheckExact(object)) {
    put(out_, Tag::list);
    write_all(object);
  } else if (PyFrozenSet_CheckExact(object)) {
    put(out_, Tag::frozenset);
    write_all(object);
  } else if (PyDict_CheckExact(object)) {
    put(out_, Tag::dict);
    write_all(Object::take(PyDict_Keys(object)).get());
    write_all(Object::take(PyDict_Values(object)).get());
  } else if (PySlice_Check(object) || PyRange_Check(object)) {
    put(out_, PySlice_Check(object) ? Tag::slice : Tag::range);
    write_all(bounds_of(object).get());
  } else if (Tensor value; is_of_our_dtype(object) && read_operand(object, value)) {
    put(out_, PyArray_CheckExact(object) ? Tag::array : Tag::scalar);
    arrays_.write(value.value, out_);
  } else if (const Object parts = registered_parts(object)) {
    put(out_, Tag::container);
    write_class(reinterpret_cast<PyObject*>(Py_TYPE(object)), PyTuple_GET_ITEM(parts.get(), 1));
    write_all(PyTuple_GET_ITEM(parts.get(), 0));
  } else {
    fail<DTypeError>("save: an object of type ", Py_TYPE(object)->tp_name,
                     " belongs to what was recorded, and cannot be saved; numbers, texts, arrays, "
                     "tuples, lists, dicts and registered classes can");
  }
}

void ObjectWriter::write_name(PyObject* object, const std::string& what) {
  if (const auto known = names_.find(object); known != names_.end()) {
    return out_.count(known->second + 1);
  }
  const Name name = name_of(object, what);
  names_.emplace(object, names_.size());
  out_.count(0);
  out_.text(name.module);
  out_.text(name.within);
}

void ObjectWriter::write_class(PyObject* type, PyObject* metadata) {
  write_name(type, "save: the class of a container");
  out_.byte(metadata != type);
  if (metadata != type) write(metadata);
}

Object ObjectReader::read_integer() {
  const std::string digits(in_.text());
  const bool is_number = digits.find_first_not_of("-0123456789abcdefx") == std::string::npos;
  const Object number =
      Object::own(is_number ? PyLong_FromString(digits.c_str(), nullptr, 16) : nullptr);
  PyErr_Clear();
  if (!number) ByteReader::refuse("an integer is none");
  return number;
}

Object ObjectReader::read_list() {
  const std::size_t count = in_.length();
  Object list = Object::take(PyList_New(0));
  for (std::size_t i = 0; i < count; ++i) checked(PyList_Append(list.get(), read().get()));
  return list;
}

Object ObjectReader::read_dict() {
  const Object keys = read_list(), values = read_list();
  if (PyList_GET_SIZE(keys.get()) != PyList_GET_SIZE(values.get())) {
    ByteReader::refuse("a dict has other values than keys");
  }
  Object dict = Object::take(PyDict_New());
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(keys.get()); ++i) {
    PyObject* const key = PyList_GET_ITEM(keys.get(), i);
    if (PyDict_SetItem(dict.get(), key, PyList_GET_ITEM(values.get(), i)) < 0) {
      PyErr_Clear();
      ByteReader::refuse("a key has no hash");
    }
  }
  return dict;
}

Object ObjectReader::read_name() {
  if (const std::size_t number = in_.below(named_.size() + 1)) return named_[number - 1];
  const std::string_view module = in_.text(), within = in_.text();
  named_.push_back(found_by({std::string(module), std::string(within)}));
  return named_.back();
}

Object ObjectReader::read_stated() {
  Object owner = read_name();
  const Object module = Object::take(PyImport_ImportModule("wengert._stated"));
  const Object stated = Object::take(PyObject_GetAttrString(module.get(), "Stated"));
  const int answer = PyObject_IsInstance(owner.get(), stated.get());
  checked(answer);
  if (answer == 0) {
    fail<FormatError>(
        "load: the file needs derivatives that are stated of a function, and has the ",
        "name of a ", Py_TYPE(owner.get())->tp_name,
        "; what was custom_vjp, custom_jvp or primitive when it was saved is needed");
  }
  return owner;
}

ClassOfParts ObjectReader::read_class() {
  Object type = read_name();
  if (!PyType_Check(type.get())) ByteReader::refuse("the class of a container is none");
  Object metadata = in_.flag() ? read() : type;
  return {std::move(type), std::move(metadata)};
}

Object ClassOfParts::made(const Object& parts) const {
  const char* const name = reinterpret_cast<PyTypeObject*>(type.get())->tp_name;
  const Object optree = Object::take(PyImport_ImportModule("optree"));
  const Object registry =
      Object::take(PyObject_GetAttrString(optree.get(), "register_pytree_node"));
  const Object entry = Object::take(PyObject_CallMethod(registry.get(), "get", "O", type.get()));
  if (entry.get() == Py_None) {
    fail<FormatError>("load: the file has a container of class ", name,
                      ", which is no namedtuple and not registered; import what registers it "
                      "with optree first");
  }
  const Object unflatten = Object::take(PyObject_GetAttrString(entry.get(), "unflatten_func"));
  Object object = Object::own(
      PyObject_CallFunctionObjArgs(unflatten.get(), metadata.get(), parts.get(), nullptr));
  if (!object) {
    fail<FormatError>("load: the class ", name,
                      " is another one than when the file was saved: ", PythonError().text());
  }
  return object;
}

Object ObjectReader::read() {
  const Level level;
  const auto refuse_unless = [](PyObject* made) {
    if (!made) PyErr_Clear(), ByteReader::refuse("an object is none");
    return Object::own(made);
  };
  switch (static_cast<Tag>(in_.below(static_cast<std::size_t>(Tag::count)))) {
    case Tag::none:
      return Object::share(Py_None);
    case Tag::no:
      return Object::share(Py_False);
    case Tag::yes:
      return Object::share(Py_True);
    case Tag::ellipsis:
      return Object::share(Py_Ellipsis);
    case Tag::integer:
      return read_integer();
    case Tag::real:
      return Object::take(PyFloat_FromDouble(in_.real()));
    case Tag::complex: {
      const double real = in_.real();
      return Object::take(PyComplex_FromDoubles(real, in_.real()));
    }
    case Tag::text: {
      const std::string_view text = in_.text();
      return refuse_unless(PyUnicode_Decode(text.data(), static_cast<Py_ssize_t>(text.size()),
                                            "utf-8", "surrogatepass"));
    }
    case Tag::bytes: {
      const std::string_view text = in_.text();
      return Object::take(
          PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
    }
    case Tag::tuple:
      return Object::take(PyList_AsTuple(read_list().get()));
    case Tag::list:
      return read_list();
    case Tag::frozenset:
      return refuse_unless(PyFrozenSet_New(read_list().get()));
    case Tag::dict:
      return read_dict();
    case Tag::slice:
      return refuse_unless(made_of_bounds(reinterpret_cast<PyObject*>(&PySlice_Type), read_list()));
    case Tag::range:
      return refuse_unless(made_of_bounds(reinterpret_cast<PyObject*>(&PyRange_Type), read_list()));
    case Tag::array:
      return Object::take(to_ndarray(arrays_.read(in_)));
    case Tag::scalar: {
      const Array value = arrays_.read(in_);
      if (value.ndim() != 0) ByteReader::refuse("a number has axes");
      return Object::take(to_numpy_scalar(value));
    }
    case Tag::container: {
      const ClassOfParts own = read_class();
      return own.made(read_list());
    }
    case Tag::count:
      break;
  }
  ByteReader::refuse("an object is none");
}

}  // namespace wg::bindings
