#include "probes/number_bound.h"

#include <utility>

#include "config/values.h"
#include "match/json_text.h"

namespace assay::probes {
namespace {

using Sense = NumberBound::Sense;

constexpr std::pair<std::string_view, Sense> kSenses[] = {{"==", Sense::equal},    {"!=", Sense::unequal},
                                                          {"<=", Sense::at_most},  {"<", Sense::below},
                                                          {">=", Sense::at_least}, {">", Sense::above}};

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool NumberBound::holds(double measured) const {
  switch (sense) {
    case Sense::equal:
      return measured == value;
    case Sense::unequal:
      return measured != value;
    case Sense::below:
      return measured < value;
    case Sense::at_most:
      return measured <= value;
    case Sense::above:
      return measured > value;
    case Sense::at_least:
      break;
  }
  return measured >= value;
}

std::optional<NumberBound> parse_number_bound(std::string_view text) {
  NumberBound bound;
  bound.shown = without_spaces(text);
  std::string_view rest = bound.shown;
  for (const auto& [word, sense] : kSenses) {
    if (!rest.starts_with(word)) continue;
    bound.sense = sense;
    rest.remove_prefix(word.size());
    break;
  }
  rest = without_spaces(rest);
  const bool percent = rest.ends_with('%');
  if (percent) rest = without_spaces(rest.substr(0, rest.size() - 1));
  const std::optional<double> number = match::number_from(rest);
  if (!number) return std::nullopt;
  bound.value = percent ? *number / 100 : *number;
  return bound;
}

std::optional<NumberBound> read_number_bound(const config::ProbeReading& reading, const config::Node& node,
                                             std::string_view label) {
  const std::optional<std::string> text = config::read_text(reading.context, node, label);
  if (!text) return std::nullopt;
  std::optional<NumberBound> bound = parse_number_bound(*text);
  if (!bound)
    reading.error(node, config::in_quotes(*text) + " demands no number",
                  "write it like \">= 3\", \"< 5%\" or 3");
  return bound;
}

}  // namespace assay::probes
