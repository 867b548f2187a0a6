/// Objects of Python's that never change, in containers, as bytes and back.
#pragma once

#include <map>

#include "bindings/jit/named.h"
#include "tape/archive/values.h"

namespace wg::bindings {

/// Writes None, numbers, texts, slices, ranges, arrays, and tuples, lists, dicts, frozensets,
/// namedtuples and objects of registered classes of such. Fails with DTypeError for others: what a
/// class makes of bytes would be code.
class ObjectWriter {
 public:
  ObjectWriter(ByteWriter& out, ArrayWriter& arrays) : out_(out), arrays_(arrays) {}
  void write(PyObject* object);
  /// Where a class or a function is found; fails if it is nowhere. `what` begins the error.
  void write_name(PyObject* object, const std::string& what);
  /// What a container of a class is but for its parts: the class and its metadata, as optree has
  /// them, which of a namedtuple are the class as well.
  void write_class(PyObject* type, PyObject* metadata);
  ByteWriter& out() { return out_; }

 private:
  void write_integer(PyObject* object);
  void write_all(PyObject* sequence);

  ByteWriter& out_;
  ArrayWriter& arrays_;
  std::map<PyObject*, std::size_t> names_;
};

/// A container of a class, but for its parts.
struct ClassOfParts {
  Object type, metadata;

  /// An object of this class, as what is registered for it makes one of a list of parts.
  Object made(const Object& parts) const;
};

class ObjectReader {
 public:
  ObjectReader(ByteReader& in, ArrayReader& arrays) : in_(in), arrays_(arrays) {}
  Object read();
  Object read_name();
  /// A function that states its derivatives, by its name.
  Object read_stated();
  ClassOfParts read_class();
  /// All that was found by a name.
  const std::vector<Object>& named() const { return named_; }
  ByteReader& in() { return in_; }

 private:
  Object read_integer();
  Object read_list();
  Object read_dict();

  ByteReader& in_;
  ArrayReader& arrays_;
  std::vector<Object> named_;
};

}  // namespace wg::bindings
