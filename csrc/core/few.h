/// A list of a length known when it is made, without heap for the few elements that it usually has.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "core/memory.h"

namespace wg {

template <class T> class Few {
 public:
  explicit Few(std::size_t count) : Few(count, [](std::size_t) { return T(); }) {}
  /// Of the elements that `make` gives for the numbers from 0 on; it must not throw.
  template <class Make>
  Few(std::size_t count, const Make& make)
      : count_(count),
        elements_(count <= few ? reinterpret_cast<T*>(inline_)
                               : static_cast<T*>(memory::allocate(count * sizeof(T)))) {
    for (std::size_t i = 0; i < count; ++i) ::new (elements_ + i) T(make(i));
  }
  Few(const Few&) = delete;
  Few& operator=(const Few&) = delete;
  ~Few() {
    std::destroy_n(elements_, count_);
    if (count_ > few) memory::release(elements_, count_ * sizeof(T));
  }

  T* data() { return elements_; }
  std::size_t size() const { return count_; }
  T& operator[](std::size_t i) { return elements_[i]; }
  T* begin() { return elements_; }
  T* end() { return elements_ + count_; }

 private:
  static constexpr std::size_t few = 3;

  std::size_t count_;
  T* elements_;
  alignas(T) std::byte inline_[few * sizeof(T)];
};

}  // namespace wg
