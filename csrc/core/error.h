/// Exceptions of the library; bindings/errors.cpp gives each its Python class.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace wg {

/// Operands whose shapes or values do not fit together (ValueError).
struct ShapeError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// The same where other values of the same shapes and dtypes might fit.
struct OperandValueError : ShapeError {
  using ShapeError::ShapeError;
};

/// A matrix that has no such factors, or no inverse (numpy.linalg.LinAlgError).
struct LinearAlgebraError : OperandValueError {
  using OperandValueError::OperandValueError;
};

/// An operand of the wrong kind (TypeError).
struct DTypeError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// An index outside its axis (IndexError).
struct IndexRangeError : std::out_of_range {
  using std::out_of_range::out_of_range;
};

/// A derivative that does not exist or was asked for in the wrong place (ValueError).
struct DerivativeError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// A rule that a primitive does not have (NotImplementedError).
struct RuleError : std::logic_error {
  using std::logic_error::logic_error;
};

/// A value used where the recording that it belongs to cannot follow it (RuntimeError).
struct TraceError : std::logic_error {
  using std::logic_error::logic_error;
};

/// An exception of the host language on its way through the core.
struct HostError : std::exception {
  const char* what() const noexcept override { return "an exception of the host language"; }
  /// Other values might not have raised it: it is no interrupt, and memory had not run out.
  virtual bool is_about_values() const noexcept = 0;
};

/// A NaN or an infinity that came from finite numbers, where somebody asked for it to be an error
/// (FloatingPointError).
struct NonFiniteError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Something the machine lacks (RuntimeError).
struct EnvironmentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws `Error` with its parts streamed into one message.
template <class Error, class... Parts> [[noreturn, gnu::cold]] void fail(const Parts&... parts) {
  std::ostringstream message;
  (message << ... << parts);
  throw Error(message.str());
}

}  // namespace wg
