#include "bindings/explain.h"

#include <algorithm>
#include <unordered_map>

#include "bindings/call_on_leaves.h"
#include "bindings/object_arrays.h"
#include "bindings/watching.h"
#include "core/copy.h"
#include "core/error.h"
#include "graph/primitive.h"
#include "primitives/registry.h"
#include "sweeps/order.h"

namespace wg::bindings {
namespace {

/// Keeps what nodes, which keep what rules read, let go: values, and cotangents once swept.
class Chronicle final : public Watching {
 public:
  struct Values {
    std::vector<Array> operands;
    Array out;
    Tensor ct;
  };

  void recorded(const Node& node, std::span<const Tensor* const> operands,
                const Array& out) override {
    Watching::recorded(node, operands, out);
    Values values;
    for (const Tensor* operand : operands) values.operands.push_back(lasting(operand->value));
    values.out = lasting(out);
    held_.push_back(Ref<Node>::share(const_cast<Node*>(&node)));
    values_[&node] = std::move(values);
  }
  void reached(const Node& node, const Tensor& ct) override {
    Watching::reached(node, ct);
    const auto found = values_.find(&node);
    if (found != values_.end()) found->second.ct = ct;
  }
  /// A leaf, which nobody records.
  void enter(const Ref<Node>& leaf, const Array& value) {
    held_.push_back(leaf);
    values_[leaf.pointer()].out = value;
  }
  const Values* of(const Node& node) const {
    const auto found = values_.find(&node);
    return found == values_.end() ? nullptr : &found->second;
  }

 private:
  static Array lasting(const Array& value) { return value.is_borrowed() ? copy_of(value) : value; }

  std::vector<Ref<Node>> held_;  // so that no address is used twice
  std::unordered_map<const Node*, Values> values_;
};

PyObject* text(std::string_view text) {
  return checked(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

Object array_or_none(const Array& array) {
  if (!array.is_defined() || array.is_abstract()) return Object::share(Py_None);
  return Object::take(view_as_ndarray(array));
}

Object shape_of(const Type& type) {
  const auto shape = type.layout ? type.layout->shape() : std::span<const std::int64_t>();
  Object tuple = Object::take(PyTuple_New(static_cast<Py_ssize_t>(shape.size())));
  for (std::size_t i = 0; i < shape.size(); ++i) {
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i),
                     checked(PyLong_FromLongLong(shape[i])));
  }
  return tuple;
}

/// Runs a function on fresh leaves and writes down what it recorded.
class Explained {
 public:
  Explained(PyObject* function, PyObject* args, PyObject* keywords)
      : function_(function), args_(args), keywords_(keywords) {}

  /// (nodes, outputs, argument places): see `explain` below.
  PyObject* run() {
    OpenScope opened(false);
    const Object result = with_joined_objects(call(opened.scope()));
    read_views(result.get());
    opened.close();
    std::vector<Object> leaves;
    flatten(result.get(), leaves);
    for (const Object& leaf : leaves) {
      Tensor output;
      if (!read_operand(leaf.get(), output)) {
        fail<DTypeError>("explain: fun returned ", Py_TYPE(leaf.get())->tp_name,
                         "; Tensors, arrays and numbers are needed");
      }
      if (!output.node || !output.node->is_differentiable()) continue;
      seeds_.push_back(ones_like(output.value));
      outputs_.push_back(std::move(output));
    }
    reverse_sweep(outputs_, seeds_, leaves_, Policy::evaluate);
    return written();
  }

 private:
  Object call(const Ref<Scope>& scope) {
    std::vector<Object> objects;
    std::vector<std::size_t> alone;  // the places of arguments that are no containers
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args_); ++i) {
      const std::size_t place = objects.size();
      flatten(PyTuple_GET_ITEM(args_, i), objects);
      const bool is_alone =
          objects.size() == place + 1 && objects[place].get() == PyTuple_GET_ITEM(args_, i);
      if (is_alone) alone.push_back(place);
    }
    flatten(keywords_, objects);
    std::vector<Tensor> values(objects.size());
    bool is_any_inexact = false;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const bool is_value =
          !PyUnicode_Check(objects[i].get()) && read_operand(objects[i].get(), values[i]);
      if (!is_value) values[i] = Tensor();
      is_any_inexact |= is_value && is_inexact(values[i].dtype());
    }
    for (std::size_t i = 0; i < objects.size(); ++i) {
      Tensor& value = values[i];
      if (!value.value.is_defined()) continue;
      // explain(f, 3), like grad(f)(3); beside a floating argument, an integer counts or labels.
      if (!is_any_inexact && value.dtype() != DType::boolean && std::ranges::count(alone, i)) {
        const bool is_weak = value.value.is_weak();
        value = convert_tensor(std::move(value), DType::float64);
        value.value = value.value.with_weak(is_weak);
      }
      if (!is_inexact(value.dtype())) continue;
      if (value.value.is_borrowed()) value.value = copy_of(value.value);
      Tensor leaf = leaf_over(identity_primitive(), std::move(value), scope);
      leaves_.push_back(leaf.node);
      positions_.push_back(i);
      chronicle_.enter(leaf.node, leaf.value);
      objects[i] = Object::take(wrap(std::move(leaf)));
    }
    if (leaves_.empty()) {
      fail<DTypeError>(
          "explain: no argument holds a number of a floating or complex dtype; at least one to "
          "differentiate in is needed");
    }
    auto next = objects.begin();
    const Object args = Object::take(unflatten(args_, next));
    const Object keywords = Object::take(unflatten(keywords_, next));
    return call_recorded(function_, args.get(), keywords.get());
  }

  PyObject* written() {
    std::vector<const Node*> ends, starts;
    for (const Tensor& output : outputs_) ends.push_back(output.node.pointer());
    for (const Ref<Node>& leaf : leaves_) starts.push_back(leaf.pointer());
    const Order order(ends, starts);
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (is_shown(order[i])) numbers_.emplace(order[i], numbers_.size());
    }
    const Object nodes = Object::take(PyList_New(0));
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (!is_shown(order[i])) continue;
      const Object node = written(*order[i], order.is_end(order[i]));
      checked(PyList_Append(nodes.get(), node.get()));
    }
    const Object outputs = Object::take(PyList_New(0));
    for (const Node* end : ends) {
      const Object place = number_of(end);
      if (place.get() != Py_None) checked(PyList_Append(outputs.get(), place.get()));
    }
    return checked(Py_BuildValue("(OO)", nodes.get(), outputs.get()));
  }

  /// The results of an operation are shown, which stand for it.
  static bool is_shown(const Node* node) { return node && !node->is_tuple(); }

  Object number_of(const Node* node) const {
    const auto found = node ? numbers_.find(node) : numbers_.end();
    if (found == numbers_.end()) return Object::share(Py_None);
    return Object::take(PyLong_FromSize_t(found->second));
  }

  Object written(const Node& node, bool is_argument) const {
    const Chronicle::Values* values = chronicle_.of(node);
    const Node& whole = node.is_part() ? *node.operands()[0].node() : node;
    const Object operands = Object::take(PyList_New(0));
    for (std::size_t k = 0; k < whole.operands().size() && !is_argument; ++k) {
      const Operand& operand = whole.operands()[k];
      const Object number = number_of(operand.node());
      const Object value = array_or_none(values ? values->operands[k] : operand.value());
      const Object item = Object::take(PyTuple_Pack(2, number.get(), value.get()));
      checked(PyList_Append(operands.get(), item.get()));
    }
    const Object name = Object::take(text(whole.primitive().name));
    const Object parameters = Object::take(
        text(whole.payload() && !is_argument ? whole.payload()->text() : std::string()));
    const Object dtype = Object::take(text(wg::name(node.dtype())));
    const Object shape = shape_of(node.type());
    const Object value = array_or_none(values ? values->out : node.output());
    const Object ct = array_or_none(values ? values->ct.value : Array());
    const Object kept = kept_by(node);
    const Object origin = chronicle_.origins().of(node).written();
    const Object position = is_argument ? position_of(node) : Object::share(Py_None);
    return Object::take(PyTuple_Pack(10, name.get(), parameters.get(), operands.get(), dtype.get(),
                                     shape.get(), value.get(), ct.get(), kept.get(), origin.get(),
                                     position.get()));
  }

  Object position_of(const Node& leaf) const {
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      if (leaves_[i].pointer() == &leaf) return Object::take(PyLong_FromSize_t(positions_[i]));
    }
    return Object::share(Py_None);
  }

  /// The node itself and the memory of arrays that it holds, as (address, bytes).
  static Object kept_by(const Node& node) {
    const Object all = Object::take(PyDict_New());
    const auto add = [&](const void* address, std::size_t bytes) {
      const Object key = Object::take(PyLong_FromVoidPtr(const_cast<void*>(address)));
      const Object count = Object::take(PyLong_FromSize_t(bytes));
      checked(PyDict_SetItem(all.get(), key.get(), count.get()));
    };
    const auto add_node = [&](const Node& own) {
      add(&own, sizeof(Node) + own.operands().size() * sizeof(Operand));
    };
    const auto add_array = [&](const Array& array) {
      if (!array.has_block()) return;
      add(array.data(), static_cast<std::size_t>(array.size()) * item_size(array.dtype()));
    };
    const Node& whole = node.is_part() ? *node.operands()[0].node() : node;
    add_node(node);
    add_node(whole);
    for (const Operand& operand : whole.operands()) add_array(operand.value());
    add_array(node.output());
    return all;
  }

  PyObject* function_;
  PyObject* args_;
  PyObject* keywords_;
  Chronicle chronicle_;
  std::vector<Ref<Node>> leaves_;
  std::vector<std::size_t> positions_;  // of the leaves among those of all arguments
  std::vector<Tensor> outputs_, seeds_;
  std::unordered_map<const Node*, std::size_t> numbers_;
};

/// explain(fun, args, keywords) -> (nodes, numbers of the outputs). A node is (primitive,
/// parameters, operands, dtype, shape, value, cotangent, kept, origin, position): an operand is
/// (number of its node or None, value), the origin (file, line, function, within) or None, and the
/// position that of an argument's leaf among all of them.
PyObject* explain(PyObject*, PyObject* const* args, Py_ssize_t) {
  return guarded([&] { return Explained(args[0], args[1], args[2]).run(); });
}

/// flatten(tree) -> the leaves of nested containers, in order
PyObject* flattened(PyObject*, PyObject* tree) {
  return guarded([&] {
    std::vector<Object> leaves;
    flatten(tree, leaves);
    const Object list = Object::take(PyList_New(0));
    for (const Object& leaf : leaves) checked(PyList_Append(list.get(), leaf.get()));
    return Object(list).release();
  });
}

PyMethodDef explain_functions[] = {{"explain", as_method(explain), METH_FASTCALL, nullptr},
                                   {"flatten", flattened, METH_O, nullptr},
                                   {}};

}  // namespace

void add_explain(PyObject* module) { checked(PyModule_AddFunctions(module, explain_functions)); }

}  // namespace wg::bindings
