/// What a sparsity rule states of an output, gathered into a pattern.
#pragma once

#include <span>

#include "core/copy.h"
#include "core/layout.h"
#include "graph/dependence.h"
#include "sweeps/pattern.h"

namespace wg {

using Sources = std::shared_ptr<const Table<std::int32_t>>;

/// What is known of a value. Neither part: it depends on nothing.
struct Known {
  Sources sources;        // of what was only moved: the leaf element of each element, or -1
  SharedPattern pattern;  // of everything else, and of what is in the cut
};

/// Finds what is known of an operand.
class Operands {
 public:
  virtual ~Operands() = default;
  virtual int count() const = 0;
  virtual const Layout& layout(int operand) const = 0;
  virtual const Known* known(int operand) const = 0;
  /// Its pattern; what was only moved enters the cut. Null if it depends on nothing. Asked for
  /// once: if this is the operand's last use, nobody else holds the pattern.
  virtual SharedPattern pattern(int operand) = 0;
  /// Makes sets of the columns that there are so far.
  virtual Unions unions() const = 0;
  /// 0, 1, 2, ...; so many at least.
  virtual const Array& numbers(std::int64_t count) = 0;
};

/// Dense numbers, in whatever strides they came.
struct Numbers {
  Array array;
  explicit Numbers(const Array& x) : array(dense(x)) {}
  std::size_t size() const { return static_cast<std::size_t>(array.size()); }
  std::size_t operator[](std::size_t i) const {
    return static_cast<std::size_t>(array.data<std::int64_t>()[i]);
  }
};

class Statements final : public Dependence {
 public:
  Statements(Operands& operands, const Layout& output) : operands_(operands), output_(output) {}

  Array counted(std::int64_t first, std::span<const std::int64_t> shape) override;
  void on_same(int operand) override;
  void on_moved(const Array& numbers) override;
  void on_pairs(int operand, const Array& outputs, const Array& elements) override;
  void on_groups(int operand, const Array& outputs, const Array& elements) override;
  void on_run(int operand, int axis, bool reverse) override;

  Known result() { return {std::move(sources_), std::move(sum_)}; }

 private:
  std::size_t size() const { return static_cast<std::size_t>(output_.size()); }
  bool are_all_moved() const;
  void move_sources(const std::int64_t* numbers);
  void move_patterns(const std::int64_t* numbers);
  bool add_pairs(const Pattern& from, const Numbers& outputs, const Numbers& elements);
  void join(SharedPattern term);

  Operands& operands_;
  const Layout& output_;
  Sources sources_;
  SharedPattern sum_;
};

}  // namespace wg
