#include "bindings/watching.h"

namespace wg::bindings {

Watching::Watching()
    : outer_(innermost()), origins_(outer_ ? outer_->origins_ : std::make_shared<Origins>()) {
  this_thread.witness = this;
}

Watching::~Watching() {
  if (this_thread.witness == this) {
    this_thread.witness = outer_;
    return;
  }
  for (Watching* inner = innermost(); inner; inner = inner->outer_) {
    if (inner->outer_ == this) inner->outer_ = outer_;
  }
}

bool Watching::is_here(const Watching* watching) {
  Watching* at = innermost();
  while (at && at != watching) at = at->outer_;
  return at != nullptr;
}

void Watching::evaluated(const Primitive& primitive, std::span<const Tensor* const> operands,
                         const Array& out) {
  if (outer_) outer_->evaluated(primitive, operands, out);
}

void Watching::recorded(const Node& node, std::span<const Tensor* const> operands,
                        const Array& out) {
  if (outer_) {
    outer_->recorded(node, operands, out);
  } else {
    note(node);
  }
}

void Watching::derived(const Derived& derived) {
  if (outer_) outer_->derived(derived);
}

bool Watching::follows_rules() const { return outer_ && outer_->follows_rules(); }

void Watching::applying(const Primitive& primitive, std::span<const Tensor> operands) {
  if (outer_) outer_->applying(primitive, operands);
}

void Watching::reached(const Node& node, const Tensor& ct) {
  if (outer_) outer_->reached(node, ct);
}

std::unique_ptr<Witness> Watching::of_derivation() const { return std::make_unique<Noting>(); }

}  // namespace wg::bindings
