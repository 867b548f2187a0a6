#include "tape/plan/steps.h"

#include <sstream>

#include "tape/plan/loops.h"
#include "tape/plan/steered.h"

namespace wg {
namespace {

std::string_view name_of(NumberCode code) {
  constexpr std::string_view names[] = {"add",      "subtract", "multiply", "divide",
                                        "negative", "chain",    "square",   "copy",
                                        "select",   "unary",    "binary",   "store"};
  return names[static_cast<int>(code)];
}

void write(std::ostream& out, const NumberRun& run) {
  out << "numbers";
  for (auto group = run.groups.begin(); group != run.groups.end();) {
    const NumberRun::Group& first = *group;
    std::uint32_t count = 0;
    do {
      count += group->count;
    } while (++group != run.groups.end() && !first.is_wide && group->code == first.code &&
             group->kernel == first.kernel && !group->is_wide);
    out << ' ' << count << ' ' << name_of(first.code);
    if (first.is_wide) out << " at once";
  }
  if (!run.fetched.empty()) out << ", " << run.fetched.size() << " fetched";
}

/// How many operations are of each kind, folds in words.
void write(std::ostream& out, const TileRun& run) {
  constexpr std::string_view names[] = {"rows folded", "shares", "columns folded", "all folded",
                                        "shares in all"};
  constexpr auto first = static_cast<std::size_t>(TileRun::Kind::lines);
  std::size_t folds[std::size(names)] = {}, plain = 0;
  for (const TileRun::Operation& operation : run.operations) {
    const auto kind = static_cast<std::size_t>(operation.kind);
    ++(kind < first ? plain : folds[kind - first]);
  }
  out << "tiles of " << run.rows << " x " << run.inner << ", " << run.tiles << " at a time, "
      << plain << " operations";
  for (std::size_t k = 0; k < std::size(names); ++k) {
    if (folds[k] > 0) out << ", " << folds[k] << ' ' << names[k];
  }
}

}  // namespace

std::span<const std::uint32_t> credited(const Steps& steps, std::size_t step) {
  const std::uint32_t begin = step == 0 ? 0 : steps.credit_ends[step - 1];
  return std::span(steps.credits).subspan(begin, steps.credit_ends[step] - begin);
}

std::string text_of(const Program& program, const Steps& steps, const Step& step) {
  std::ostringstream out;
  const auto write_view = [&](const View& view) {
    out << ' ' << name(view.dtype) << Dims(view.shape());
  };
  const std::uint32_t end = step.first + step.operand_count;
  switch (step.kind) {
    case Step::Kind::kernel:
      out << "kernel";
      break;
    case Step::Kind::evaluate:
    case Step::Kind::compound:
      out << program.instructions[step.number].primitive->name;
      break;
    case Step::Kind::product: {
      const ProductEnd& end = steps.product_ends[step.number];
      out << "product";
      if (end.alpha != 1) out << " times " << end.alpha;
      if (step.operand_count == 3) out << (end.beta < 0 ? " less" : " added to");
      break;
    }
    case Step::Kind::loop:
      out << "loop of " << steps.loops[step.number]->chain->length << " steps";
      break;
    case Step::Kind::steered:
      out << steps.steered[step.number]->name << (step.shared > 0 ? " (states kept)" : "");
      break;
    case Step::Kind::copy:
      out << "copy";
      break;
    case Step::Kind::read:
      out << "read";
      break;
    case Step::Kind::tiles:
      write(out, steps.tile_runs[step.number]);
      break;
    case Step::Kind::numbers:
      write(out, steps.number_runs[step.number]);
      break;
  }
  for (std::uint32_t k = step.first; k < end; ++k) write_view(steps.views[k]);
  if (step.result_count > 0) out << " ->";
  for (std::uint32_t k = 0; k < step.result_count; ++k) write_view(steps.views[end + k]);
  return out.str();
}

namespace {

/// Of a program that a step runs.
void write_within(std::ostream& out, const Program& program, const Steps& steps) {
  std::istringstream lines(text_of(program, steps));
  for (std::string line; std::getline(lines, line);) out << "  " << line << '\n';
}

}  // namespace

std::string text_of(const Program& program, const Steps& steps) {
  std::ostringstream out;
  for (const Step& step : steps.steps) {
    out << text_of(program, steps, step) << '\n';
    if (step.kind == Step::Kind::loop) {
      for (const auto& own : steps.loops[step.number]->bodies) {
        write_within(out, *own->program, own->steps);
      }
    } else if (step.kind == Step::Kind::steered) {
      for (const auto& own : steps.steered[step.number]->bodies) {
        write_within(out, *own->program, own->steps);
      }
    }
  }
  out << steps.arena_bytes << " bytes, " << steps.copies.size() << " results copied";
  return out.str();
}

}  // namespace wg
