#include "graph/scope.h"

namespace wg {

Ref<Scope> Scope::open(bool pushes) {
  static std::atomic<std::uint64_t> opened{1};  // orders transforms that are open at the same time
  return Ref<Scope>::adopt(new Scope(opened.fetch_add(1, std::memory_order_relaxed), pushes));
}

Scope& Scope::always() {
  static Scope scope(0, false);
  return scope;
}

}  // namespace wg
