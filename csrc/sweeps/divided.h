/// A batch whose examples take different paths, evaluated by one program for all: they divide where
/// the paths part, in every evaluation anew.
#pragma once

#include <optional>

#include "sweeps/known_paths.h"
#include "sweeps/path_tree.h"
#include "sweeps/paths.h"

namespace wg {

/// What examples with these values return, as operations that are recorded. That each takes one of
/// the paths is a guard of the recording around. Nothing if one does not.
std::optional<std::vector<Tensor>> divided(const PathTree& tree, std::span<const Tensor> values,
                                           KnownPaths& known);

/// The same as `paths_of` while a recording is made that will be evaluated again: one path, where
/// examples take at most so many that are a tree. `record_path` gives nothing where they are none.
std::vector<Path> paths_in_recording(std::span<const Tensor> values, std::int64_t count,
                                     const RecordExample& record_path, const RecordExample& record,
                                     KnownPaths& known);

}  // namespace wg
