#include "tape/simplify/role.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <utility>
#include <vector>

#include "primitives/registry.h"

namespace wg::simplify {
namespace {

using namespace std::string_view_literals;

constexpr std::pair<std::string_view, Kind> kinds[] = {
    {"identity", Kind::identity},
    {"positive", Kind::positive},
    {"convert", Kind::convert},
    {"add", Kind::add},
    {"subtract", Kind::subtract},
    {"multiply", Kind::multiply},
    {"divide", Kind::divide},
    {"negative", Kind::negative},
    {"absolute", Kind::absolute},
    {"power", Kind::power},
    {"chain", Kind::chain},
    {"logical_not", Kind::logical_not},
    {"conjugate", Kind::conjugate},
    {"real", Kind::real},
    {"imag", Kind::imag},
    {"complex", Kind::complex},
    {"where", Kind::where},
    {"sum", Kind::fold},
    {"prod", Kind::fold},
    {"max", Kind::fold},
    {"min", Kind::fold},
    {"any", Kind::fold},
    {"all", Kind::fold},
    {"stack", Kind::joins},
    {"concatenate", Kind::joins},
    {"reshape", Kind::reshape},
    {"broadcast_to", Kind::broadcast_to},
    {"transpose", Kind::transpose},
    {"flip", Kind::flip},
    {"slice", Kind::slice},
    {"add_at_slice", Kind::add_at_slice},
    {"set_at_slice", Kind::set_at_slice},
    {"as_strided", Kind::as_strided},
    {"add_at_strided", Kind::add_at_strided},
    {"set_at_strided", Kind::set_at_strided},
    {"gather", Kind::gather},
    {"add_at", Kind::add_at},
};

constexpr std::string_view quiet[] = {
    "add", "subtract", "multiply", "divide", "square", "reciprocal", "chain", "sqrt",   "hypot",
    "exp", "exp2",     "expm1",    "log",    "log1p",  "power",      "expit", "erf",    "sin",
    "cos", "tan",      "arctan",   "sinh",   "cosh",   "tanh",       "floor", "arctan2"};

// Exponentials and their kin are positive; the others are squares, or clear the sign.
constexpr std::string_view never_minus_zero[] = {"exp",    "exp2",     "expit", "cosh",
                                                 "square", "absolute", "fabs",  "hypot"};

// Of what is structural; formulas and functions of single numbers all do.
constexpr std::string_view reading_elements[] = {"sum",
                                                 "prod",
                                                 "max",
                                                 "min",
                                                 "any",
                                                 "all",
                                                 "argmax",
                                                 "argmin",
                                                 "concatenate",
                                                 "stack",
                                                 "gather",
                                                 "add_at",
                                                 "set_at",
                                                 "add_at_slice",
                                                 "set_at_slice",
                                                 "cumsum",
                                                 "cumprod",
                                                 "where",
                                                 "add_at_strided",
                                                 "set_at_strided",
                                                 "triangle",
                                                 "modulus",
                                                 "extremum_share"};

Role described(const Primitive& primitive) {
  const auto is_among = [&](const auto& names) {
    return std::ranges::find(names, primitive.name) != std::end(names);
  };
  Role role;
  for (const auto& [name, kind] : kinds) {
    if (name == primitive.name) role.kind = kind;
  }
  role.is_quiet = primitive.elementwise && is_among(quiet);
  role.is_never_minus_zero = primitive.elementwise && is_among(never_minus_zero);
  role.reads_elements =
      primitive.elementwise || primitive.keeps_order || is_among(reading_elements);
  return role;
}

/// Roles by address: open addressing in a table that is mostly empty.
class Roles {
 public:
  Roles() : slots_(std::bit_ceil(4 * registry().size())) {
    for (const Primitive* primitive : registry()) {
      std::size_t at = place(primitive);
      while (slots_[at].primitive) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = {primitive, described(*primitive)};
    }
  }

  const Role& of(const Primitive* primitive) const {
    static const Role nothing;
    std::size_t at = place(primitive);
    while (slots_[at].primitive) {
      if (slots_[at].primitive == primitive) return slots_[at].role;
      at = (at + 1) & (slots_.size() - 1);
    }
    return nothing;
  }

 private:
  struct Entry {
    const Primitive* primitive = nullptr;
    Role role;
  };

  std::size_t place(const Primitive* primitive) const {
    const auto address = reinterpret_cast<std::uintptr_t>(primitive);
    return (address * 0x9e3779b97f4a7c15u >> 40) & (slots_.size() - 1);
  }

  std::vector<Entry> slots_;
};

}  // namespace

const Role& role_of(const Primitive& primitive) {
  static const Roles roles;
  return roles.of(&primitive);
}

}  // namespace wg::simplify
