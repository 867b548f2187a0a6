/// The parameters of a structural primitive: listed once, read by text and bindings.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/slabs.h"
#include "graph/primitive.h"

namespace wg {

template <class Owner, class T> struct Member {
  std::string_view name;
  T Owner::* pointer;
};

template <class Owner, class... T> constexpr auto members(Member<Owner, T>... fields) {
  return std::tuple(fields...);
}

inline void write_parameter(std::ostream& out, const ParameterValue& value) {
  if (const auto* dims = std::get_if<Dims>(&value))
    out << *dims;
  else if (const auto* flag = std::get_if<bool>(&value))
    out << (*flag ? "True" : "False");
  else if (const auto* dtype = std::get_if<DType>(&value))
    out << name(*dtype);
  else if (const auto* text = std::get_if<std::string>(&value))
    out << '\'' << *text << '\'';
  else if (const auto* number = std::get_if<double>(&value))
    out << *number;
  else
    out << std::get<std::int64_t>(value);
}

inline void add_words(std::vector<std::int64_t>& words, const Dims& dims) {
  words.push_back(dims.size());
  words.insert(words.end(), dims.begin(), dims.end());
}
inline void add_words(std::vector<std::int64_t>& words, const std::string& text) {
  words.push_back(static_cast<std::int64_t>(text.size()));
  for (const char c : text) words.push_back(c);
}
inline void add_words(std::vector<std::int64_t>& words, double number) {
  words.push_back(std::bit_cast<std::int64_t>(number));
}
template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
void add_words(std::vector<std::int64_t>& words, T number) {
  words.push_back(static_cast<std::int64_t>(number));
}

template <class P>
void add_parameter_words(std::vector<std::int64_t>& words, [[maybe_unused]] const P& value) {
  std::apply([&](const auto&... field) { (add_words(words, value.*field.pointer), ...); },
             P::parameters);
}

template <class P> std::string parameter_text([[maybe_unused]] const P& value) {
  std::ostringstream out;
  std::apply(
      [&](const auto&... field) {
        [[maybe_unused]] const char* separator = "";
        ((out << separator << field.name << '=',
          write_parameter(out, ParameterValue(value.*field.pointer)), separator = ", "),
         ...);
      },
      P::parameters);
  return out.str();
}

/// The parameters as a node owns them.
template <class P> struct Parameters final : Payload {
  P value;
  explicit Parameters(P&& parameters) : value(std::move(parameters)) {}

  void words(std::vector<std::int64_t>& words, Constants) const override {
    add_parameter_words(words, value);
  }
  std::string text() const override { return parameter_text(value); }

  static void* operator new(std::size_t bytes) { return slabs::allocate(bytes); }
  static void operator delete(void* block, std::size_t bytes) { slabs::release(block, bytes); }
};

template <class P> const P& parameters_of(const Payload* payload) {
  if constexpr (std::tuple_size_v<decltype(P::parameters)> == 0) {
    static const P nothing{};
    return nothing;
  } else {
    return static_cast<const Parameters<P>*>(payload)->value;
  }
}

template <class P> Ref<Payload> payload_of(P parameters) {
  if constexpr (std::tuple_size_v<decltype(P::parameters)> == 0)
    return nullptr;
  else
    return Ref<Payload>::adopt(new Parameters<P>(std::move(parameters)));
}

/// The parameters of P in order, as (name, a value of the right kind).
template <class P> std::span<const ParameterField> parameter_fields() {
  static const auto fields = std::apply(
      [example = P{}](const auto&... field) {
        return std::array<ParameterField, sizeof...(field)>{
            ParameterField{field.name, ParameterValue(example.*field.pointer)}...};
      },
      P::parameters);
  return fields;
}

/// The given parameters, which are of the kinds and in the order of the fields.
template <class P> P parameters_from([[maybe_unused]] std::span<const ParameterValue> values) {
  P p{};
  [[maybe_unused]] std::size_t i = 0;
  std::apply(
      [&](const auto&... field) {
        ((p.*field.pointer =
              std::get<std::remove_cvref_t<decltype(p.*field.pointer)>>(values[i++])),
         ...);
      },
      P::parameters);
  return p;
}

/// Their payload.
template <class P> Ref<Payload> make_payload(std::span<const ParameterValue> values) {
  return payload_of(parameters_from<P>(values));
}

}  // namespace wg
