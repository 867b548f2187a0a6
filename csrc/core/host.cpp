#include "core/host.h"

namespace wg {

Host& host() {
  static Host instance;
  return instance;
}

}  // namespace wg
