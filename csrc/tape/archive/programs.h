/// Programs as bytes, and back.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sweeps/chain.h"
#include "tape/archive/values.h"

namespace wg {

struct BranchPlan;

/// The same but for their weakness, which what is given to a program does not have.
bool is_alike_but_weak(const Type& one, const Type& other);

/// Writes operations that are made of functions of the host language, which it alone can name.
class HostWriter {
 public:
  virtual ~HostWriter() = default;
  virtual bool has(const Primitive& primitive) const = 0;
  virtual void write(const Primitive& primitive, const Payload& payload) = 0;
};

/// Reads what such a writer has written.
class HostReader {
 public:
  virtual ~HostReader() = default;
  /// The operation of this name, or null.
  virtual const Primitive* find(std::string_view name) const = 0;
  /// For so many operands.
  virtual Ref<Payload> read(const Primitive& primitive, std::size_t operands) = 0;
};

/// Writes programs, with those that they call. A program that several calls have is written once,
/// as is the name of a primitive.
class ProgramWriter {
 public:
  ProgramWriter(ByteWriter& out, ArrayWriter& arrays, HostWriter& host)
      : out_(out), arrays_(arrays), host_(host) {}

  /// `bound`: the values of the last inputs, which become constants.
  void write(const Program& program, std::span<const Array> bound = {});

 private:
  void write_primitive(const Primitive& primitive);
  void write_payload(const Instruction& instruction);
  void write_callable(const std::shared_ptr<Callable>& callable);
  void write_chain(const std::shared_ptr<const ChainPlan>& chain);
  void write_steered(const Primitive& primitive, const Payload* payload);
  void write_branches(const BranchPlan& plan);
  void write_readings(const Program& program);

  ByteWriter& out_;
  ArrayWriter& arrays_;
  HostWriter& host_;
  std::unordered_map<const Primitive*, std::size_t> primitives_;
  std::unordered_map<const Callable*, std::size_t> callables_;
  std::unordered_map<const ChainPlan*, std::size_t> chains_;
};

/// Reads them. Every number is held against what there is, and every operation is asked for its
/// type, as if somebody had called it.
class ProgramReader {
 public:
  ProgramReader(ByteReader& in, ArrayReader& arrays, HostReader& host)
      : in_(in), arrays_(arrays), host_(host) {}

  std::shared_ptr<const Program> read();
  /// Whether an operation that was read so far passes no derivative, whatever its operands stand
  /// for.
  bool has_cuts() const { return has_cuts_; }

 private:
  struct Slots;

  const Primitive& read_primitive();
  void read_instruction(Program& program, Slots& slots);
  void read_readings(Program& program, const Slots& slots);
  Ref<Payload> read_payload(const Primitive& primitive, std::size_t operands);
  std::shared_ptr<Callable> read_callable();
  std::shared_ptr<const ChainPlan> read_chain();
  Ref<Payload> read_steered(const Primitive& primitive);
  std::shared_ptr<const BranchPlan> read_branches(bool is_pulled);
  std::vector<bool> read_flags(std::size_t count);

  ByteReader& in_;
  ArrayReader& arrays_;
  HostReader& host_;
  int depth_ = 0;  // of programs in programs
  bool has_cuts_ = false;
  std::vector<const Primitive*> primitives_;
  std::vector<std::shared_ptr<Callable>> callables_;
  std::vector<std::shared_ptr<const ChainPlan>> chains_;
};

}  // namespace wg
