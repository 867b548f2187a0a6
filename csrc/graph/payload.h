/// What a node owns beside its operands: parameters, a gradient, an object of the host language.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/reference.h"

namespace wg {

/// Whether the values of constants count in a comparison: then only those in the same memory are
/// equal, read in the same way, but for numbers.
enum class Constants : bool { differ, count };

class Payload : public Counted {
 public:
  Payload() = default;
  Payload(const Payload&) = delete;
  Payload& operator=(const Payload&) = delete;
  virtual ~Payload() = default;
  static void release(Payload* payload) noexcept {
    if (payload->drop()) delete payload;
  }

  /// Equal words, equal parameters.
  virtual void words(std::vector<std::int64_t>& words, Constants) const {
    words.push_back(reinterpret_cast<std::intptr_t>(this));
  }
  /// The parameters, for people.
  virtual std::string text() const { return {}; }
  /// Whether a derivative passes this operation as a complex number does, if it does the primitive.
  virtual bool is_holomorphic() const { return true; }
  /// The same for an application at other values: without what was computed at these. Null: as is.
  virtual Ref<Payload> without_values() const { return nullptr; }
};

}  // namespace wg
