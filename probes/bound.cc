#include "probes/bound.h"

#include <array>
#include <utility>

#include "base/units.h"
#include "config/values.h"

namespace assay::probes {
namespace {

using Sense = Bound::Sense;

// The longer sign first, because "<" begins "<=" as well.
constexpr std::array<std::pair<std::string_view, Sense>, 4> kSigns{
    {{"<=", Sense::at_most}, {">=", Sense::at_least}, {"<", Sense::below}, {">", Sense::above}}};

Sense take_sign(std::string_view& text) {
  for (const auto& [sign, sense] : kSigns) {
    if (!text.starts_with(sign)) continue;
    text.remove_prefix(sign.size());
    return sense;
  }
  return Sense::equal;
}

}  // namespace

bool Bound::holds(Nanos measured) const {
  switch (sense) {
    case Sense::below:
      return measured < value;
    case Sense::at_most:
      return measured <= value;
    case Sense::above:
      return measured > value;
    case Sense::at_least:
      return measured >= value;
    case Sense::equal:
      break;
  }
  return measured == value;
}

std::string Bound::shown() const {
  for (const auto& [sign, of_sign] : kSigns)
    if (of_sign == sense) return std::string(sign) + " " + format_duration(value);
  return format_duration(value);
}

std::optional<Bound> read_bound(config::ReadContext& context, const config::Node& node,
                                std::string_view label) {
  const std::optional<std::string> text = config::read_text(context, node, label);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  Bound bound;
  bound.sense = take_sign(rest);
  Parsed<Nanos> value = parse_duration(rest);
  if (!value) {
    context.error(node, config::in_quotes(label) + " must be a duration, or a bound such as \">= 1h\"",
                  std::move(value).error());
    return std::nullopt;
  }
  bound.value = *value;
  if (bound.sense == Sense::below && bound.value == Nanos(0)) {
    context.error(node, "nothing is shorter than 0s", "write \"0s\" or \"<= 1s\"");
    return std::nullopt;
  }
  return bound;
}

}  // namespace assay::probes
