/// The formulas whose value no other formula expresses: each kind of lane defines them.
#pragma once

namespace wg {

struct Exp;
struct Log;

}  // namespace wg
