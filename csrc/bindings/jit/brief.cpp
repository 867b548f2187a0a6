#include "bindings/jit/brief.h"

namespace wg::bindings {
namespace {

constexpr std::size_t most = 8;  // arguments, and results

}  // namespace

bool can_be_brief(const Signature& signature, const Path& path) {
  const std::size_t results = path.program().results.size();
  return signature.is_located(most) && path.inputs.empty() && path.effects.empty() &&
         path.identical.empty() && results <= most && path.returned.is_of_values(results) &&
         path.replay().plan()->is_brief();
}

PyObject* replayed_briefly(const Signature& signature, const Path& path,
                           const Arguments& arguments) {
  Number given[most], numbers[most];
  const std::byte* inputs[most];
  if (!signature.locate(arguments, given, inputs)) return nullptr;
  const Plan& plan = path.replay().planned();
  const std::span<const Type> types = plan.result_types();
  Object arrays[most];
  std::byte* results[most];
  path.returned.prepare_values(types, arrays, numbers, results);
  try {
    if (!plan.run_briefly(std::span(inputs, path.argument_count), std::span(results, types.size())))
      return nullptr;
  } catch (const std::exception&) {
    return nullptr;  // by the other way it fails again
  }
  return path.returned.make_of_values(types, arrays, numbers);
}

}  // namespace wg::bindings
