#include "bindings/jit/dict_versions.h"

#include <unordered_map>

namespace wg::bindings {

#if PY_VERSION_HEX >= 0x030c0000

namespace {

std::unordered_map<PyObject*, std::uint64_t>& versions() {
  static std::unordered_map<PyObject*, std::uint64_t> all;
  return all;
}

/// Python tells of changes of dicts that it was asked to watch.
int changed(PyDict_WatchEvent event, PyObject* dict, PyObject*, PyObject*) {
  if (event == PyDict_EVENT_DEALLOCATED) {
    versions().erase(dict);
  } else if (const auto found = versions().find(dict); found != versions().end()) {
    ++found->second;
  }
  return 0;
}

int watcher() {
  static const int number = PyDict_AddWatcher(changed);
  return number;
}

}  // namespace

/// Where there are no watchers left, it counts how often it was asked: nothing is relied upon.
std::uint64_t version_of(PyObject* dict) {
  static std::uint64_t asked = 0;
  const auto found = versions().find(dict);
  if (found != versions().end()) return found->second;
  if (watcher() < 0 || PyDict_Watch(watcher(), dict) < 0) {
    PyErr_Clear();
    return ++asked;
  }
  return versions().emplace(dict, ++asked << 32).first->second;
}

#else

std::uint64_t version_of(PyObject* dict) {
  return reinterpret_cast<PyDictObject*>(dict)->ma_version_tag;
}

#endif

}  // namespace wg::bindings
