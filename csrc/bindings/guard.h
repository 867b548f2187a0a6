/// C++ exceptions become Python's at the border.
#pragma once

#include "bindings/numpy_api.h"

#include <cxxabi.h>

#include <utility>

#include "core/error.h"

namespace wg::bindings {

/// Sets the Python exception of the C++ exception now being handled.
void set_python_error() noexcept;

/// For a thread that Python, at its end, does not let go on: it waits for the end of the process.
[[noreturn]] void wait_for_the_end() noexcept;

inline bool is_python_ending() {
#if PY_VERSION_HEX >= 0x030d0000
  return Py_IsFinalizing();
#else
  return _Py_IsFinalizing();
#endif
}

/// Owns a reference.
class Object {
 public:
  Object() = default;
  /// Takes a new reference over; throws if there is none.
  static Object take(PyObject* object);
  /// Takes a new reference over, or none.
  static Object own(PyObject* object) { return Object(object); }
  static Object share(PyObject* object) {
    Py_XINCREF(object);
    return Object(object);
  }
  Object(const Object& other) : pointer_(other.pointer_) { Py_XINCREF(pointer_); }
  Object(Object&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}
  Object& operator=(Object other) noexcept {
    std::swap(pointer_, other.pointer_);
    return *this;
  }
  /// At its end Python unwinds the stack of a thread that it does not let go on, which has no lock:
  /// what would be freed then stays.
  ~Object() {
    if (!pointer_ || (Py_REFCNT(pointer_) == 1 && is_python_ending())) return;
    Py_DECREF(pointer_);
  }

  PyObject* get() const { return pointer_; }
  PyObject* release() { return std::exchange(pointer_, nullptr); }
  explicit operator bool() const { return pointer_ != nullptr; }

 private:
  explicit Object(PyObject* object) : pointer_(object) {}
  PyObject* pointer_ = nullptr;
};

/// Python's exception, which was set, on its way through C++.
class PythonError final : public HostError {
 public:
  PythonError();
  /// What the handler of a signal raised while we worked: a timeout, say, which values did not
  /// bring about and no other way to compute them is to meet.
  static PythonError of_signal();
  bool is_about_values() const noexcept override;
  /// What str() makes of it.
  std::string text() const;
  /// Does nothing before Python 3.11, which has no notes.
  void add_note(const char* note) const;
  /// Sets it again.
  void restore();

 private:
  Object type_, value_, trace_;
  bool is_of_signal_ = false;
};

/// A new reference, or an exception if there is none.
inline PyObject* checked(PyObject* object) {
  if (!object) throw PythonError();
  return object;
}
inline void checked(int status) {
  if (status < 0) throw PythonError();
}

inline Object Object::take(PyObject* object) { return Object(checked(object)); }

/// Runs `f`; on an exception sets Python's and returns what signals failure in a slot: null or -1.
template <class F> auto guarded(F&& f) -> decltype(f()) {
  try {
    return std::forward<F>(f)();
#if defined(__GLIBCXX__)
  } catch (abi::__forced_unwind&) {  // Python ended the thread, which C++ cannot stop half-way
    wait_for_the_end();
#endif
  } catch (...) {
    set_python_error();
    if constexpr (std::is_pointer_v<decltype(f())>)
      return nullptr;
    else
      return -1;
  }
}

/// A function of METH_FASTCALL, or one with keywords, as the tables of methods hold it.
template <class F> PyCFunction as_method(F* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
}

}  // namespace wg::bindings
