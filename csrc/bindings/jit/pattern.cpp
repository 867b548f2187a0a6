#include "bindings/jit/pattern.h"

#include <cstring>
#include <sstream>

#include "bindings/jit/parts.h"
#include "bindings/leaves.h"
#include "bindings/object_arrays.h"
#include "core/error.h"

namespace wg::bindings {
namespace {

/// Arrays up to this size are compared element by element with a copy.
constexpr npy_intp most_bytes_copied = 4096;

Object weak_reference(PyObject* object) {
  PyObject* const reference = PyWeakref_NewRef(object, nullptr);
  if (!reference) PyErr_Clear();
  return Object::own(reference);
}

bool is_alive(PyObject* reference, PyObject* object) {
#if PY_VERSION_HEX >= 0x030d0000
  PyObject* found = nullptr;
  if (PyWeakref_GetRef(reference, &found) <= 0) return false;
  Py_DECREF(found);
  return found == object;
#else
  return PyWeakref_GetObject(reference) == object;
#endif
}

Dims shape_of(PyArrayObject* array) {
  return Dims(
      std::span<const std::int64_t>(reinterpret_cast<const std::int64_t*>(PyArray_DIMS(array)),
                                    static_cast<std::size_t>(PyArray_NDIM(array))));
}

bool is_frozen(PyArrayObject* array) {
  PyObject* at = reinterpret_cast<PyObject*>(array);
  while (at && PyArray_Check(at)) {
    auto* const own = reinterpret_cast<PyArrayObject*>(at);
    if (PyArray_ISWRITEABLE(own)) return false;
    if (!PyArray_BASE(own)) return true;
    at = PyArray_BASE(own);
  }
  return at && PyBytes_CheckExact(at);
}

/// Numbers, some of which may be Tensors, are joined.
bool is_leaf_of_objects(PyObject* object, Tensor& value) {
  return holds_tensors(reinterpret_cast<PyArrayObject*>(object)) && read_operand(object, value);
}

/// Of the bits of all elements, in their order: no change of one leaves it as it is.
std::uint64_t sum_of_bits(PyArrayObject* array) {
  Object dense = Object::share(reinterpret_cast<PyObject*>(array));
  if (!PyArray_IS_C_CONTIGUOUS(array)) {
    dense = Object::take(reinterpret_cast<PyObject*>(PyArray_GETCONTIGUOUS(array)));
  }
  auto* const own = reinterpret_cast<PyArrayObject*>(dense.get());
  const auto* data = static_cast<const char*>(PyArray_DATA(own));
  auto left = static_cast<std::size_t>(PyArray_NBYTES(own));
  constexpr std::size_t lanes = 8;
  std::uint64_t sums[lanes] = {};
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15u;
  for (; left >= 8 * lanes; left -= 8 * lanes, data += 8 * lanes) {
    std::uint64_t words[lanes];
    std::memcpy(words, data, sizeof words);
    // Each step is a bijection of what was summed before, for any word, and of the word.
    for (std::size_t k = 0; k < lanes; ++k) {
      sums[k] = (sums[k] << 7 | sums[k] >> 57) * 5 + (words[k] ^ words[k] >> 29);
    }
  }
  std::uint64_t all = left;
  for (const std::uint64_t sum : sums) all = (all ^ sum) * odd ^ all >> 32;
  for (; left > 0; --left) all = (all ^ static_cast<unsigned char>(*data++)) * odd ^ all >> 32;
  return all;
}

}  // namespace

bool Pattern::is_plain(PyObject* object) {
  return object == Py_None || object == Py_Ellipsis || PyLong_CheckExact(object) ||
         PyBool_Check(object) || PyUnicode_CheckExact(object) || PyBytes_CheckExact(object) ||
         PyFloat_CheckExact(object) || PyComplex_CheckExact(object);
}

bool Pattern::is_constant(PyObject* object) {
  return is_plain(object) || PyRange_Check(object) || PySlice_Check(object) ||
         PyFrozenSet_CheckExact(object);
}

bool Pattern::is_leaf(PyObject* object, Tensor& value) {
  const bool may_be = is_tensor(object) || PyFloat_CheckExact(object) ||
                      PyComplex_CheckExact(object) || PyArray_CheckExact(object) ||
                      PyArray_IsScalar(object, Number) || PyArray_IsScalar(object, Bool);
  if (!may_be) return false;
  int number = -1;
  if (PyArray_Check(object)) {
    number = PyArray_TYPE(reinterpret_cast<PyArrayObject*>(object));
    if (number == NPY_OBJECT) return is_leaf_of_objects(object, value);
    if (!PyTypeNum_ISNUMBER(number) && number != NPY_BOOL) return false;
  }
  if (PyArray_IsScalar(object, Generic)) {
    PyArray_Descr* const descr = PyArray_DescrFromScalar(object);
    number = descr->type_num;
    Py_DECREF(descr);
  }
  if (!read_operand(object, value)) return false;
  return number < 0 || number == number_of_dtype(value.dtype());
}

Pattern Pattern::same(PyObject* object) {
  Pattern pattern;
  pattern.address_ = object;
  pattern.set_type(object);
  const bool is_instance =
      PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_HEAPTYPE) && !PyType_Check(object);
  if (is_instance) pattern.object_ = weak_reference(object);
  pattern.kind_ = pattern.object_ ? Kind::alive : Kind::same;
  if (!pattern.object_) pattern.object_ = Object::share(object);
  return pattern;
}

Pattern Pattern::equal(PyObject* object) {
  Pattern pattern;
  pattern.kind_ = Kind::equal;
  pattern.set_type(object);
  if (PyArray_IsScalar(object, Void)) {  // of fields, which can be written to
    pattern.object_ = Object::take(PyObject_CallMethod(object, "copy", nullptr));
    return pattern;
  }
  pattern.object_ = Object::share(object);
  pattern.address_ = object;
  return pattern;
}

namespace {

/// What tells the elements of an array apart; of fields a copy, since their names may change.
Object descr_of(PyArrayObject* array) {
  PyArray_Descr* const descr = PyArray_DESCR(array);
  if (!PyDataType_HASFIELDS(descr)) return Object::share(reinterpret_cast<PyObject*>(descr));
  return Object::take(reinterpret_cast<PyObject*>(PyArray_DescrNew(descr)));
}

bool is_of_descr(PyArrayObject* array, PyObject* descr) {
  auto* const own = reinterpret_cast<PyArray_Descr*>(descr);
  return PyArray_DESCR(array) == own || PyArray_EquivTypes(PyArray_DESCR(array), own);
}

Object as_array(PyObject* object) {
  PyObject* const array = PyArray_FROM_O(object);
  if (!array) PyErr_Clear();
  return Object::own(array);
}

}  // namespace

Pattern Pattern::contents(PyArrayObject* array) {
  auto* const object = reinterpret_cast<PyObject*>(array);
  Pattern pattern;
  pattern.number_of_dtype_ = PyArray_TYPE(array);
  pattern.set_type(object);
  pattern.address_ = object;
  pattern.descr_ = descr_of(array);
  pattern.shape_ = shape_of(array);
  pattern.strides_.assign(PyArray_STRIDES(array), PyArray_STRIDES(array) + PyArray_NDIM(array));
  pattern.is_writable_ = PyArray_ISWRITEABLE(array);
  if (is_frozen(array)) {
    pattern.kind_ = Kind::frozen;
    pattern.object_ = Object::share(object);
  } else if (PyArray_NBYTES(array) <= most_bytes_copied) {
    pattern.kind_ = Kind::elements;
    pattern.object_ = Object::take(PyArray_NewCopy(array, NPY_CORDER));
  } else {
    pattern.kind_ = Kind::sum;
    pattern.object_ = Object::share(object);
    pattern.sum_ = sum_of_bits(array);
  }
  return pattern;
}

Pattern Pattern::of_parts(PyObject* object, std::vector<Pattern> parts) {
  Pattern pattern;
  pattern.kind_ = Kind::parts;
  pattern.set_type(object);
  if (is_known_by_identity(object)) {
    pattern.address_ = object;
    pattern.object_ = Object::share(object);
  }
  pattern.parts_ = std::move(parts);
  return pattern;
}

Pattern Pattern::of_constants(PyObject* object) {
  Pattern pattern;
  pattern.kind_ = Kind::constants;
  pattern.set_type(object);
  pattern.object_ = items_of(object);
  if (PyList_CheckExact(object)) pattern.object_ = Object::take(PySequence_List(object));
  return pattern;
}

Pattern Pattern::array_like(PyObject* object) {
  const Object array = as_array(object);
  auto* const own = reinterpret_cast<PyArrayObject*>(array.get());
  if (!array || PyArray_TYPE(own) == NPY_OBJECT) return never(object);
  Pattern pattern;
  pattern.kind_ = Kind::array_like;
  pattern.set_type(object);
  pattern.address_ = object;
  pattern.object_ = Object::share(object);
  pattern.sum_ = sum_of_bits(own);
  pattern.descr_ = descr_of(own);
  pattern.shape_ = shape_of(own);
  return pattern;
}

Pattern Pattern::never(PyObject* object) {
  Pattern pattern;
  pattern.kind_ = Kind::never;
  pattern.set_type(object);
  return pattern;
}

Pattern Pattern::container(PyObject* object, std::vector<Pattern> parts) {
  Pattern pattern;
  pattern.kind_ = Kind::container;
  pattern.set_type(object);
  if (PyDict_Check(object)) pattern.object_ = Object::take(PyDict_Keys(object));
  pattern.parts_ = std::move(parts);
  return pattern;
}

Pattern Pattern::registered(PyObject* object, PyObject* metadata, std::vector<Pattern> parts) {
  Pattern pattern;
  pattern.kind_ = Kind::registered;
  pattern.set_type(object);
  pattern.object_ = Object::share(metadata);
  pattern.parts_ = std::move(parts);
  return pattern;
}

Pattern Pattern::leaf(PyObject* object, const Tensor& value) {
  Pattern pattern;
  pattern.kind_ = is_tensor(object)                   ? Kind::tensor_leaf
                  : PyFloat_CheckExact(object)        ? Kind::number_leaf
                  : PyComplex_CheckExact(object)      ? Kind::number_leaf
                  : PyArray_IsScalar(object, Generic) ? Kind::scalar_leaf
                  : PyArray_CheckExact(object) &&
                          PyArray_TYPE(reinterpret_cast<PyArrayObject*>(object)) != NPY_OBJECT
                      ? Kind::array_leaf
                      : Kind::foreign_leaf;
  pattern.set_type(object);
  if (pattern.kind_ == Kind::array_leaf) {
    pattern.number_of_dtype_ = PyArray_TYPE(reinterpret_cast<PyArrayObject*>(object));
  }
  pattern.dtype_ = value.dtype();
  pattern.is_weak_ = value.value.is_weak();
  pattern.is_differentiated_ = value.is_differentiated();
  pattern.is_leaf_ = cell_of(value) != nullptr;
  pattern.shape_ = Dims(value.value.shape());
  return pattern;
}

Pattern Pattern::tensor(PyObject* object) {
  Pattern pattern = leaf(object, read(object));
  pattern.is_any_derivative_ = true;
  return pattern;
}

bool Pattern::matches_type(const Array& value) const {
  return value.dtype() == dtype_ && value.is_weak() == is_weak_ &&
         std::ranges::equal(value.shape(), std::span<const std::int64_t>(shape_));
}

bool Pattern::matches(PyObject* object, Leaves& leaves) const {
  switch (kind_) {
    case Kind::same:
      return object == address_ && is_of_type(object);
    case Kind::alive:
      return object == address_ && is_of_type(object) && is_alive(object_.get(), object);
    case Kind::equal:
      return (object == address_ && is_of_type(object)) || is_exactly(object, object_.get());
    case Kind::constants:
      return is_of_type(object) && is_exactly(items_of(object).get(), object_.get());
    case Kind::parts:
      if (!is_of_type(object) || (address_ && object != address_)) return false;
      return matches_list(parts_of(object).get(), leaves);
    case Kind::frozen:
    case Kind::elements:
    case Kind::sum:
      return is_of_type(object) && matches_array(reinterpret_cast<PyArrayObject*>(object));
    case Kind::array_like: {
      if (object != address_) return false;
      const Object array = as_array(object);
      auto* const own = reinterpret_cast<PyArrayObject*>(array.get());
      return array && is_of_descr(own, descr_.get()) &&
             std::ranges::equal(std::span<const std::int64_t>(shape_of(own)),
                                std::span<const std::int64_t>(shape_)) &&
             sum_of_bits(own) == sum_;
    }
    case Kind::never:
      return false;
    case Kind::container:
      return is_of_type(object) && matches_parts(object, leaves);
    case Kind::registered:
      return is_of_type(object) && matches_registered(object, leaves);
    case Kind::number_leaf:
      if (!is_of_type(object)) return false;
      break;
    case Kind::scalar_leaf:
      if (!is_of_type(object)) return false;
      break;
    case Kind::array_leaf: {
      if (!PyArray_CheckExact(object)) return false;
      auto* const array = reinterpret_cast<PyArrayObject*>(object);
      if (!PyArray_ISNOTSWAPPED(array) || !is_of_shape(array)) return false;
      break;
    }
    case Kind::tensor_leaf: {
      if (!is_of_type(object)) return false;
      const Tensor& tensor = read_in_place(object);
      if (!matches_type(tensor.value)) return false;
      if (is_any_derivative_) break;
      const bool is_leaf = is_differentiated_ && cell_of(tensor) != nullptr;
      if (tensor.is_differentiated() != is_differentiated_ || is_leaf != is_leaf_) return false;
      break;
    }
    case Kind::foreign_leaf: {
      if (!is_of_type(object)) return false;
      Tensor value;
      if (!read_operand(object, value) || !matches_type(value.value)) return false;
      break;
    }
  }
  leaves.push_back(Object::share(object));
  return true;
}

bool Pattern::is_laid_out_so(PyArrayObject* array) const {
  const auto count = static_cast<std::size_t>(PyArray_NDIM(array));
  return std::ranges::equal(std::span(PyArray_DIMS(array), count),
                            std::span<const std::int64_t>(shape_)) &&
         std::ranges::equal(std::span(PyArray_STRIDES(array), count), strides_) &&
         PyArray_ISWRITEABLE(array) == is_writable_ && is_of_descr(array, descr_.get());
}

bool Pattern::matches_array(PyArrayObject* array) const {
  if (!is_laid_out_so(array)) return false;
  const bool is_itself = reinterpret_cast<PyObject*>(array) == address_;
  if (kind_ == Kind::frozen) return is_itself && is_frozen(array);
  if (kind_ == Kind::sum) return is_itself && sum_of_bits(array) == sum_;
  auto* const copy = reinterpret_cast<PyArrayObject*>(object_.get());
  Object dense = Object::share(reinterpret_cast<PyObject*>(array));
  if (!PyArray_IS_C_CONTIGUOUS(array)) {
    dense = Object::take(PyArray_NewCopy(array, NPY_CORDER));
  }
  return std::memcmp(PyArray_DATA(reinterpret_cast<PyArrayObject*>(dense.get())),
                     PyArray_DATA(copy), static_cast<std::size_t>(PyArray_NBYTES(copy))) == 0;
}

bool Pattern::matches_list(PyObject* list, Leaves& leaves) const {
  const Level level;
  if (PyList_GET_SIZE(list) != static_cast<Py_ssize_t>(parts_.size())) return false;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (!parts_[i].matches(PyList_GET_ITEM(list, static_cast<Py_ssize_t>(i)), leaves)) return false;
  }
  return true;
}

bool Pattern::is_again(PyObject* object) const {
  return is_fixed() && object == address_ && is_of_type(object) &&
         (kind_ != Kind::alive || is_alive(object_.get(), object));
}

const std::byte* Pattern::locate(PyObject* object, std::byte* number) const {
  if (kind_ == Kind::number_leaf) {
    if (!PyFloat_CheckExact(object)) return nullptr;
    const double value = PyFloat_AS_DOUBLE(object);
    std::memcpy(number, &value, sizeof value);
    return number;
  }
  if (!PyArray_CheckExact(object)) return nullptr;
  auto* const array = reinterpret_cast<PyArrayObject*>(object);
  const bool lies_so = PyArray_ISCARRAY_RO(array) && is_of_shape(array);
  return lies_so ? static_cast<const std::byte*>(PyArray_DATA(array)) : nullptr;
}

bool Pattern::matches_parts(PyObject* object, Leaves& leaves) const {
  const Level level;
  const auto count = static_cast<Py_ssize_t>(parts_.size());
  if (PyTuple_Check(object) || PyList_Check(object)) {
    if (PySequence_Fast_GET_SIZE(object) != count) return false;
    for (Py_ssize_t i = 0; i < count; ++i) {
      // A comparison may call Python, and that change a list.
      if (i >= PySequence_Fast_GET_SIZE(object)) return false;
      const Object part = Object::share(PySequence_Fast_GET_ITEM(object, i));
      if (!parts_[static_cast<std::size_t>(i)].matches(part.get(), leaves)) return false;
    }
    return true;
  }
  if (PyDict_GET_SIZE(object) != count) return false;
  PyObject *key, *value;
  Py_ssize_t at = 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!PyDict_Next(object, &at, &key, &value)) return false;
    PyObject* const own = PyList_GET_ITEM(object_.get(), i);
    const Object held = Object::share(key), part = Object::share(value);
    if (held.get() != own && !is_exactly(held.get(), own)) return false;
    if (!parts_[static_cast<std::size_t>(i)].matches(part.get(), leaves)) return false;
  }
  return true;
}

bool Pattern::matches_registered(PyObject* object, Leaves& leaves) const {
  const Level level;
  const Object found = registered_parts(object);
  if (!found) return false;
  const bool has_metadata = is_exactly(PyTuple_GET_ITEM(found.get(), 1), object_.get());
  const Object children = Object::take(PySequence_Tuple(PyTuple_GET_ITEM(found.get(), 0)));
  if (!has_metadata || PyTuple_GET_SIZE(children.get()) != static_cast<Py_ssize_t>(parts_.size())) {
    return false;
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    PyObject* const child = PyTuple_GET_ITEM(children.get(), static_cast<Py_ssize_t>(i));
    if (!parts_[i].matches(child, leaves)) return false;
  }
  return true;
}

bool Pattern::is_like(const Pattern& other) const {
  if (is_input() && other.is_input()) {
    return dtype_ == other.dtype_ && is_weak_ == other.is_weak_ && shape_ == other.shape_;
  }
  const auto like = [](const Pattern& one, const Pattern& two) { return one.is_like(two); };
  if (kind_ != other.kind_ || type_.get() != other.type_.get()) return false;
  const bool is_compared =
      kind_ == Kind::equal || kind_ == Kind::container || kind_ == Kind::registered;
  return is_compared && std::ranges::equal(parts_, other.parts_, like) &&
         (!object_ || is_exactly(object_.get(), other.object_.get()));
}

void Pattern::add_differentiated(std::vector<bool>& all) const {
  if (is_input()) all.push_back(is_differentiated_);
  if (kind_ != Kind::container && kind_ != Kind::registered) return;
  for (const Pattern& part : parts_) part.add_differentiated(all);
}

std::string Pattern::text() const {
  switch (kind_) {
    case Kind::equal: {
      const Object text = Object::take(PyObject_Repr(object_.get()));
      return PyUnicode_AsUTF8(text.get());
    }
    case Kind::container: {
      auto* const type = reinterpret_cast<PyTypeObject*>(type_.get());
      const bool is_tuple = PyType_IsSubtype(type, &PyTuple_Type);
      const bool is_dict = PyType_IsSubtype(type, &PyDict_Type);
      std::string all = is_tuple ? "(" : is_dict ? "{" : "[";
      for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (i > 0) all += ", ";
        if (is_dict) {
          const Object key = Object::take(
              PyObject_Repr(PyList_GET_ITEM(object_.get(), static_cast<Py_ssize_t>(i))));
          all.append(PyUnicode_AsUTF8(key.get())).append(": ");
        }
        all += parts_[i].text();
      }
      if (is_tuple && parts_.size() == 1) all += ",";
      return all + (is_tuple ? ")" : is_dict ? "}" : "]");
    }
    case Kind::registered: {
      std::string all = reinterpret_cast<PyTypeObject*>(type_.get())->tp_name;
      for (std::size_t i = 0; i < parts_.size(); ++i) {
        all.append(i == 0 ? "(" : ", ").append(parts_[i].text());
      }
      return all + ")";
    }
    case Kind::same:
    case Kind::alive:
    case Kind::constants:
    case Kind::parts:
    case Kind::array_like:
    case Kind::never:
      return reinterpret_cast<PyTypeObject*>(type_.get())->tp_name;
    case Kind::frozen:
    case Kind::elements:
    case Kind::sum:
      return "ndarray";
    default: {
      std::ostringstream text;
      text << (kind_ == Kind::tensor_leaf ? "Tensor " : "") << name(dtype_)
           << (is_weak_ ? " weak" : "");
      text << Shape(shape_);
      return text.str();
    }
  }
}

int Pattern::traverse(visitproc visit, void* arg) const {
  Py_VISIT(object_.get());
  Py_VISIT(type_.get());
  Py_VISIT(descr_.get());
  for (const Pattern& part : parts_) {
    if (const int status = part.traverse(visit, arg)) return status;
  }
  return 0;
}

}  // namespace wg::bindings
