#include "tape/archive/bytes.h"

#include <bit>
#include <cstring>

#include "core/error.h"

namespace wg {
namespace {

// A byte with its high bit set, and both ends of lines: what is no longer binary is told.
constexpr std::string_view mark("\x97wengert\r\n\x1a\n", 12);
constexpr std::uint64_t version = 1;
constexpr std::size_t sum_bytes = 8;

/// FNV-1a (Fowler, Noll, Vo) of 64 bits: no change of one byte leaves it as it is.
std::uint64_t sum_of(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0xcbf29ce484222325u;
  for (const std::byte byte : bytes)
    sum = (sum ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3u;
  return sum;
}

std::span<const std::byte> as_bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace

void ByteWriter::count(std::uint64_t value) {
  for (; value >= 128; value >>= 7) byte(static_cast<unsigned>(value & 127) | 128);
  byte(static_cast<unsigned>(value));
}

void ByteWriter::real(double value) {
  auto bits = std::bit_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8) byte(static_cast<unsigned>(bits & 255));
}

void ByteWriter::text(std::string_view value) {
  count(value.size());
  bytes_.append(value);
}

void ByteReader::refuse(std::string_view what) {
  fail<FormatError>("load: the file was changed or is not whole: ", what);
}

unsigned ByteReader::byte() {
  if (left_.empty()) refuse("it ends too early");
  const auto value = std::to_integer<unsigned>(left_.front());
  left_ = left_.subspan(1);
  return value;
}

std::uint64_t ByteReader::count() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint64_t group = byte();
    if (shift == 63 && group > 1) break;
    value |= (group & 127) << shift;
    if (group < 128) return value;
  }
  refuse("a number has too many digits");
}

std::size_t ByteReader::below(std::size_t limit) {
  const std::uint64_t value = count();
  if (value >= limit) refuse("a number is out of its range");
  return static_cast<std::size_t>(value);
}

std::size_t ByteReader::length() {
  const std::uint64_t value = count();
  if (value > left_.size()) refuse("it ends too early");
  return static_cast<std::size_t>(value);
}

double ByteReader::real() {
  std::uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits |= static_cast<std::uint64_t>(byte()) << 8 * i;
  return std::bit_cast<double>(bits);
}

std::span<const std::byte> ByteReader::raw(std::size_t size) {
  if (size > left_.size()) refuse("it ends too early");
  const auto bytes = left_.first(size);
  left_ = left_.subspan(size);
  return bytes;
}

std::string_view ByteReader::text() {
  const auto bytes = raw(length());
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void ByteReader::require_end() const {
  if (!left_.empty()) refuse("it goes on behind its end");
}

std::string framed(std::string_view content) {
  ByteWriter out;
  out.raw(as_bytes_of(mark));
  out.count(version);
  out.text(content);
  std::string all = out.take();
  const std::uint64_t sum = sum_of(as_bytes_of(all));
  for (std::size_t i = 0; i < sum_bytes; ++i) all.push_back(static_cast<char>(sum >> 8 * i & 255));
  return all;
}

std::span<const std::byte> unframed(std::span<const std::byte> file) {
  if (file.size() < mark.size() || std::memcmp(file.data(), mark.data(), mark.size()) != 0) {
    fail<FormatError>("load: this is no file of wengert's; one that `save` wrote is needed");
  }
  ByteReader in(file.subspan(mark.size()));
  const std::uint64_t written = in.count();
  if (written > version) {
    fail<FormatError>("load: the file is of format ", written,
                      ", of a later wengert; this one reads ", "formats up to ", version);
  }
  const auto content = in.raw(in.length());
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < sum_bytes; ++i) sum |= static_cast<std::uint64_t>(in.byte()) << 8 * i;
  in.require_end();
  if (sum != sum_of(file.first(file.size() - sum_bytes))) ByteReader::refuse("its sum is another");
  return content;
}

}  // namespace wg
