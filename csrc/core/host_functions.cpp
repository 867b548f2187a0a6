#include "core/host_functions.h"

namespace wg {

FindFunctions& find_host_functions() {
  static FindFunctions find = nullptr;
  return find;
}

}  // namespace wg
