/// Types and arrays as bytes, and back. What several places hold is written once.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "graph/type.h"
#include "tape/archive/bytes.h"

namespace wg {

/// Writes arrays with all that they are made of, strides of a permutation of axes among it: of
/// products it decides the kernel, and so the bits.
class ArrayWriter {
 public:
  void write(const Array& array, ByteWriter& out);

 private:
  /// Where the elements are, and how they lie and are read.
  using Place = std::tuple<const std::byte*, DType, bool, std::vector<std::int64_t>>;
  std::map<Place, std::size_t> known_;
  std::vector<Array> held_;  // so that no other array comes to lie at their address
};

class ArrayReader {
 public:
  Array read(ByteReader& in);

 private:
  std::vector<Array> known_;
};

void write(const Type& type, ByteWriter& out);
/// The type of a value that lies in C order.
Type read_type(ByteReader& in);

void write(std::span<const std::int64_t> dims, ByteWriter& out);
Dims read_dims(ByteReader& in);
DType read_dtype(ByteReader& in);

}  // namespace wg
