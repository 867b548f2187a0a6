/// Numbers and texts as bytes, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wg {

/// Bytes that are no such file, or one that somebody changed (ValueError).
struct FormatError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

class ByteWriter {
 public:
  void byte(unsigned value) { bytes_.push_back(static_cast<char>(value)); }
  /// In groups of seven bits, the lowest first: small numbers take one byte.
  void count(std::uint64_t value);
  /// Of either sign.
  void number(std::int64_t value) {
    count(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }
  void real(double value);
  void text(std::string_view value);
  void raw(std::span<const std::byte> bytes) {
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Fails with FormatError where there is not what is asked for.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : left_(bytes) {}

  unsigned byte();
  std::uint64_t count();
  /// A count below a limit, which says what there is.
  std::size_t below(std::size_t limit);
  /// How many things follow that take at least a byte each.
  std::size_t length();
  std::int64_t number() {
    const std::uint64_t value = count();
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }
  bool flag() { return below(2) == 1; }
  double real();
  std::string_view text();
  std::span<const std::byte> raw(std::size_t size);
  void require_end() const;
  [[noreturn]] static void refuse(std::string_view what);

 private:
  std::span<const std::byte> left_;
};

/// What is in a file: a mark, the version of the format, the bytes, and a sum over all of that.
std::string framed(std::string_view content);
/// The bytes of such a file. Fails where one of the rest is not as it was written.
std::span<const std::byte> unframed(std::span<const std::byte> file);

}  // namespace wg
