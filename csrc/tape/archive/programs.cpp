#include "tape/archive/programs.h"

#include <algorithm>
#include <bit>

#include "core/error.h"
#include "primitives/arity.h"
#include "primitives/registry.h"
#include "sweeps/call.h"
#include "sweeps/chain.h"
#include "sweeps/steered.h"

namespace wg {
namespace {

constexpr int deepest = 256;  // programs in programs
constexpr Slot nowhere = UINT32_MAX;

bool is_registered(const Primitive& primitive) {
  return std::ranges::find(registry(), &primitive) != registry().end();
}

/// The parameter of this kind that comes next among words.
class Words {
 public:
  explicit Words(std::span<const std::int64_t> words) : left_(words) {}

  ParameterValue value(const ParameterValue& like) {
    if (std::holds_alternative<bool>(like)) return next_below(2) == 1;
    if (std::holds_alternative<std::int64_t>(like)) return next();
    if (std::holds_alternative<double>(like)) return std::bit_cast<double>(next());
    if (std::holds_alternative<DType>(like)) return static_cast<DType>(next_below(dtype_count));
    const std::int64_t size = next_below(static_cast<std::int64_t>(left_.size()));
    const auto own = left_.first(static_cast<std::size_t>(size));
    left_ = left_.subspan(own.size());
    if (std::holds_alternative<Dims>(like)) return Dims(own);
    std::string text;
    for (const std::int64_t character : own) text.push_back(static_cast<char>(character));
    return text;
  }
  bool is_at_end() const { return left_.empty(); }

 private:
  std::int64_t next() {
    if (left_.empty()) ByteReader::refuse("parameters are missing");
    const std::int64_t word = left_.front();
    left_ = left_.subspan(1);
    return word;
  }
  std::int64_t next_below(std::int64_t limit) {
    const std::int64_t word = next();
    if (word < 0 || word >= limit) ByteReader::refuse("a parameter is out of its range");
    return word;
  }

  std::span<const std::int64_t> left_;
};

std::vector<Type> types_of_results(const Instruction& instruction, std::span<const Type> x) {
  const Payload* const payload = instruction.payload.pointer();
  if (instruction.primitive->is_compound) return compound_of(payload).infer(x);
  return {instruction.primitive->infer(payload, x)};
}

bool is_alike(const Type& one, const Type& other) {
  return one.dtype == other.dtype && one.is_weak == other.is_weak &&
         same_shape(one.shape_layout(), other.shape_layout());
}

/// What element of a loop's operand a step is given; fails if it is of another length.
Type element_of(const Type& whole, std::int64_t length) {
  const auto shape = whole.shape();
  if (shape.empty() || shape[0] != length) ByteReader::refuse("a loop is of another length");
  return {whole.dtype, shape.subspan(1), whole.is_weak};
}

/// Whether results of one loop come first among those of another.
bool is_extended(const ChainPlan& less, const ChainPlan& more) {
  return less.length == more.length && less.types.size() == more.types.size() &&
         less.rows.size() <= more.rows.size() &&
         std::ranges::equal(less.types, more.types, is_alike) &&
         std::ranges::equal(less.rows, std::span(more.rows).first(less.rows.size()), is_alike);
}

void check_operands(const ChainPlan& chain, std::span<const Type> x) {
  if (x.size() != chain.types.size() + chain.scanned + chain.outside) {
    ByteReader::refuse("a loop has too many operands, or too few");
  }
  for (std::size_t k = 0; k < chain.types.size(); ++k) {
    if (!is_alike_but_weak(x[k], chain.types[k])) {
      ByteReader::refuse("a loop begins at a state of another type");
    }
  }
  for (std::size_t k = 0; k < chain.scanned; ++k) {
    (void)element_of(x[chain.types.size() + k], chain.length);
  }
  const ChainStep& step = chain.steps[0];
  const Program& body = step.body().program();
  for (std::size_t i = 0; i < step.sources.size(); ++i) {
    const StepInput& own = step.sources[i];
    if (own.from == StepInput::From::state || own.from == StepInput::From::position) continue;
    const Type& operand = x[chain.place(own)];
    const bool is_scanned = own.from == StepInput::From::scanned;
    if (!is_alike_but_weak(is_scanned ? element_of(operand, chain.length) : operand,
                           body.types[body.inputs[i]])) {
      ByteReader::refuse("a step of a loop is given operands of other types");
    }
  }
}

void count_uses(Program& program) {
  program.uses.assign(program.types.size(), 0);
  for (const Slot slot : program.operands) ++program.uses[slot];
  for (const Reading& reading : program.readings) ++program.uses[reading.slot];
  for (const Slot slot : program.results) ++program.uses[slot];
}

}  // namespace

bool is_alike_but_weak(const Type& one, const Type& other) {
  return one.dtype == other.dtype && same_shape(one.shape_layout(), other.shape_layout());
}

void ProgramWriter::write_primitive(const Primitive& primitive) {
  const auto [found, is_new] = primitives_.try_emplace(&primitive, primitives_.size());
  if (!is_new) return out_.count(found->second + 1);
  const bool has_program =
      &primitive == &call_primitive() || &primitive == &loop_primitive() || is_steered(primitive);
  if (!has_program && !is_registered(primitive) && !host_.has(primitive)) {
    fail<ShapeError>("save: the function has an operation '", primitive.name,
                     "', which cannot be saved");
  }
  out_.count(0);
  out_.text(primitive.name);
}

void ProgramWriter::write_payload(const Instruction& instruction) {
  if (instruction.primitive == &call_primitive()) {
    return write_callable(static_cast<const Call*>(instruction.payload.pointer())->callable());
  }
  if (instruction.primitive == &loop_primitive()) {
    return write_chain(static_cast<const ChainCall*>(instruction.payload.pointer())->shared_plan());
  }
  if (is_steered(*instruction.primitive)) {
    return write_steered(*instruction.primitive, instruction.payload.pointer());
  }
  if (host_.has(*instruction.primitive)) {
    return host_.write(*instruction.primitive, *instruction.payload);
  }
  std::vector<std::int64_t> words;
  if (instruction.payload) instruction.payload->words(words, Constants::differ);
  wg::write(words, out_);
}

void ProgramWriter::write_callable(const std::shared_ptr<Callable>& callable) {
  if (const auto found = callables_.find(callable.get()); found != callables_.end()) {
    return out_.count(found->second + 1);
  }
  out_.count(0);
  write(callable->program());
  callables_.emplace(callable.get(), callables_.size());
}

void ProgramWriter::write_chain(const std::shared_ptr<const ChainPlan>& chain) {
  if (const auto found = chains_.find(chain.get()); found != chains_.end()) {
    return out_.count(found->second + 1);
  }
  out_.count(0);
  const ChainStep& step = chain->steps[0];
  write_callable(step.body().callable());
  for (const StepInput& own : step.sources) {
    out_.count(static_cast<std::uint64_t>(own.from));
    out_.count(own.number);
  }
  out_.count(chain->types.size());
  for (const Type& type : chain->types) wg::write(type, out_);
  out_.count(chain->rows.size());
  for (const Type& type : chain->rows) wg::write(type, out_);
  out_.count(chain->scanned);
  out_.count(chain->outside);
  wg::write(Dims{chain->length, chain->first}, out_);
  out_.byte(chain->is_reversed);
  const auto less = chains_.find(chain->extended.lock().get());
  out_.count(less == chains_.end() ? 0 : less->second + 1);
  chains_.emplace(chain.get(), chains_.size());
}

void ProgramWriter::write(const Program& program, std::span<const Array> bound) {
  const std::span slots(program.inputs);
  const auto inputs = slots.first(slots.size() - bound.size());
  out_.count(program.types.size());
  out_.count(inputs.size());
  out_.count(std::min(program.leaf_count, inputs.size()));
  for (const Slot slot : inputs) {
    out_.count(slot);
    wg::write(program.types[slot], out_);
  }
  const auto write_constant = [&](Slot slot, const Array& value) {
    out_.count(slot);
    arrays_.write(value.with_weak(program.types[slot].is_weak), out_);
  };
  out_.count(program.constants.size() + bound.size());
  for (std::size_t k = 0; k < bound.size(); ++k) write_constant(slots[inputs.size() + k], bound[k]);
  for (const auto& [slot, value] : program.constants) write_constant(slot, value);
  out_.count(program.instructions.size());
  for (const Instruction& instruction : program.instructions) {
    write_primitive(*instruction.primitive);
    out_.count(instruction.operand_count);
    write_payload(instruction);
    for (const Slot slot : program.operands_of(instruction)) out_.count(slot);
    out_.count(instruction.result);
    out_.count(instruction.result_count);
    out_.byte(instruction.is_cut);
  }
  write_readings(program);
  out_.count(program.results.size());
  for (const Slot slot : program.results) out_.count(slot);
}

void ProgramWriter::write_readings(const Program& program) {
  out_.count(program.readings.size());
  for (const Reading& reading : program.readings) {
    out_.count(reading.slot);
    out_.count(reading.before);
    out_.text(reading.left_by);
    arrays_.write(reading.seen, out_);
  }
}

/// Which values there are at an instruction.
struct ProgramReader::Slots {
  explicit Slots(std::size_t count) : made_before(count, nowhere) {}

  /// A slot that has no value yet.
  Slot fresh(ByteReader& in, std::uint32_t instruction) {
    const std::size_t slot = in.below(made_before.size());
    if (made_before[slot] != nowhere) ByteReader::refuse("a value is computed twice");
    made_before[slot] = instruction;
    return static_cast<Slot>(slot);
  }
  /// One that has one before this instruction.
  Slot made(ByteReader& in, std::size_t instruction) const {
    const std::size_t slot = in.below(made_before.size());
    if (made_before[slot] > instruction)
      ByteReader::refuse("a value is used before it is computed");
    return static_cast<Slot>(slot);
  }

  std::vector<std::uint32_t> made_before;  // by slot: the next instruction
};

const Primitive& ProgramReader::read_primitive() {
  if (const std::size_t number = in_.below(primitives_.size() + 1)) return *primitives_[number - 1];
  const std::string_view name = in_.text();
  const auto is_named = [&](const Primitive* own) { return own->name == name; };
  const auto found = std::ranges::find_if(registry(), is_named);
  if (found != registry().end()) {
    primitives_.push_back(*found);
  } else if (name == call_primitive().name) {
    primitives_.push_back(&call_primitive());
  } else if (name == loop_primitive().name) {
    primitives_.push_back(&loop_primitive());
  } else if (const Primitive* const steered = steered_primitive(name)) {
    primitives_.push_back(steered);
  } else if (const Primitive* const host = host_.find(name)) {
    primitives_.push_back(host);
  } else {
    fail<FormatError>("load: the file has an operation '", name,
                      "', which this wengert does not know; the one that saved it is needed");
  }
  return *primitives_.back();
}

Ref<Payload> ProgramReader::read_payload(const Primitive& primitive, std::size_t operands) {
  if (&primitive == &call_primitive()) {
    return Ref<Payload>::adopt(new Call(read_callable()));
  }
  if (&primitive == &loop_primitive()) {
    return Ref<Payload>::adopt(new ChainCall(read_chain(), {}));
  }
  if (is_steered(primitive)) return read_steered(primitive);
  if (host_.find(primitive.name) == &primitive) return host_.read(primitive, operands);
  const Dims numbers = read_dims(in_);
  if (!primitive.make) {
    if (!numbers.empty()) ByteReader::refuse("a formula has parameters");
    return nullptr;
  }
  Words words(numbers);
  std::vector<ParameterValue> values;
  for (const ParameterField& field : primitive.fields()) values.push_back(words.value(field.value));
  if (!words.is_at_end()) ByteReader::refuse("there are parameters too many");
  return primitive.make(values);
}

std::shared_ptr<Callable> ProgramReader::read_callable() {
  if (const std::size_t number = in_.below(callables_.size() + 1)) return callables_[number - 1];
  auto callable = std::make_shared<Callable>(read());
  callables_.push_back(callable);
  return callable;
}

std::shared_ptr<const ChainPlan> ProgramReader::read_chain() {
  if (const std::size_t number = in_.below(chains_.size() + 1)) return chains_[number - 1];
  auto chain = std::make_shared<ChainPlan>();
  const std::shared_ptr<Callable> callable = read_callable();
  const Program& body = callable->program();
  if (!callable->is_derivable()) ByteReader::refuse("a step of a loop has no derivative");
  std::vector<StepInput> sources;
  for (std::size_t i = 0; i < body.inputs.size(); ++i) {
    const auto from = static_cast<StepInput::From>(in_.below(4));
    sources.push_back({from, static_cast<std::uint32_t>(in_.below(UINT32_MAX))});
  }
  for (std::size_t left = in_.length(); left > 0; --left) chain->types.push_back(read_type(in_));
  for (std::size_t left = in_.length(); left > 0; --left) chain->rows.push_back(read_type(in_));
  chain->scanned = in_.below(UINT32_MAX);
  chain->outside = in_.below(UINT32_MAX);
  const Dims numbers = read_dims(in_);
  if (numbers.size() != 2 || numbers[0] < 0) ByteReader::refuse("a loop has no length");
  chain->length = numbers[0];
  chain->first = numbers[1];
  chain->is_reversed = in_.flag();
  if (const std::size_t less = in_.below(chains_.size() + 1)) {
    if (!is_extended(*chains_[less - 1], *chain)) ByteReader::refuse("a loop extends another one");
    chain->extended = chains_[less - 1];
  }
  const Type number{DType::int64, nullptr, true};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const StepInput& own = sources[i];
    const Type& type = body.types[body.inputs[i]];
    using From = StepInput::From;
    const bool is_there = own.from == From::state     ? own.number < chain->types.size() &&
                                                            is_alike(type, chain->types[own.number])
                          : own.from == From::scanned ? own.number < chain->scanned
                          : own.from == From::outside ? own.number < chain->outside
                                                      : is_alike_but_weak(type, number);
    if (!is_there) ByteReader::refuse("a step of a loop reads what there is not");
  }
  const std::size_t size = chain->types.size();
  bool fits = body.results.size() == size + chain->rows.size() && body.readings.empty();
  for (std::size_t k = 0; fits && k < body.results.size(); ++k) {
    fits = is_alike_but_weak(body.types[body.results[k]],
                             k < size ? chain->types[k] : chain->rows[k - size]);
  }
  if (!fits) ByteReader::refuse("a step of a loop gives another state");
  chain->steps.push_back({Ref<Payload>::adopt(new Call(callable)), std::move(sources)});
  chains_.push_back(chain);
  return chain;
}

void ProgramReader::read_instruction(Program& program, Slots& slots) {
  const auto number = static_cast<std::uint32_t>(program.instructions.size());
  const Primitive& primitive = read_primitive();
  const std::size_t count = in_.length();
  Ref<Payload> payload = read_payload(primitive, count);
  const auto first = static_cast<std::uint32_t>(program.operands.size());
  std::vector<Type> x;
  for (std::size_t k = 0; k < count; ++k) {
    const Slot slot = slots.made(in_, number);
    program.operands.push_back(slot);
    x.push_back(program.types[slot]);
  }
  const bool is_call = &primitive == &call_primitive();
  const bool is_loop = &primitive == &loop_primitive();
  const bool has_all = is_call || is_loop || is_steered(primitive) ||
                       (primitive.arity < 0 ? count >= fewest_operands(primitive)
                                            : count == fewest_operands(primitive));
  if (!has_all) ByteReader::refuse("an operation has too many operands, or too few");
  if (is_call) {
    const Program& own = static_cast<const Call*>(payload.pointer())->program();
    const auto fits = [&](const Type& given, Slot slot) {
      return is_alike_but_weak(given, own.types[slot]);
    };
    if (!std::ranges::equal(x, own.inputs, fits)) {
      ByteReader::refuse("a program is called with operands of other types");
    }
  }
  if (is_loop) check_operands(static_cast<const ChainCall*>(payload.pointer())->plan(), x);
  if (is_steered(primitive)) {
    const auto types = static_cast<const Steered*>(payload.pointer())->operand_types();
    if (!std::ranges::equal(x, types, is_alike_but_weak)) {
      ByteReader::refuse("an operation that runs programs is given operands of other types");
    }
  }
  Instruction instruction{
      &primitive, std::move(payload), first, static_cast<std::uint32_t>(count), 0, 0, false};
  const std::vector<Type> types = types_of_results(instruction, x);
  const Slot result = slots.fresh(in_, number + 1);
  instruction.result = result;
  instruction.result_count = static_cast<std::uint32_t>(in_.length());
  if (instruction.result_count != types.size() ||
      result + types.size() > slots.made_before.size()) {
    ByteReader::refuse("an operation has other results");
  }
  for (std::size_t k = 0; k < types.size(); ++k) {
    if (k > 0 && slots.made_before[result + k] != nowhere) {
      ByteReader::refuse("a value is computed twice");
    }
    slots.made_before[result + k] = number + 1;
    program.types[result + k] = types[k];
  }
  instruction.is_cut = in_.flag();
  has_cuts_ |= instruction.is_cut;
  program.instructions.push_back(std::move(instruction));
}

void ProgramReader::read_readings(Program& program, const Slots& slots) {
  std::size_t before = 0;
  for (std::size_t left = in_.length(); left > 0; --left) {
    const Slot slot = slots.made(in_, program.instructions.size());
    const std::size_t at = in_.below(program.instructions.size() + 1);
    if (at < before || slots.made_before[slot] > at) {
      ByteReader::refuse("a value is read before it is computed");
    }
    before = at;
    std::string left_by(in_.text());
    Array seen = arrays_.read(in_);
    if (seen.dtype() != program.types[slot].dtype ||
        !same_shape(seen.layout(), program.types[slot].shape_layout())) {
      ByteReader::refuse("a value that was read is of another type");
    }
    program.readings.push_back(
        {slot, static_cast<std::uint32_t>(before), std::move(left_by), std::move(seen)});
  }
}

std::shared_ptr<const Program> ProgramReader::read() {
  if (++depth_ > deepest) ByteReader::refuse("programs call programs without an end");
  auto program = std::make_shared<Program>();
  Slots slots(in_.length());
  program->types.resize(slots.made_before.size());
  const std::size_t inputs = in_.length();
  program->leaf_count = in_.below(inputs + 1);
  for (std::size_t k = 0; k < inputs; ++k) {
    program->inputs.push_back(slots.fresh(in_, 0));
    program->types[program->inputs.back()] = read_type(in_);
  }
  for (std::size_t left = in_.length(); left > 0; --left) {
    const Slot slot = slots.fresh(in_, 0);
    Array value = arrays_.read(in_);
    program->types[slot] = {value.dtype(), value.layout_reference(), value.is_weak()};
    program->constants.emplace_back(slot, std::move(value));
  }
  for (std::size_t left = in_.length(); left > 0; --left) read_instruction(*program, slots);
  read_readings(*program, slots);
  for (std::size_t left = in_.length(); left > 0; --left) {
    program->results.push_back(slots.made(in_, program->instructions.size()));
  }
  if (std::ranges::find(slots.made_before, nowhere) != slots.made_before.end()) {
    ByteReader::refuse("a value is never computed");
  }
  count_uses(*program);
  --depth_;
  return program;
}

}  // namespace wg
