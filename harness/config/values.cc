#include "config/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/units.h"

namespace assay::config {
namespace {

template <class T>
std::optional<T> read_unit(ReadContext& context, const Node& node, std::string_view label,
                           std::string_view expected, Parsed<T> (*parse)(std::string_view)) {
  const std::optional<PlainText> text = read_plain(context, node, label, expected);
  if (!text) return std::nullopt;
  Parsed<T> value = parse(text->value);
  if (value) return *value;
  context.error(context.span(node), in_quotes(label) + " must be " + std::string(expected),
                std::move(value).error());
  return std::nullopt;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<JsonValue> read_json_scalar(ReadContext& context, const Node& node, std::string_view label,
                                          JsonUse use) {
  const ErrorMark mark(context);
  const std::string text =
      use == JsonUse::body ? read_body_text(context, node) : read_constant(context, node, label);
  if (!mark.clean()) return std::nullopt;
  return node.quoted ? JsonValue(text) : typed_scalar(text);
}

}  // namespace

std::optional<std::string> read_text(ReadContext& context, const Node& node, std::string_view label) {
  std::optional<PlainText> text = read_plain(context, node, label, "text");
  if (!text) return std::nullopt;
  return std::move(text->value);
}

std::optional<bool> read_bool(ReadContext& context, const Node& node, std::string_view label) {
  const std::optional<PlainText> text = read_plain(context, node, label, "true or false");
  if (!text) return std::nullopt;
  if (text->typed && (text->value == "true" || text->value == "false")) return text->value == "true";
  context.error(context.span(node), in_quotes(label) + " must be true or false", "write it without quotes");
  return std::nullopt;
}

std::optional<std::uint64_t> read_whole(ReadContext& context, const Node& node, std::string_view label,
                                        WholeRange range) {
  const std::optional<PlainText> text = read_plain(context, node, label, "a whole number");
  if (!text) return std::nullopt;
  const std::string& digits = text->value;
  if (!text->typed || !all_digits(digits)) {
    context.error(context.span(node), in_quotes(label) + " must be a whole number",
                  "write digits only, without quotes");
    return std::nullopt;
  }
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (status == std::errc() && value >= range.min && value <= range.max) return value;
  context.error(context.span(node), in_quotes(label) + " is out of range",
                "it must lie between " + format_count(range.min) + " and " + format_count(range.max));
  return std::nullopt;
}

std::optional<double> read_number(ReadContext& context, const Node& node, std::string_view label,
                                  NumberRange range) {
  const std::optional<PlainText> text = read_plain(context, node, label, "a number");
  if (!text) return std::nullopt;
  double value = 0;
  const char* last = text->value.data() + text->value.size();
  const auto [end, status] = std::from_chars(text->value.data(), last, value);
  if (!text->typed || status != std::errc() || end != last || !std::isfinite(value)) {
    context.error(context.span(node), in_quotes(label) + " must be a number",
                  "write it without a unit and without quotes");
    return std::nullopt;
  }
  if (value >= range.min && value <= range.max) return value;
  context.error(context.span(node), in_quotes(label) + " is out of range",
                "it must lie between " + format_number(range.min) + " and " + format_number(range.max));
  return std::nullopt;
}

std::optional<Nanos> read_duration(ReadContext& context, const Node& node, std::string_view label,
                                   DurationRange range) {
  const std::optional<Nanos> value = read_unit<Nanos>(context, node, label, "a duration", parse_duration);
  if (!value || (*value >= range.min && *value <= range.max)) return value;
  context.error(context.span(node), in_quotes(label) + " is out of range",
                "it must lie between " + format_duration(range.min) + " and " + format_duration(range.max));
  return std::nullopt;
}

std::optional<std::uint64_t> read_size(ReadContext& context, const Node& node, std::string_view label) {
  return read_unit<std::uint64_t>(context, node, label, "a size", parse_size);
}

std::optional<double> read_rate(ReadContext& context, const Node& node, std::string_view label) {
  constexpr double kFastest = 1e7;  // a hundred nanoseconds apart: no generator can do more
  const std::optional<double> value = read_unit<double>(context, node, label, "a rate", parse_rate);
  if (!value || *value <= kFastest) return value;
  context.error(context.span(node), in_quotes(label) + " is out of range", "it must not be above 10M/s");
  return std::nullopt;
}

std::optional<double> read_ratio(ReadContext& context, const Node& node, std::string_view label) {
  return read_unit<double>(context, node, label, "a share in per cent", parse_ratio);
}

std::optional<double> read_points(ReadContext& context, const Node& node, std::string_view label) {
  return read_unit<double>(context, node, label, "a difference in percentage points", parse_points);
}

JsonValue typed_scalar(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return JsonValue();
  const bool numeric = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
  if (text != "true" && text != "false" && !numeric) return JsonValue(std::string(text));
  nlohmann::ordered_json value = nlohmann::ordered_json::parse(text, nullptr, false);
  return value.is_discarded() ? JsonValue(std::string(text)) : JsonValue(std::move(value));
}

std::optional<JsonValue> read_json(ReadContext& context, const Node& node, std::string_view label,
                                   JsonUse use) {
  if (node.is_scalar()) return read_json_scalar(context, node, label, use);
  if (node.is_null()) return JsonValue();
  const ErrorMark mark(context);
  nlohmann::ordered_json tree =
      node.is_map() ? nlohmann::ordered_json::object() : nlohmann::ordered_json::array();
  for (const Node* item : node.items) {
    const std::optional<JsonValue> value = read_json(context, *item, label, use);
    if (value) tree.push_back(value->get());
  }
  for (const Node::Entry& entry : node.entries) {
    if (entry.key->text.find("${") != std::string::npos) {
      context.error(*entry.key, "a key cannot hold a reference", "references are replaced in values only");
    }
    const std::optional<JsonValue> value = read_json(context, *entry.value, label, use);
    if (value) tree[entry.key->text] = value->get();
  }
  if (!mark.clean()) return std::nullopt;
  return JsonValue(std::move(tree));
}

}  // namespace assay::config
