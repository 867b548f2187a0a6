#include "bindings/sparse_jacobian.h"

#include <algorithm>

#include "bindings/jacobian_call.h"
#include "bindings/plans.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/trace.h"
#include "primitives/indexing.h"
#include "primitives/shape.h"
#include "sweeps/compressed.h"

namespace wg::bindings {
namespace {

/// Whether the numbers in the matrix are recorded, to be computed again with it. Fails where they
/// would be one example's in a batch, or without a derivative that is wanted.
bool is_recorded(const JacobianCall& call, bool is_derivative_wanted) {
  const auto is_tracked = [](const Tensor& output) { return output.is_tracked(); };
  if (!this_thread.trace && !is_derivative_wanted) return false;
  if (std::ranges::none_of(call.outputs(), is_tracked)) return false;
  const bool is_of_this_call = this_thread.trace && this_thread.trace->outside() &&
                               std::ranges::all_of(call.outputs(), [&](const Tensor& output) {
                                 return !is_tracked(output) || Trace::may_leave(*output.node);
                               });
  if (is_of_this_call) return true;
  fail<DerivativeError>(call.name(),
                        ": a sparse matrix holds numbers, and what would be in it depends on "
                        "something that is differentiated or batched by a transform around it; "
                        "sparse=False is needed there (or no_grad, without that derivative)");
}

template <class T> Object ndarray_of(const Table<T>& table) {
  Array array = Array::empty(dtype_of<T>, Shape{static_cast<std::int64_t>(table.size())});
  std::ranges::copy(table, array.mutable_data<T>());
  return Object::take(to_ndarray(std::move(array)));
}

/// The matrix of a block, as `build` makes it of (data, columns, starts, (rows, columns)), with the
/// data as a Tensor if it is to be made again.
Object matrix_of(PyObject* build, Tensor data, bool is_made_again,
                 const Table<std::int32_t>& starts, const Table<std::int32_t>& columns,
                 std::int64_t width) {
  const Object values = Object::take(to_ndarray(is_made_again ? copy_of(data.value) : data.value));
  const Object recorded =
      is_made_again ? Object::take(wrap(std::move(data))) : Object::share(Py_None);
  const Object indices = ndarray_of(columns), pointers = ndarray_of(starts);
  return Object::take(checked(PyObject_CallFunction(
      build, "OOO(LL)O", values.get(), indices.get(), pointers.get(),
      static_cast<long long>(starts.size() - 1), static_cast<long long>(width), recorded.get())));
}

/// Blocks by output and leaf, as the caller gets them.
template <class Data>
PyObject* nested_blocks(const JacobianCall& call, const std::vector<SparseBlock>& blocks,
                        PyObject* build, bool is_made_again, Data data_of) {
  std::vector<std::vector<Object>> parts;
  auto block = blocks.begin();
  for (const Tensor& output : call.outputs()) {
    std::vector<Object> objects;
    for (const Ref<Node>& leaf : call.leaves()) {
      Tensor data = data_of(*block, output, *leaf);
      objects.push_back(matrix_of(build, std::move(data), is_made_again, block->starts,
                                  block->columns, leaf->layout().size()));
      ++block;
    }
    parts.push_back(call.call().in_containers(std::move(objects)));
  }
  return call.nested(std::move(parts)).release();
}

/// sparse_jacobian(name, fun, argnums, mode, has_aux, holomorphic, symmetric, plans, build, args,
/// keywords)
PyObject* sparse_jacobian(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const char* name = PyUnicode_AsUTF8(args[0]);
    const bool is_symmetric = args[6] == Py_True;
    Plans& plans = plans_of(args[7]);
    const JacobianCall call(name, args[1], args[2], args[4] == Py_True, args[9], args[10]);
    const bool is_made_again = is_recorded(call, call.call().policy() == Policy::eager);
    const Policy policy = is_made_again ? Policy::eager : Policy::evaluate;
    const Mode mode = call.checked_mode(mode_of(args[3]), args[5] == Py_True);

    const Order order(nodes_of(call.outputs()), nodes_of(call.leaves()));
    const auto plan = plans.planned(call.outputs(), call.leaves(), [&] {
      return compress(order, call.outputs(), call.leaves(), mode, is_symmetric);
    });
    const Tensor values = compressed_values(*plan, order, call.outputs(), call.leaves(), policy);
    Eager builder;
    return nested_blocks(
        call, plan->blocks, args[8], is_made_again,
        [&](const SparseBlock& block, const Tensor& output, const Node& leaf) {
          const DType dtype = plan->is_forward ? output.dtype() : leaf.dtype();
          const auto first = static_cast<std::int64_t>(block.first);
          const auto count = static_cast<std::int64_t>(block.columns.size());
          const Var all = builder.var(values);
          const bool is_all = block.columns.size() == plan->count;
          return convert(is_all ? all : slice_axis(all, -1, first, count), dtype).tensor;
        });
  });
}

/// sparsity(name, fun, argnums, has_aux, build, args, keywords)
PyObject* sparsity(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    // Integers are followed too: an index that depends on what is differentiated may be any.
    Trace trace;
    const JacobianCall call(PyUnicode_AsUTF8(args[0]), args[1], args[2], args[3] == Py_True,
                            args[5], args[6]);
    trace.close();
    is_recorded(call,
                false);  // the pattern is that of all calls which run through these operations
    const Order order(nodes_of(call.outputs()), nodes_of(call.leaves()), Passes::everything);
    const Rows rows = leaf_rows(sparsity_sweep(order, call.outputs(), call.leaves()));
    return nested_blocks(call, blocks_of(rows, call.outputs(), call.leaves()), args[4], false,
                         [](const SparseBlock& block, const Tensor&, const Node&) {
                           Array all =
                               Array::empty(DType::boolean,
                                            Shape{static_cast<std::int64_t>(block.columns.size())});
                           std::fill_n(all.mutable_data<bool>(), all.size(), true);
                           return all;
                         });
  });
}

/// happens_once(why): while a function is recorded by `jit`, what happens serves this call alone.
PyObject* note_once(PyObject*, PyObject* why) {
  return guarded([&] {
    const char* const text = PyUnicode_AsUTF8(why);
    if (!text) throw PythonError();
    Outside* const outside = this_thread.trace ? this_thread.trace->outside() : nullptr;
    if (outside) outside->give_up(text);
    Py_RETURN_NONE;
  });
}

PyMethodDef sparse_jacobian_functions[] = {
    {"happens_once", note_once, METH_O, nullptr},
    {"sparse_jacobian", as_method(sparse_jacobian), METH_FASTCALL, nullptr},
    {"sparsity", as_method(sparsity), METH_FASTCALL, nullptr},
    {"plans", make_plans, METH_NOARGS, nullptr},
    {}};

}  // namespace

void add_sparse_jacobian(PyObject* module) {
  checked(PyModule_AddFunctions(module, sparse_jacobian_functions));
}

}  // namespace wg::bindings
