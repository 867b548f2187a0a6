/// A program with those derived from it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "graph/program.h"

namespace wg {

/// With an axis more, in front.
Type with_axis(const Type& type, std::int64_t count);

/// A program, and those that were derived from it, each made when it is first asked for.
class Callable {
 public:
  explicit Callable(std::shared_ptr<const Program> program);

  const Program& program() const { return *program_; }
  const std::shared_ptr<const Program>& shared_program() const { return program_; }
  bool is_derivable() const { return is_derivable_; }
  bool is_differentiable(std::size_t result) const { return is_differentiable_[result]; }
  bool is_linear(const std::vector<bool>& dependent) const;
  /// From the inputs and cotangents of some results to cotangents of the wanted inputs.
  std::shared_ptr<Callable> vjp(const std::vector<bool>& wanted, const std::vector<bool>& has_ct);
  /// From the inputs and tangents of some of them to the tangents of the results.
  std::shared_ptr<Callable> jvp(const std::vector<bool>& moving);
  /// For so many examples at once, of which some inputs have one each, in front.
  std::shared_ptr<Callable> batch(const std::vector<bool>& is_batched, std::int64_t count);

 private:
  struct Derived {
    char kind;
    std::vector<bool> first, second;
    std::int64_t count;
    std::shared_ptr<Callable> callable;
  };
  std::shared_ptr<Callable> derived(char kind, const std::vector<bool>& first,
                                    const std::vector<bool>& second, std::int64_t count,
                                    const std::function<std::shared_ptr<Callable>()>& make);

  std::shared_ptr<const Program> program_;
  bool is_derivable_;
  std::vector<bool> is_differentiable_;  // by result
  std::vector<Derived> derived_;
};

}  // namespace wg
