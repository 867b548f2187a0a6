#include "bindings/jit/captures.h"

#include <algorithm>

#include "bindings/jit/shared_memory.h"
#include "bindings/leaves.h"
#include "primitives/registry.h"

namespace wg::bindings {
namespace {

TensorObject& object_of(const Object& tensor) {
  return *reinterpret_cast<TensorObject*>(tensor.get());
}

bool is_read_only(PyObject* argument) {
  if (is_tensor(argument)) {
    const Window* const window = reinterpret_cast<TensorObject*>(argument)->window;
    return window && !window->is_writable();
  }
  return PyArray_Check(argument) &&
         !PyArray_ISWRITEABLE(reinterpret_cast<PyArrayObject*>(argument));
}

}  // namespace

/// The gradient of a leaf inside: at first that of the leaf outside, which is read when it is asked
/// for.
class Captures::Cell final : public GradientCell {
 public:
  Cell(Captures& captures, Place place) : captures_(&captures), place_(std::move(place)) {}

  const Tensor& gradient() override {
    if (captures_ && !is_read_ && changes() == 0) {
      is_read_ = true;
      gradient_ = captures_->read_gradient(place_);
    }
    return GradientCell::gradient();
  }
  bool stands_for_another() const override { return true; }
  const Place& place() const { return place_; }
  void leave() { captures_ = nullptr; }

 private:
  Captures* captures_;
  Place place_;
  bool is_read_ = false;
};

Captures::Captures(Trace& trace, const Leaves& leaves, std::span<const Tensor> inputs,
                   const std::vector<bool>& meeting)
    : trace_(trace),
      leaves_(leaves),
      meeting_(meeting),
      firsts_that_share_(firsts_that_share(leaves)) {
  for (std::size_t k = inputs.size(); k < leaves.size(); ++k) {
    found_.try_emplace(leaves[k].get(), k);
  }
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    add_argument(leaves[k], inputs[k]);
    is_any_shared_ |= meeting_[k] || (arguments_[k].is_first && firsts_that_share_[k] != k);
  }
}

Captures::~Captures() {
  for (const Ref<Payload>& cell : all_cells_) static_cast<Cell*>(cell.pointer())->leave();
}

void Captures::add_argument(const Object& outside, const Tensor& value) {
  const std::size_t k = arguments_.size();
  const bool is_memory = is_tensor(outside.get()) || PyArray_Check(outside.get());
  const Tensor leaf = leaf_for(value, Place::gradient_of_argument(k));
  const auto first = std::ranges::find_if(
      arguments_, [&](const Argument& own) { return own.outside.get() == outside.get(); });
  if (is_memory && first != arguments_.end()) {
    arguments_.push_back({outside, Object(first->inside), leaf.node, false});
    return;
  }
  const Object inside = handle_for(leaf);
  if (is_read_only(outside.get())) make_read_only(inside.get());
  if (is_tensor(outside.get())) handles_[outside.get()] = inside;
  arguments_.push_back({outside, inside, leaf.node, is_memory});
}

/// A leaf that requires a gradient has a place of its own for that inside, and no way leads on to
/// the one outside.
Tensor Captures::leaf_for(const Tensor& value, Place gradient) {
  GradientCell* const cell = cell_of(value);
  if (!cell) return trace_.leaf(identity_primitive(), value, value.is_differentiated());
  return trace_.leaf(identity_primitive(), Tensor(value.value), true,
                     Ref<Payload>::share(&cell_for(*cell, std::move(gradient))));
}

/// As old as the trace: what is recorded within that sees something from outside.
Object Captures::handle_for(const Tensor& value) const {
  Object handle = Object::take(wrap(Tensor(value)));
  object_of(handle).born = trace_.number();
  return handle;
}

TensorObject& Captures::inside(TensorObject& outside) {
  auto* const object = reinterpret_cast<PyObject*>(&outside);
  if (const auto found = handles_.find(object); found != handles_.end()) {
    for (std::size_t k = 0; k < arguments_.size() && !found_.contains(object); ++k) {
      if (arguments_[k].outside.get() == object && arguments_[k].is_first) require_same(k);
    }
    return object_of(found->second);
  }
  held_.push_back(Object::share(object));
  const auto own = found_.find(object);
  const std::optional<std::size_t> of_memory = memory_for(outside).found;
  if (own == found_.end() || of_memory != own->second) {
    // What it sees of a memory holds for these objects alone.
    if (own != found_.end()) require_same(own->second);
    if (of_memory) require_same(*of_memory);
  }
  return object_of(handles_[object] = view_for(outside));
}

void Captures::require_same(std::size_t leaf) {
  if (std::ranges::find(identical_, leaf) == identical_.end()) identical_.push_back(leaf);
}

/// A handle on the memory inside that sees the part that one outside does of the memory there.
Object Captures::view_for(TensorObject& outside) {
  const Memory& memory = memory_for(outside);
  if (!outside.window) return memory.whole;
  const Array& value = outside.tensor.value;
  Object view =
      handle_for(Tensor(Array::abstract(value.dtype(), value.layout_reference(), value.is_weak())));
  Storage& storage = window_of(memory.whole.get()).storage();
  object_of(view).window =
      new Window(Ref<Storage>::share(&storage), *outside.window, object_of(view).tensor);
  return view;
}

Captures::Memory& Captures::memory_for(TensorObject& outside) {
  auto* const object = reinterpret_cast<PyObject*>(&outside);
  Place place = Place::memory(object);
  const void* const identity = place.identity();
  const auto [found, is_new] = memories_.try_emplace(identity, all_memories_.size());
  if (!is_new) return all_memories_[found->second];
  is_any_shared_ |= std::ranges::any_of(arguments_, [&](const Argument& own) {
    return is_tensor(own.outside.get()) && Place::memory(own.outside.get()).identity() == identity;
  });
  const Tensor value = memory_of(object);
  GradientCell* const cell = cell_of(value);
  Place gradient = cell ? Place::gradient(*cell) : place;
  std::optional<std::size_t> leaf_number;
  const auto known = found_.find(object);
  if (known != found_.end() && (!outside.window || outside.window->is_whole())) {
    leaf_number = known->second;
    place = Place::memory_of_found(*leaf_number);
    gradient = Place::gradient_of_argument(*leaf_number);
  }
  const Tensor leaf = leaf_for(value, std::move(gradient));
  inputs_.emplace_back(place, value);
  values_.push_back(value);
  const Object whole = handle_for(leaf);
  return all_memories_.emplace_back(std::move(place), leaf_number, identity, whole, leaf.node);
}

GradientCell& Captures::inside(GradientCell& outside) {
  if (auto* const own = dynamic_cast<Cell*>(&outside)) return *own;
  return cell_for(outside, Place::gradient(outside));
}

GradientCell& Captures::cell_for(GradientCell& outside, Place place) {
  const auto [found, is_new] = cells_.try_emplace(&outside, all_cells_.size());
  if (is_new) all_cells_.push_back(Ref<Payload>::adopt(new Cell(*this, std::move(place))));
  auto& cell = *static_cast<GradientCell*>(all_cells_[found->second].pointer());
  if (is_new && outside.is_shown()) cell.show();
  return cell;
}

/// The leaf outside is shown by whoever gave it, and what is inside by handles here.
Tensor Captures::read_gradient(const Place& place) {
  const Tensor value = place.read(leaves_);
  inputs_.emplace_back(place, value);
  if (!value.value.is_defined()) return {};
  values_.push_back(value);
  return trace_.leaf(identity_primitive(), value, value.is_differentiated());
}

namespace {

/// The memory that a handle sees: of one that is inside, that inside.
const void* identity_of(PyObject* tensor) { return Place::memory(tensor).identity(); }

}  // namespace

bool Captures::holds(TensorObject& inside) const {
  const void* const memory = identity_of(reinterpret_cast<PyObject*>(&inside));
  const auto is_seen = [&](const Object& own) { return identity_of(own.get()) == memory; };
  return std::ranges::any_of(arguments_, is_seen, &Argument::inside) ||
         std::ranges::any_of(all_memories_, is_seen, &Memory::whole);
}

std::uint64_t Captures::gradient_changes() const {
  std::uint64_t all = 0;
  for (const Ref<Payload>& cell : all_cells_) all += static_cast<const Cell&>(*cell).changes();
  return all;
}

void Captures::wrote(TensorObject& inside) {
  if (!is_any_shared_ || is_spreading_) return;
  const void* const written = identity_of(reinterpret_cast<PyObject*>(&inside));
  for (std::size_t k = 0; k < arguments_.size(); ++k) {
    if (!arguments_[k].is_first || identity_of(arguments_[k].inside.get()) != written) continue;
    is_meeting_written_ |= meeting_[k];
    Shared& shared = shared_with(k);
    const auto member = std::ranges::find(shared.members, k);
    return spread(shared, member - shared.members.begin());
  }
  for (const Memory& memory : all_memories_) {
    if (identity_of(memory.whole.get()) != written) continue;
    for (std::size_t k = 0; k < arguments_.size(); ++k) {
      PyObject* const outside = arguments_[k].outside.get();
      if (!is_tensor(outside) || identity_of(outside) != memory.outside) continue;
      return spread(shared_with(k), -1);
    }
  }
}

/// From a member, or from the whole.
void Captures::spread(Shared& shared, std::ptrdiff_t from) {
  const std::ptrdiff_t count = std::ssize(shared.members);
  if (count < 2 && from >= 0 && shared.views.empty()) return;
  is_shared_written_ = is_spreading_ = true;
  const auto inside_of = [&](std::ptrdiff_t i) {
    return arguments_[shared.members[static_cast<std::size_t>(i)]].inside.get();
  };
  const auto view_of = [&](std::ptrdiff_t i) {
    return shared.views[static_cast<std::size_t>(i)].get();
  };
  if (from >= 0) write(view_of(from), read(inside_of(from)));
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    if (i != from) write(inside_of(i), read(view_of(i)));
  }
  is_spreading_ = false;
}

Captures::Shared& Captures::shared_with(std::size_t argument) {
  PyObject* const object = arguments_[argument].outside.get();
  const auto [found, is_new] = shared_.try_emplace(firsts_that_share_[argument]);
  Shared& shared = found->second;
  if (!is_new) return shared;
  for (std::size_t k = 0; k < arguments_.size(); ++k) {
    const bool is_one =
        arguments_[k].is_first && firsts_that_share_[k] == firsts_that_share_[argument];
    if (is_one) shared.members.push_back(k);
  }
  if (is_tensor(object))
    see_tensors(shared);
  else if (shared.members.size() > 1)
    see_arrays(shared);
  return shared;
}

void Captures::see_tensors(Shared& shared) {
  for (const std::size_t k : shared.members) {
    auto& outside = *reinterpret_cast<TensorObject*>(arguments_[k].outside.get());
    shared.views.push_back(view_for(outside));
  }
}

void Captures::see_arrays(Shared& shared) {
  std::vector<PyArrayObject*> arrays;
  for (const std::size_t k : shared.members) {
    arrays.push_back(reinterpret_cast<PyArrayObject*>(arguments_[k].outside.get()));
  }
  Flat flat(arrays);
  values_.emplace_back(flat.value);
  inputs_.emplace_back(Place::argument(shared.members[0]), values_.back());
  const Object whole = handle_for(trace_.leaf(identity_primitive(), values_.back(), false));
  for (Flat::Part& part : flat.parts) {
    Object view = handle_for(Tensor(Array::abstract(flat.value.dtype(), part.layout)));
    Window& window = window_of(whole.get());
    object_of(view).window =
        new Window(window, part.layout, part.offset, true, object_of(view).tensor);
    shared.views.push_back(std::move(view));
  }
}

std::vector<Captures::Change> Captures::changes() const {
  std::vector<Change> all;
  for (std::size_t k = 0; k < arguments_.size(); ++k) {
    const Argument& own = arguments_[k];
    if (!own.is_first) continue;
    const Tensor& now = memory_of(own.inside.get());
    if (now.node != own.leaf) all.emplace_back(Place::argument(k), now);
  }
  for (const Memory& memory : all_memories_) {
    const Tensor& now = memory_of(memory.whole.get());
    if (now.node != memory.leaf) all.emplace_back(memory.place, now);
  }
  for (const Ref<Payload>& cell : all_cells_) {
    auto& own = static_cast<Cell&>(*cell);
    if (own.changes() > 0) all.emplace_back(own.place(), own.gradient());
  }
  return all;
}

}  // namespace wg::bindings
