#include "probes/json_value.h"

#include <fmt/format.h>

#include "probes/strict_json.h"

namespace assay::probes {

Expected<nlohmann::json, std::string> json_of(const client::HttpAnswer& answer) {
  const std::string fault = json_fault(answer);
  if (!fault.empty())
    return Unexpected(fmt::format("status {} with {} instead of JSON", answer.status, fault));
  return nlohmann::json::parse(answer.body, nullptr, false);
}

const nlohmann::json& member(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::string text_in(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string plain(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::optional<double> number_in(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json& value = member(object, key);
  return value.is_number() ? std::optional<double>(value.get<double>()) : std::nullopt;
}

std::map<std::string, std::string> texts_in(const nlohmann::json& object, std::string_view key) {
  std::map<std::string, std::string> texts;
  const nlohmann::json& value = member(object, key);
  if (!value.is_object()) return texts;
  for (const auto& [name, one] : value.items())
    if (one.is_string()) texts[name] = one.get<std::string>();
  return texts;
}

}  // namespace assay::probes
