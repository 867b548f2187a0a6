/// A short list of integers (a shape, strides, axes) that needs no heap for the usual lengths.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <span>
#include <utility>

namespace wg {

class Dims {
 public:
  Dims() = default;
  explicit Dims(int count, std::int64_t value = 0) { resize(count, value); }
  Dims(std::initializer_list<std::int64_t> values)
      : Dims(std::span(values.begin(), values.size())) {}
  Dims(std::span<const std::int64_t> values) {
    reserve(static_cast<int>(values.size()));
    count_ = static_cast<int>(values.size());
    std::ranges::copy(values, data());
  }
  Dims(const Dims& other) : Dims(std::span<const std::int64_t>(other)) {}
  Dims(Dims&& other) noexcept { take(other); }
  Dims& operator=(const Dims& other) { return *this = Dims(other); }
  Dims& operator=(Dims&& other) noexcept {
    take(other);
    return *this;
  }

  std::int64_t* data() { return heap_ ? heap_.get() : inline_; }
  const std::int64_t* data() const { return heap_ ? heap_.get() : inline_; }
  int size() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::int64_t* begin() { return data(); }
  std::int64_t* end() { return data() + count_; }
  const std::int64_t* begin() const { return data(); }
  const std::int64_t* end() const { return data() + count_; }
  std::int64_t& operator[](int i) { return data()[i]; }
  std::int64_t operator[](int i) const { return data()[i]; }
  std::int64_t& back() { return data()[count_ - 1]; }
  std::int64_t back() const { return data()[count_ - 1]; }
  operator std::span<const std::int64_t>() const {
    return {data(), static_cast<std::size_t>(count_)};
  }

  void push_back(std::int64_t value) {
    reserve(count_ + 1);
    data()[count_++] = value;
  }
  void pop_back() { --count_; }
  void insert(int position, std::int64_t value) {
    push_back(value);
    std::rotate(begin() + position, end() - 1, end());
  }
  void erase(int position) {
    std::copy(begin() + position + 1, end(), begin() + position);
    --count_;
  }
  void resize(int count, std::int64_t value = 0) {
    reserve(count);
    if (count > count_) std::fill(data() + count_, data() + count, value);
    count_ = count;
  }

  friend bool operator==(const Dims& a, const Dims& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  static constexpr int inline_capacity = 6;

  /// All of the numbers inside, used or not: their count is then no matter.
  void take(Dims& other) noexcept {
    count_ = std::exchange(other.count_, 0);
    capacity_ = std::exchange(other.capacity_, inline_capacity);
    heap_ = std::move(other.heap_);
    std::memcpy(inline_, other.inline_, sizeof inline_);
  }

  void reserve(int count) {
    if (count <= capacity_) return;
    const int capacity = std::max(count, 2 * capacity_);
    auto grown = std::make_unique<std::int64_t[]>(static_cast<std::size_t>(capacity));
    std::copy_n(data(), count_, grown.get());
    heap_ = std::move(grown);
    capacity_ = capacity;
  }

  int count_ = 0;
  int capacity_ = inline_capacity;
  std::unique_ptr<std::int64_t[]> heap_;
  std::int64_t inline_[inline_capacity];
};

using Shape = Dims;

/// Writes a shape as Python does: (), (3,), (2, 3).
std::ostream& operator<<(std::ostream& out, const Dims& dims);

}  // namespace wg
