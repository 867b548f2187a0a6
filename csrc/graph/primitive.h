/// A primitive: everything the library knows about one operation.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/work.h"
#include "graph/dependence.h"
#include "graph/var.h"

namespace wg {

struct Primitive;

/// What the kernels' table knows of a formula, in a form that this floor can read.
struct ElementwiseKernel {
  using Scalar = void (*)(const std::byte* const* operands, std::byte* out);
  using ScalarAdjoint = void (*)(const std::byte* const* operands, std::byte* const* gradients);
  Scalar scalar = nullptr;  // one element of each operand
  ScalarAdjoint scalar_adjoint =
      nullptr;  // operands, output and cotangent; null gradients are skipped
};

/// The elementwise side of a primitive that is a formula.
struct Elementwise {
  int formula;  // its row in the kernels' table
  unsigned kinds;
  bool is_predicate;
  bool keeps_weak;
  bool passes[2];    // the partial is one: the operand receives the cotangent itself
  bool vanishes[2];  // the partial is zero: the operand receives nothing
  double low, high;  // where tests draw inputs
  std::string (*text)();
  std::string (*derivative_text)(int operand);
  /// The value of operands of one dtype, or that and Python numbers, which are dense, small, and
  /// numbers or of one shape: most of what is ever evaluated. False for others. Of operands that
  /// are given away, memory that nobody else holds may become the result's.
  bool (*evaluate_quickly)(const Primitive& primitive, std::span<const Tensor* const> operands,
                           bool are_given, Array& out);
  /// The same as the jvp rule in one pass per tangent, and never recorded.
  Array (*tangent)(const Primitive& primitive, std::span<const Tensor> x, const Array& y,
                   std::span<const Tensor> tangents);
  ElementwiseKernel scalar[dtype_count];
};

/// Everything that a parameter of a structural primitive can be.
using ParameterValue = std::variant<bool, std::int64_t, double, Dims, DType, std::string>;

/// A parameter's name, and its value by default, which tells its kind.
struct ParameterField {
  std::string_view name;
  ParameterValue value;
};

/// A result that is its operand's memory: its type, lying as the layout says, from an element on.
struct Viewed {
  Type type;
  std::int64_t offset = 0;

  /// An array of these lengths and strides; true.
  bool lie(DType dtype, std::span<const std::int64_t> shape, const Dims& strides,
           std::int64_t from = 0) {
    type.dtype = dtype;
    if (!shape.empty()) type.layout = Layout::strided(shape, strides);
    offset = from;
    return true;
  }
};

/// Functions take the node's payload: the parameters of structural primitives.
///
/// A value comes about in one of two ways: by `view`, without touching an element, where that is
/// there and gives something, or by `evaluate`. The one caller of both is `evaluate` of
/// graph/evaluate.h.
struct Primitive {
  std::string_view name;
  int arity;  // -1: any number
  bool is_differentiable;
  bool is_holomorphic;
  bool is_fallible;  // for some values of its operands, a formula's if integers; beside indices out
                     // of range
  unsigned
      reads[4];  // by operand (the last for all further ones): bit i operand i, bit 31 the output
  bool gives_view;   // NumPy's function of this kind gives a view of what it is given
  bool keeps_order;  // works element by element: a value lies in memory as operands do
  bool is_part;      // stands for one result of a compound operation
  bool is_compound;  // the rules are those of the payload (graph/compound.h)
  const Elementwise* elementwise;             // null for structural primitives
  std::span<const std::string_view> results;  // names, where there are several; such are compound

  /// The only validation of operands. What it gives need not lie dense.
  Type (*infer)(const Payload* self, std::span<const Type> operands);
  /// Whether the value is the first operand seen otherwise, and how; fails where `infer` fails.
  bool (*view)(const Payload* self, const Type& x, Viewed& y);
  /// What evaluate() needs beside operands and results that are like these, their data not read.
  Work (*workspace)(const Payload* self, std::span<const View> x, std::span<const View> y);
  /// Works on memory alone, which the caller has given: results are dense and of the types that
  /// infer() says. Nothing is counted, and the host's lock may be given up; only values raise.
  void (*evaluate)(const Payload* self, std::span<const View> x, std::span<const View> y,
                   std::byte* work);
  /// Bit i: the result may be in the memory of operand i, if that is dense and has its dtype and
  /// shape.
  unsigned shares;
  /// Of what stores in parts: the same in the base's own memory, at once. False where somebody else
  /// sees that, or the update is not of the base's dtype or does not fit; null if it never is.
  bool (*put)(const Payload* self, Array& base, const Array& update);
  /// The vjp of such an operation in the cotangent's own memory: what was the element's leaves zero
  /// behind.
  bool (*take_out)(const Payload* self, Array& ct, Array& part);
  /// Adds what `operand` receives to `sum`, in place where it can: fused, and never recorded.
  void (*adjoint)(const Node& node, const Array& ct, int operand, Array& sum);
  /// What the operands that are wanted receive from the cotangent of `y`, which may be taken over:
  /// one contribution for each operand, undefined where nothing is to be added. The others' may be
  /// left as they are.
  void (*vjp)(const Payload* self, std::span<const Var> x, const Var& y, Var& ct, Wanted wanted,
              std::span<Contribution> contributions);
  /// The tangent of `y`, of its type. Tangents of what does not move are undefined; they are taken
  /// over: memory that nobody else holds may be reused.
  Var (*jvp)(const Payload* self, std::span<const Var> x, const Var& y, std::span<Var> tangents);
  /// Operands that are batched have one axis more, in front; so has the result. Operands are taken
  /// over: memory that nobody else holds may be reused.
  Var (*batch)(const Payload* self, std::span<Var> x, std::span<const bool> is_batched);
  /// Which elements of the operands the output's derivative reaches. Of indices the values are
  /// read, abstract where they depend on what is differentiated; of others only the types.
  void (*sparsity)(const Payload* self, std::span<const Tensor> x, const Type& y,
                   Dependence& dependence);
  int first_index;  // operands from this one on are indices
  std::span<const ParameterField> (*fields)();
  Ref<Payload> (*make)(std::span<const ParameterValue> parameters);

  unsigned reads_for(int operand) const { return reads[operand < 3 ? operand : 3]; }
  unsigned reads_of_all() const { return reads[0] | reads[1] | reads[2] | reads[3]; }
};

inline bool Node::is_tuple() const { return primitive_->is_compound; }
inline bool Node::is_part() const { return primitive_->is_part; }

/// Whether every derivative passes a node as a complex number does.
inline bool is_holomorphic(const Node& node) {
  return node.primitive().is_holomorphic && (!node.payload() || node.payload()->is_holomorphic());
}

}  // namespace wg
