#include "bindings/jacobian.h"

#include <string_view>

#include "bindings/recorded_call.h"
#include "core/error.h"
#include "primitives/movement.h"
#include "primitives/shape.h"
#include "sweeps/forward.h"

namespace wg::bindings {
namespace {

constexpr std::int64_t seed_elements = 1 << 22;  // of one batch of seeds, unless chunk_size says so

enum class Mode { forward, reverse };

/// Unit vectors number `first` and the following as values of a shape.
Tensor unit_seeds(const Array& like, std::int64_t first, std::int64_t count) {
  Shape shape(like.shape());
  const std::int64_t size = like.size();
  shape.insert(0, count);
  Array seeds = Array::zeros(like.dtype(), shape);
  visit(like.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::int64_t i = 0; i < count; ++i) seeds.mutable_data<T>()[i * size + first + i] = T(1);
  });
  seeds.set_batched(true);
  return seeds;
}

class Jacobian {
 public:
  Jacobian(const char* name, Call& call, PyObject* tree, Py_ssize_t chunk)
      : name_(name), call_(call), leaves_(call.nodes()), chunk_(chunk) {
    std::vector<Object> objects;
    flatten(tree, objects);
    for (const Object& object : objects) outputs_.push_back(operand_of(object.get(), name));
    for (const Tensor& output : outputs_) rows_ += output.value.size();
    for (const Ref<Node>& leaf : leaves_) columns_ += leaf->layout().size();
  }

  void check_dtypes(bool is_holomorphic, Mode mode) const {
    for (const Tensor& output : outputs_) {
      const DType dtype = output.dtype();
      if (!is_inexact(dtype) && output.is_tracked()) {
        fail<DTypeError>(name_, ": fun returned ", wg::name(dtype), "; a floating dtype is needed");
      }
      if (is_holomorphic && !is_complex(dtype)) {
        fail<DTypeError>(name_, ": fun returned ", wg::name(dtype),
                         " and holomorphic is True; a complex result is needed");
      }
      if (!is_holomorphic && is_complex(dtype) && mode == Mode::reverse) {
        fail<DTypeError>(name_, ": fun returned ", wg::name(dtype),
                         " and holomorphic is False; a real result is needed (take its real and "
                         "imaginary parts, or set holomorphic=True)");
      }
    }
    if (is_holomorphic) require_holomorphic(name_, outputs_, leaves_);
    for (const Ref<Node>& leaf : leaves_) {
      if (!is_holomorphic && mode == Mode::forward && is_complex(leaf->dtype())) {
        fail<DTypeError>(name_, ": an argument is ", wg::name(leaf->dtype()),
                         " and holomorphic is False; a real argument is needed (see wirtinger)");
      }
    }
  }

  /// Real arguments and outputs may have either; otherwise the one that is defined for them.
  Mode cheaper() const {
    for (const Ref<Node>& leaf : leaves_) {
      if (is_complex(leaf->dtype())) return Mode::reverse;
    }
    return columns_ <= rows_ ? Mode::forward : Mode::reverse;
  }

  /// The derivative of each output with respect to each leaf, of both shapes joined.
  std::vector<std::vector<Tensor>> blocks(Mode mode) {
    std::vector<std::vector<Tensor>> all(outputs_.size());
    if (mode == Mode::reverse) {
      for (std::size_t k = 0; k < outputs_.size(); ++k) all[k] = rows_of(outputs_[k]);
    } else {
      for (const Ref<Node>& leaf : leaves_) {
        std::vector<Tensor> columns = columns_of(leaf);
        for (std::size_t k = 0; k < outputs_.size(); ++k) all[k].push_back(std::move(columns[k]));
      }
    }
    return all;
  }

 private:
  std::int64_t seeds_at_once(std::int64_t size, std::int64_t other) const {
    const std::int64_t fit = seed_elements / std::max<std::int64_t>(1, std::max(size, other));
    return chunk_ > 0 ? chunk_ : std::max<std::int64_t>(16, fit);
  }

  /// One cotangent for each element of an output, all of them pulled back at once.
  std::vector<Tensor> rows_of(const Tensor& output) {
    const std::int64_t n = output.value.size(), step = seeds_at_once(n, columns_);
    std::vector<std::vector<Tensor>> parts(leaves_.size());
    for (std::int64_t first = 0; first < n || first == 0; first += step) {
      const std::int64_t count = std::min(step, n - first);
      const Tensor seed = unit_seeds(output.value, first, count);
      std::vector<Tensor> cts =
          reverse_sweep(std::span(&output, 1), std::span(&seed, 1), leaves_, call_.records());
      for (std::size_t i = 0; i < cts.size(); ++i)
        parts[i].push_back(with_batch_axis(std::move(cts[i]), count));
    }
    std::vector<Tensor> blocks;
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      blocks.push_back(
          shaped(joined(parts[i]), output.value.shape(), leaves_[i]->layout().shape()));
    }
    return blocks;
  }

  /// One tangent for each element of a leaf, all of them pushed forward at once.
  std::vector<Tensor> columns_of(const Ref<Node>& leaf) {
    const Array like = Array::abstract(leaf->dtype(), leaf->type().layout);
    const std::int64_t n = leaf->layout().size(), step = seeds_at_once(n, rows_);
    std::vector<std::vector<Tensor>> parts(outputs_.size());
    for (std::int64_t first = 0; first < n || first == 0; first += step) {
      const std::int64_t count = std::min(step, n - first);
      std::vector<Tensor> tangents;
      for (const Ref<Node>& other : leaves_)
        tangents.push_back(other == leaf ? unit_seeds(like, first, count) : Tensor());
      std::vector<Tensor> moved = forward_sweep(outputs_, leaves_, tangents, call_.records());
      for (std::size_t k = 0; k < moved.size(); ++k) {
        const Array& value = outputs_[k].value;
        if (!moved[k].value.is_defined()) moved[k] = Array::zeros(value.dtype(), value.shape());
        parts[k].push_back(with_batch_axis(std::move(moved[k]), count));
      }
    }
    std::vector<Tensor> blocks;
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      const Array& value = outputs_[k].value;
      Var all = builder_.var(joined(parts[k]));
      const std::int64_t columns = all.shape()[0];
      all = matrix_transpose(reshape(all, Shape{columns, value.size()}));
      blocks.push_back(shaped(std::move(all.tensor), value.shape(), leaf->layout().shape()));
    }
    return blocks;
  }

  Tensor with_batch_axis(Tensor x, std::int64_t count) {
    if (x.value.is_batched()) {
      x.value.set_batched(false);
      return x;
    }
    Shape shape(x.value.shape());
    shape.insert(0, count);
    return broadcast_to(builder_.var(std::move(x)), std::move(shape)).tensor;
  }

  Tensor joined(std::vector<Tensor>& parts) {
    if (parts.size() == 1) return std::move(parts[0]);
    std::vector<Var> vars;
    for (Tensor& part : parts) vars.push_back(builder_.var(std::move(part)));
    const std::int64_t axis = -vars[0].ndim();
    return concatenate(vars, axis).tensor;
  }

  Tensor shaped(Tensor x, std::span<const std::int64_t> rows,
                std::span<const std::int64_t> columns) {
    Shape shape(rows);
    for (const std::int64_t n : columns) shape.push_back(n);
    return reshape(builder_.var(std::move(x)), std::move(shape)).tensor;
  }

  const char* name_;
  Call& call_;
  std::vector<Tensor> outputs_;
  std::vector<Ref<Node>> leaves_;
  Py_ssize_t chunk_;
  std::int64_t rows_ = 0, columns_ = 0;
  Eager builder_;
};

/// jacobian(name, fun, argnums, mode, has_aux, holomorphic, chunk, args, keywords)
PyObject* jacobian(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&]() -> PyObject* {
    const char* name = PyUnicode_AsUTF8(args[0]);
    const std::string_view asked = PyUnicode_AsUTF8(args[3]);
    const bool has_aux = args[4] == Py_True, is_holomorphic = args[5] == Py_True;
    const Py_ssize_t chunk = args[6] == Py_None ? 0 : PyLong_AsSsize_t(args[6]);
    if (chunk == -1 && PyErr_Occurred()) throw PythonError();
    Call call(name, args[1], args[7], args[8]);
    const Output output = split(name, call.run(numbers_of(name, args[2])), has_aux);
    Jacobian sweep(name, call, output.value.get(), chunk);
    const Mode mode = asked == "forward"   ? Mode::forward
                      : asked == "reverse" ? Mode::reverse
                                           : sweep.cheaper();
    sweep.check_dtypes(is_holomorphic, mode);
    const bool is_single = !PyTuple_Check(args[2]) && !PyList_Check(args[2]);
    std::vector<Object> parts;
    for (std::vector<Tensor>& blocks : sweep.blocks(mode)) {
      std::vector<Object> trees = call.results(std::move(blocks));
      if (is_single) {
        parts.push_back(std::move(trees[0]));
        continue;
      }
      Object all = Object::take(PyTuple_New(static_cast<Py_ssize_t>(trees.size())));
      for (std::size_t i = 0; i < trees.size(); ++i)
        PyTuple_SET_ITEM(all.get(), static_cast<Py_ssize_t>(i), trees[i].release());
      parts.push_back(std::move(all));
    }
    auto next = parts.begin();
    const Object result = Object::take(unflatten(output.value.get(), next));
    if (!has_aux) return Object(result).release();
    const Object aux = call.released(output.aux.get(), call.guise());
    return checked(PyTuple_Pack(2, result.get(), aux.get()));
  });
}

PyMethodDef functions[] = {
    {"jacobian", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(jacobian)), METH_FASTCALL,
     nullptr},
    {}};

}  // namespace

void add_jacobian(PyObject* module) { checked(PyModule_AddFunctions(module, functions)); }

}  // namespace wg::bindings
