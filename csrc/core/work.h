/// The memory that an evaluation needs beside operands and results: counted first, then cut into
/// pieces.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wg {

struct Work {
  std::size_t bytes = 0;
  std::size_t alignment = 1;

  /// Room for one more piece.
  void add(std::int64_t piece) {
    constexpr std::size_t line = 64;
    bytes += (static_cast<std::size_t>(piece) + line - 1) / line * line;
    alignment = line;
  }
};

/// Hands out the pieces that a Work has counted, in the same order.
class Workspace {
 public:
  explicit Workspace(std::byte* memory) : memory_(memory) {}
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  std::byte* take(std::int64_t piece) {
    std::byte* const at = memory_ + used_.bytes;
    used_.add(piece);
    return at;
  }
  template <class T> T* take_for(std::int64_t elements) {
    return reinterpret_cast<T*>(take(elements * static_cast<std::int64_t>(sizeof(T))));
  }

 private:
  std::byte* memory_;
  Work used_;
};

}  // namespace wg
