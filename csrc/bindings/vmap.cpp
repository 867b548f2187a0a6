#include "bindings/vmap.h"

#include <numeric>
#include <optional>

#include "bindings/batch_axes.h"
#include "bindings/batch_evaluation.h"
#include "bindings/eagerly.h"
#include "bindings/recorded_call.h"
#include "core/copy.h"
#include "core/error.h"
#include "primitives/registry.h"
#include "sweeps/forward.h"

namespace wg::bindings {
namespace {

constexpr int most_paths = 1024;

/// What the examples of one path returned.
struct Path {
  Object tree;
  std::vector<Tensor> outputs;  // with the batch axis in front where is_batched
  std::vector<std::int64_t> examples;
};

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
    std::vector<std::int64_t> pending(static_cast<std::size_t>(count_));
    std::iota(pending.begin(), pending.end(), 0);
    std::vector<Path> paths;
    do {
      if (paths.size() == most_paths) {
        fail<ShapeError>("vmap: fun took ", most_paths,
                         " different paths through its branches; use where instead of if, or a "
                         "loop over the examples");
      }
      paths.push_back(take_path(pending));
    } while (!pending.empty());
    return joined(paths);
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

  /// Records the first pending example and evaluates the recording for all; those for which it does
  /// not hold stay pending.
  Path take_path(std::vector<std::int64_t>& pending) {
    const bool is_whole = static_cast<std::int64_t>(pending.size()) == count_;
    std::vector<Tensor> values = values_;
    if (!is_whole) {
      const Array which = numbers(pending);
      for (Tensor& value : values) value = eagerly_.rows(std::move(value), which);
    }
    Path path;
    const ExampleRecording recorded = record(values, pending.empty() ? -1 : pending[0], path.tree);
    Evaluated held =
        evaluate_for_batch(recorded, values, static_cast<std::int64_t>(pending.size()));
    path.outputs = std::move(held.outputs);
    path.examples = std::move(held.examples);
    divide(path, pending);
    return path;
  }

  /// Runs the function on the first of the values, which is this example, or none.
  ExampleRecording record(const std::vector<Tensor>& values, std::int64_t example, Object& tree) {
    Ref<Scope> scope = Scope::open();
    OpenRecording opened;
    ExampleRecording recorded;
    try {
      tree = call(values, scope, recorded.leaves);
    } catch (const PythonError&) {
      scope->close();
      if (example >= 0) name_example(example);
      throw;
    }
    recorded.outputs = tensors_of(tree.get());
    scope->close();
    opened.close();
    recorded.guards = std::move(opened.guards);
    return recorded;
  }

  Object call(const std::vector<Tensor>& values, const Ref<Scope>& scope,
              std::vector<Ref<Node>>& nodes) {
    static const Primitive& identity = primitive_named("identity");
    std::vector<Object> fresh = leaves_;
    for (std::size_t k = 0; k < mapped_.size(); ++k) {
      Tensor example = example_of(values[k].value);
      nodes.push_back(Node::make_leaf(identity, example, scope));
      fresh[mapped_[k]] = Object::take(wrap(Tensor(std::move(example.value), nodes.back())));
    }
    auto next = fresh.begin();
    const Object args = Object::take(unflatten(args_, next));
    Object keywords;
    if (keywords_) keywords = Object::take(unflatten(keywords_, next));
    return Object::take(PyObject_Call(function_, args.get(), keywords.get()));
  }

  static Tensor example_of(const Array& values) {
    const auto shape = values.shape().subspan(1);
    if (values.shape()[0] == 0) {  // ones suit most functions, and zeros are an index of any axis
      const Array zeros = Array::zeros(values.dtype(), shape);
      return is_integral(values.dtype()) ? zeros : ones_like(zeros);
    }
    const auto strides = values.layout().strides().subspan(1);
    return copy_of(values.view(Layout::strided(shape, strides), 0));
  }

  static std::vector<Tensor> tensors_of(PyObject* tree) {
    std::vector<Object> leaves;
    flatten(tree, leaves);
    std::vector<Tensor> tensors;
    for (const Object& leaf : leaves) tensors.push_back(operand_of(leaf.get(), "vmap"));
    return tensors;
  }

  /// Says in the exception which example it was.
  static void name_example(std::int64_t example) {
    HeldException exception;
    const std::string note = "vmap: raised for example " + std::to_string(example);
    exception.add_note(note.c_str());
    exception.restore();
  }

  /// From places among the pending examples to examples; the others stay pending.
  static void divide(Path& path, std::vector<std::int64_t>& pending) {
    std::vector<std::int64_t> others;
    auto next = path.examples.begin();
    for (std::size_t i = 0; i < pending.size(); ++i) {
      if (next != path.examples.end() && *next == static_cast<std::int64_t>(i))
        *next++ = pending[i];
      else
        others.push_back(pending[i]);
    }
    pending = std::move(others);
  }

  PyObject* joined(std::vector<Path>& paths) {
    std::vector<std::optional<Py_ssize_t>> axes;
    spread_axes(out_axes_, paths[0].tree.get(), "out_axes", axes);
    std::vector<std::int64_t> order(static_cast<std::size_t>(count_));
    std::int64_t place = 0;
    for (const Path& path : paths) {
      if (path.outputs.size() != axes.size()) {
        fail<ShapeError>("vmap: fun returned ", axes.size(), " arrays for example ",
                         paths[0].examples[0], " and ", path.outputs.size(), " for example ",
                         path.examples[0], "; every example must return the same");
      }
      for (const std::int64_t example : path.examples)
        order[static_cast<std::size_t>(example)] = place++;
    }
    const Array back = numbers(order);
    std::vector<Tensor> outputs;
    for (std::size_t k = 0; k < axes.size(); ++k) {
      Tensor output = axes[k] ? whole(paths, k, back) : common(paths, k);
      if (axes[k])
        output = eagerly_.move_axis(std::move(output), 0,
                                    normalized(*axes[k], output.value.ndim(), "out_axes"));
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
    return unflatten(paths[0].tree.get(), next);
  }

  /// One output of every example.
  Tensor whole(std::vector<Path>& paths, std::size_t k, const Array& back) {
    std::vector<Tensor> parts;
    const DType dtype = paths[0].outputs[k].dtype();
    const auto rank = static_cast<std::size_t>(paths[0].outputs[k].value.is_batched());
    const Shape shape(paths[0].outputs[k].value.shape().subspan(rank));
    for (Path& path : paths) {
      Tensor& output = path.outputs[k];
      const auto own_shape = output.value.shape().subspan(output.value.is_batched() ? 1 : 0);
      if (!std::ranges::equal(own_shape, shape) || output.dtype() != dtype) {
        fail<ShapeError>("vmap: fun returned ", name(dtype), " of shape ", shape, " for example ",
                         paths[0].examples[0], " and ", name(output.dtype()), " of shape ",
                         Dims(own_shape), " for example ", path.examples[0],
                         "; every example must return the same");
      }
      if (output.value.is_batched()) {
        output.value.set_batched(false);
        parts.push_back(std::move(output));
      } else {
        parts.push_back(
            eagerly_.repeated(std::move(output), static_cast<std::int64_t>(path.examples.size())));
      }
    }
    if (parts.size() == 1) return std::move(parts[0]);
    return eagerly_.rows(eagerly_.joined(parts), back);
  }

  /// An output that out_axes says is the same for all.
  static Tensor common(std::vector<Path>& paths, std::size_t k) {
    if (paths.size() > 1 || paths[0].outputs[k].value.is_batched()) {
      fail<ShapeError>(
          "vmap: out_axes is None for an output that differs between examples; an "
          "axis is needed");
    }
    return std::move(paths[0].outputs[k]);
  }

  PyObject* function_;
  PyObject* args_;
  PyObject* keywords_;
  PyObject* out_axes_;
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

PyMethodDef functions[] = {{"vmap", as_method(vmap), METH_FASTCALL, nullptr}, {}};

}  // namespace

void add_vmap(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
