// Typed values of a gate file: each reader checks one node and returns it, or reports what is wrong and
// returns nothing. `label` is the key as the user wrote it, for the error's title.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/suggest.h"
#include "config/choices.h"
#include "config/json_value.h"
#include "config/references.h"

namespace assay::config {

struct WholeRange {
  std::uint64_t min = 0, max = std::numeric_limits<std::uint32_t>::max();
};
struct NumberRange {
  double min = 0, max = 0;
};
struct DurationRange {
  Nanos min, max;
};

std::optional<std::string> read_text(ReadContext& context, const Node& node, std::string_view label);
std::optional<bool> read_bool(ReadContext& context, const Node& node, std::string_view label);
std::optional<std::uint64_t> read_whole(ReadContext& context, const Node& node, std::string_view label,
                                        WholeRange range);
std::optional<double> read_number(ReadContext& context, const Node& node, std::string_view label,
                                  NumberRange range);
std::optional<Nanos> read_duration(ReadContext& context, const Node& node, std::string_view label,
                                   DurationRange range);
std::optional<std::uint64_t> read_size(ReadContext& context, const Node& node, std::string_view label);
std::optional<double> read_rate(ReadContext& context, const Node& node, std::string_view label);
std::optional<double> read_ratio(ReadContext& context, const Node& node, std::string_view label);
std::optional<double> read_points(ReadContext& context, const Node& node, std::string_view label);

// How text without quotes is read: null, true, false, numbers as JSON writes them, else text (YAML 1.2's core
// schema without octal and hexadecimal numbers).
JsonValue typed_scalar(std::string_view text);

// A whole tree as JSON. `constant`: only the environment is replaced. `body`: strings keep run-time
// references.
enum class JsonUse : std::uint8_t { constant, body };
std::optional<JsonValue> read_json(ReadContext& context, const Node& node, std::string_view label,
                                   JsonUse use);

template <class Enum, std::size_t N>
std::optional<Enum> read_choice(ReadContext& context, const Node& node, std::string_view label,
                                const Choices<Enum, N>& choices) {
  const std::optional<std::string> text = read_text(context, node, label);
  if (!text) return std::nullopt;
  const std::optional<Enum> found = choices.find(*text);
  if (found) return found;
  std::string hint = did_you_mean(*text, std::span<const std::string_view>(choices.words));
  if (hint.empty()) {
    hint = "use one of";
    for (std::string_view word : choices.words)
      hint.append(word == choices.words[0] ? " " : ", ").append(word);
  }
  context.error(context.span(node), in_quotes(label) + " cannot be " + in_quotes(*text), hint);
  return std::nullopt;
}

// Keeps the default where reading failed.
template <class To, class From>
void assign(To& to, const std::optional<From>& value) {
  if (value) to = static_cast<To>(*value);
}

}  // namespace assay::config
