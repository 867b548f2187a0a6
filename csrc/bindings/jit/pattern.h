/// What an object must be for a recording to hold.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "bindings/call_on_leaves.h"

namespace wg::bindings {

class ObjectWriter;
class ObjectReader;

/// The objects of a call that its program is given, in order. Another thread may take them out of
/// their containers meanwhile.
using Leaves = std::vector<Object>;

/// `==`, as it is told by the objects.
inline bool is_equal(PyObject* one, PyObject* other) {
  const int answer = PyObject_RichCompareBool(one, other, Py_EQ);
  checked(answer);
  return answer == 1;
}

/// What one object was, held against others.
class Pattern {
 public:
  Pattern() = default;
  /// This very object; it is not kept alive if it can be told otherwise that it is gone.
  static Pattern same(PyObject* object);
  /// An object that never changes and is exactly equal.
  static Pattern equal(PyObject* object);
  /// An array of the same elements in the same layout: of few, or this very one, whose elements
  /// have the same sum of their bits where they can be written to.
  static Pattern contents(PyArrayObject* array);
  /// An object of the same type with such parts, as `parts_of` lists them.
  static Pattern of_parts(PyObject* object, std::vector<Pattern> parts);
  /// The same of many parts that are constants, as `items_of` lists them.
  static Pattern of_constants(PyObject* object);
  /// This very object, whose elements as NumPy reads them are the same.
  static Pattern array_like(PyObject* object);
  /// Nothing: what the object does next depends on what it did before.
  static Pattern never(PyObject* object);
  /// A container of such parts: a tuple, a list or a dict, or a subclass of these.
  static Pattern container(PyObject* object, std::vector<Pattern> parts);
  /// An object of a registered class with such children, and equal metadata.
  static Pattern registered(PyObject* object, PyObject* metadata, std::vector<Pattern> parts);
  /// A number, an array or a Tensor of the same type: an input of the program.
  static Pattern leaf(PyObject* object, const Tensor& value);
  /// The same of a Tensor, whether it is differentiated or not.
  static Pattern tensor(PyObject* object);

  /// Whether it is a leaf of an argument, and its value: what has a derivative, and numbers of the
  /// library's dtypes. Others are given to the function as they are, since NumPy's arithmetic in
  /// their dtypes is another.
  static bool is_leaf(PyObject* object, Tensor& value);
  /// Whether it is a number, a text or the like of Python's own.
  static bool is_plain(PyObject* object);
  /// The same, and what else never changes: ranges, slices and frozen sets.
  static bool is_constant(PyObject* object);

  /// Whether the object that matched before does so as long as it is the same one.
  bool is_fixed() const {
    return kind_ == Kind::same || kind_ == Kind::alive || (kind_ == Kind::equal && address_);
  }
  bool matches(PyObject* object, Leaves& leaves) const;
  bool matches(PyObject* object) const {
    Leaves none;
    return matches(object, none);
  }
  /// Where the elements of an object that matches lie in C order, for inputs that are numbers or
  /// arrays: in the object, or in `number`, room for one. Null if it takes `matches` to tell.
  const std::byte* locate(PyObject* object, std::byte* number) const;
  /// Whether `locate` may find such.
  bool is_located() const {
    return kind_ == Kind::array_leaf || (kind_ == Kind::number_leaf && dtype_ == DType::float64);
  }
  /// Whether it is no input, and the object is the very one that it was made of.
  bool is_again(PyObject* object) const;
  /// As bytes; fails where only the object itself would match.
  void write(ObjectWriter& out) const;
  /// An object that the pattern which was written matches.
  static Object read_example(ObjectReader& in);
  /// Whether it asks for the same, but for what inputs are: numbers, arrays or Tensors.
  bool is_like(const Pattern& other) const;
  /// Of each input whether it was being differentiated.
  void add_differentiated(std::vector<bool>& all) const;
  /// For people: float64[3, 4], or the value.
  std::string text() const;
  int traverse(visitproc visit, void* arg) const;

 private:
  enum class Kind : std::uint8_t {
    same,
    alive,
    equal,
    constants,
    parts,
    frozen,
    elements,
    sum,
    array_like,
    never,
    container,
    registered,
    number_leaf,
    scalar_leaf,
    array_leaf,
    tensor_leaf,
    foreign_leaf
  };

  bool is_input() const { return kind_ >= Kind::number_leaf; }
  /// Whether an array has the dtype, the shape and the layout, and can be written to, as the other.
  bool is_laid_out_so(PyArrayObject* array) const;
  bool matches_array(PyArrayObject* array) const;
  bool matches_list(PyObject* list, Leaves& leaves) const;
  bool is_of_shape(PyArrayObject* array) const {
    return PyArray_TYPE(array) == number_of_dtype_ &&
           PyArray_NDIM(array) == static_cast<int>(shape_.size()) &&
           std::equal(shape_.begin(), shape_.end(), PyArray_DIMS(array));
  }
  bool matches_parts(PyObject* object, Leaves& leaves) const;
  bool matches_registered(PyObject* object, Leaves& leaves) const;
  bool matches_type(const Array& value) const;
  void write_of_class(ObjectWriter& out, PyObject* metadata) const;
  void write_parts(ObjectWriter& out) const;
  void set_type(PyObject* object) {
    type_ = Object::share(reinterpret_cast<PyObject*>(Py_TYPE(object)));
  }
  bool is_class(PyTypeObject* type) const {
    return type_.get() == reinterpret_cast<PyObject*>(type);
  }
  bool is_of_plain_class() const {
    return is_class(&PyTuple_Type) || is_class(&PyList_Type) || is_class(&PyDict_Type);
  }
  bool is_of_type(PyObject* object) const {
    return reinterpret_cast<PyObject*>(Py_TYPE(object)) == type_.get();
  }

  Kind kind_ = Kind::same;
  DType dtype_ = DType::float64;
  bool is_weak_ = false;
  bool is_differentiated_ = false;
  bool is_leaf_ = false;  // that requires a gradient
  bool is_any_derivative_ = false;
  bool is_writable_ = false;
  int number_of_dtype_ = 0;  // NumPy's
  Object type_;
  PyObject* address_ = nullptr;
  Object object_;  // or a weak reference, or a copy
  Object descr_;   // of an array outside
  Dims shape_;
  std::vector<npy_intp> strides_;
  std::uint64_t sum_ = 0;
  std::vector<Pattern> parts_;
};

}  // namespace wg::bindings
