/// The builders of a sweep: one for everything that it may come across.
#pragma once

#include "graph/var.h"

namespace wg {

/// What depends on something tracked is recorded, if the sweep records at all; the rest is
/// evaluated and forgotten. Many seeds at once are a batch.
class Builders {
 public:
  explicit Builders(Policy policy) : policy_(policy) {}
  Builders(const Builders&) = delete;
  Builders& operator=(const Builders&) = delete;

  bool records() const { return policy_ != Policy::evaluate; }
  /// Whether what is made of this value is recorded.
  bool records(const Tensor& value) const {
    return policy_ == Policy::record_only || (records() && value.is_tracked());
  }
  bool records(const Node& node) const {
    return policy_ == Policy::record_only || (records() && node.is_tracked());
  }

  Builder& choose(bool is_recorded, bool is_batched) {
    if (policy_ == Policy::record_only) {
      return is_batched ? static_cast<Builder&>(batch_record_only_) : record_only_;
    }
    if (is_batched) return is_recorded ? batch_eager_ : batch_evaluate_;
    return is_recorded ? static_cast<Builder&>(eager_) : evaluate_;
  }

 private:
  const Policy policy_;
  Evaluate evaluate_;
  Eager eager_;
  RecordOnly record_only_;
  Batch batch_evaluate_{evaluate_}, batch_eager_{eager_}, batch_record_only_{record_only_};
};

}  // namespace wg
