/// Values computed again instead of kept.
#pragma once

#include "sweeps/program.h"

namespace wg {

/// `end` as one operation on what was recorded before the sequence number `since`: its graph from
/// there on, made in an OpenRecording that has closed, gives up its values, but for those of
/// operations in `keep`, and is evaluated again by whatever sweep comes by.
Tensor checkpointed(const Tensor& end, std::uint64_t since,
                    const std::shared_ptr<const Keep>& keep);

/// The same of a program alone, whose leaves are the operands.
Ref<Payload> checkpoint_of(std::shared_ptr<const Program> program);

}  // namespace wg
