#include "bindings/vmap.h"

#include <algorithm>
#include <optional>

#include "bindings/batch_axes.h"
#include "bindings/call_on_leaves.h"
#include "bindings/object_arrays.h"
#include "core/error.h"
#include "graph/excerpt.h"
#include "primitives/registry.h"
#include "sweeps/divided.h"
#include "sweeps/eagerly.h"
#include "sweeps/forward.h"

namespace wg::bindings {
namespace {

class Vmap {
 public:
  Vmap(PyObject* function, PyObject* args, PyObject* keywords, PyObject* in_axes,
       PyObject* out_axes)
      : function_(function), args_(args), keywords_(keywords), out_axes_(out_axes) {
    if (!is_axis(in_axes) && !PyTuple_Check(in_axes) && !PyList_Check(in_axes)) {
      fail<DTypeError>("vmap: in_axes is ", Py_TYPE(in_axes)->tp_name,
                       "; an integer, or a tuple or list of axes for the arguments is needed");
    }
    spread_axes(in_axes, args, "in_axes", axes_);
    flatten(args, leaves_);
    if (keywords) {
      flatten(keywords, leaves_);
      axes_.resize(leaves_.size(), 0);  // keyword arguments are mapped over their first axis
    }
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      if (axes_[i]) read(i);
    }
    if (mapped_.empty()) {
      fail<ShapeError>("vmap: in_axes maps no argument; at least one axis is needed");
    }
  }

  PyObject* run() {
    std::vector<Path> paths = this->paths();
    std::vector<std::optional<Py_ssize_t>> axes;
    spread_axes(out_axes_, tree_.get(), "out_axes", axes);
    std::vector<Tensor> outputs;
    for (std::size_t k = 0; k < axes.size(); ++k) {
      Tensor output = axes[k] ? joined_output(paths, k, count_) : common_output(paths, k);
      if (axes[k]) {
        output = eagerly_.move_axis(std::move(output), 0,
                                    normalized(*axes[k], output.value.ndim(), "out_axes"));
      }
      outputs.push_back(std::move(output));
    }
    settle(outputs);
    std::vector<Object> objects;
    for (Tensor& output : outputs) {
      const Guise guise =
          guise_ == Guise::ndarray && output.value.ndim() == 0 ? Guise::numpy_scalar : guise_;
      objects.push_back(Object::take(disguised(own(std::move(output).let_go()), guise)));
    }
    auto next = objects.begin();
    return unflatten(tree_.get(), next);
  }

 private:
  void read(std::size_t i) {
    Tensor x;
    if (!read_operand(leaves_[i].get(), x)) {
      fail<DTypeError>("vmap: an argument holds ", Py_TYPE(leaves_[i].get())->tp_name,
                       "; what is mapped is made of Tensors and arrays (see in_axes)");
    }
    const int axis = normalized(*axes_[i], x.value.ndim(), "in_axes");
    const std::int64_t n = x.value.shape()[static_cast<std::size_t>(axis)];
    if (count_ >= 0 && n != count_) {
      fail<ShapeError>("vmap: the mapped axes are ", count_, " and ", n,
                       " long; they must be equal");
    }
    count_ = n;
    guise_ = std::max(guise_, guise_of(leaves_[i].get()));
    mapped_.push_back(i);
    values_.push_back(eagerly_.move_axis(std::move(x), axis, 0));
  }

  std::vector<Path> paths() {
    using Values = std::span<const Tensor>;
    const auto one_by_one = [this](Values values, std::int64_t example) {
      return record(values, example, false);
    };
    const Trace* const capturing = Trace::capturing();
    if (!capturing) return paths_of(values_, count_, one_by_one);
    const auto of_a_tree = [this](Values values, std::int64_t example) {
      return record(values, example, true);
    };
    return paths_in_recording(values_, count_, of_a_tree, one_by_one,
                              capturing->outside()->known_paths());
  }

  /// Runs the function on the first of the values, which is this example, or none. Of a tree of
  /// paths also what no example is needed for is done where it is reached; nothing if this is none.
  std::optional<Captured> record(std::span<const Tensor> values, std::int64_t example,
                                 bool is_of_tree) {
    std::vector<Tensor> examples;
    for (const Tensor& value : values) examples.push_back(first_example(value));
    Trace trace;
    const Object tree = call(trace, examples, example);
    const std::vector<Tensor> outputs = tensors_of(tree.get());
    if (!tree_) tree_ = tree;
    const bool is_fork = is_of_tree && !trace.guards().empty();
    std::optional<Captured> captured;
    if (!is_fork || returns_alike(tree.get())) {
      captured = program_of({.results = outputs,
                             .leaves = trace.leaves(),
                             .guards = trace.guards(),
                             .fallible = trace.fallible(),
                             .since = trace.since(),
                             .extent = is_fork ? Extent::all : Extent::dependent});
    }
    trace.forget_guards();
    return captured;
  }

  /// Whether this is what the first example returned but for the values, and each example may
  /// return others.
  bool returns_alike(PyObject* tree) const {
    std::vector<std::optional<Py_ssize_t>> axes;
    spread_axes(out_axes_, tree, "out_axes", axes);
    if (std::ranges::any_of(axes, [](const auto& axis) { return !axis; })) return false;
    const int is_same =
        PyObject_RichCompareBool(form_of(tree).get(), form_of(tree_.get()).get(), Py_EQ);
    if (is_same < 0) throw PythonError();
    return is_same > 0;
  }

  static Object form_of(PyObject* tree) {
    std::vector<Object> leaves;
    flatten(tree, leaves);
    for (Object& leaf : leaves) leaf = Object::share(Py_None);
    auto next = leaves.begin();
    return Object::take(unflatten(tree, next));
  }

  Object call(Trace& trace, std::span<const Tensor> examples, std::int64_t number) {
    std::vector<Object> fresh = leaves_;
    for (std::size_t k = 0; k < mapped_.size(); ++k) {
      const bool is_differentiable = values_[k].is_differentiated();
      fresh[mapped_[k]] =
          Object::take(wrap(trace.leaf(identity_primitive(), examples[k], is_differentiable)));
    }
    auto next = fresh.begin();
    const Object args = Object::take(unflatten(args_, next));
    Object keywords;
    if (keywords_) keywords = Object::take(unflatten(keywords_, next));
    try {
      return call_recorded(function_, args.get(), keywords.get());
    } catch (const PythonError& error) {
      if (number >= 0)
        error.add_note(("vmap: raised for example " + std::to_string(number)).c_str());
      throw;
    }
  }

  static std::vector<Tensor> tensors_of(PyObject* tree) {
    std::vector<Object> leaves;
    flatten(tree, leaves);
    std::vector<Tensor> tensors;
    for (const Object& leaf : leaves) tensors.push_back(operand_of(leaf.get(), "vmap"));
    return tensors;
  }

  PyObject* function_;
  PyObject* args_;
  PyObject* keywords_;
  PyObject* out_axes_;
  Object tree_;                 // what the first example returned
  std::vector<Object> leaves_;  // of all arguments
  std::vector<std::optional<Py_ssize_t>> axes_;
  std::vector<std::size_t> mapped_;  // which of the leaves
  std::vector<Tensor> values_;       // of those, with the batch axis in front
  std::int64_t count_ = -1;
  Guise guise_ = Guise::ndarray;
  Eagerly eagerly_;
};

/// vmap(fun, args, keywords, in_axes, out_axes)
PyObject* vmap(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] {
    PyObject* keywords = PyDict_GET_SIZE(args[2]) ? args[2] : nullptr;
    return Vmap(args[0], args[1], keywords, args[3], args[4]).run();
  });
}

PyMethodDef vmap_functions[] = {{"vmap", as_method(vmap), METH_FASTCALL, nullptr}, {}};

}  // namespace

void add_vmap(PyObject* module) { checked(PyModule_AddFunctions(module, vmap_functions)); }

}  // namespace wg::bindings
