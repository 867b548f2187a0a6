/// Objects of Python's that never change, in containers, as bytes and back.
#pragma once

#include "bindings/guard.h"
#include "tape/archive/values.h"

namespace wg::bindings {

/// Writes None, numbers, texts, slices, ranges, arrays, and tuples, lists, dicts and frozensets of
/// such. Fails with DTypeError for others: what a class makes of bytes would be code.
class ObjectWriter {
 public:
  ObjectWriter(ByteWriter& out, ArrayWriter& arrays) : out_(out), arrays_(arrays) {}
  void write(PyObject* object);
  ByteWriter& out() { return out_; }

 private:
  void write_integer(PyObject* object);
  void write_all(PyObject* sequence);

  ByteWriter& out_;
  ArrayWriter& arrays_;
};

class ObjectReader {
 public:
  ObjectReader(ByteReader& in, ArrayReader& arrays) : in_(in), arrays_(arrays) {}
  Object read();
  ByteReader& in() { return in_; }

 private:
  Object read_integer();
  Object read_list();
  Object read_dict();

  ByteReader& in_;
  ArrayReader& arrays_;
};

}  // namespace wg::bindings
