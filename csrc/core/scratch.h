/// The workspace of one evaluation.
#pragma once

#include <algorithm>

#include "core/memory.h"
#include "core/work.h"

namespace wg {

class Scratch {
 public:
  explicit Scratch(const Work& work) : bytes_(work.bytes) {
    if (bytes_ == 0) return;
    bytes_ = std::max(bytes_, aligned);
    memory_ = static_cast<std::byte*>(memory::allocate(bytes_));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (memory_) memory::release(memory_, bytes_);
  }
  std::byte* memory() const { return memory_; }

 private:
  static constexpr std::size_t aligned = 129;  // larger blocks start on a cache line

  std::size_t bytes_;
  std::byte* memory_ = nullptr;
};

}  // namespace wg
