/// The builders of a sweep: one for everything that it may come across.
#pragma once

#include "graph/var.h"
#include "sweeps/record.h"

namespace wg {

/// What depends on something tracked is recorded, if the sweep records at all; the rest is
/// evaluated and forgotten. Many seeds at once are a batch.
class Builders {
 public:
  explicit Builders(Record record) : record_(record) {}
  Builders(const Builders&) = delete;
  Builders& operator=(const Builders&) = delete;

  bool records() const { return record_ == Record::yes; }
  /// Whether what is made of this value is recorded.
  bool records(const Tensor& value) const { return records() && value.is_tracked(); }
  bool records(const Node& node) const { return records() && node.is_tracked(); }

  Builder& choose(bool is_recorded, bool is_batched) {
    if (is_batched) return is_recorded ? batch_eager_ : batch_evaluate_;
    return is_recorded ? static_cast<Builder&>(eager_) : evaluate_;
  }

 private:
  const Record record_;
  Evaluate evaluate_;
  Eager eager_;
  Batch batch_evaluate_{evaluate_}, batch_eager_{eager_};
};

}  // namespace wg
