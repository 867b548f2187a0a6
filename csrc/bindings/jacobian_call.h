/// A function called for its Jacobian: what dense and sparse ones have in common.
#pragma once

#include "bindings/call_on_leaves.h"
#include "sweeps/compression.h"

namespace wg::bindings {

class JacobianCall {
 public:
  /// Calls the function on fresh leaves. argnums: an integer, or a tuple or list of them.
  JacobianCall(const char* name, PyObject* function, PyObject* argnums, bool has_aux,
               PyObject* args, PyObject* keywords);

  const char* name() const { return name_; }
  const CallOnLeaves& call() const { return call_; }
  const std::vector<Tensor>& outputs() const { return outputs_; }
  const std::vector<Ref<Node>>& leaves() const { return leaves_; }

  /// The mode that was asked for, or the only one that is defined for these dtypes. Fails where the
  /// derivative would not be one number for each pair of elements.
  Mode checked_mode(Mode asked, bool is_holomorphic) const;

  /// What the caller gets, from the parts of each output, argument by argument: in the containers
  /// of the outputs; a tuple of the parts where argnums were several.
  Object nested(std::vector<std::vector<Object>> parts) const;

 private:
  void check_dtypes(bool is_holomorphic, Mode mode) const;

  const char* name_;
  bool is_single_, has_aux_;
  CallOnLeaves call_;
  Output output_;
  std::vector<Tensor> outputs_;
  std::vector<Ref<Node>> leaves_;
};

/// "forward", "reverse", or anything else for the cheaper one.
Mode mode_of(PyObject* text);

}  // namespace wg::bindings
