#include "probes/alertmanager_answers.h"

#include <fmt/format.h>

#include "probes/json_value.h"

namespace assay::probes {
namespace {

using nlohmann::json;

std::vector<std::string> list_of(const json& object, std::string_view key) {
  std::vector<std::string> texts;
  const json& list = member(object, key);
  if (!list.is_array()) return texts;
  for (const json& one : list)
    texts.push_back(one.is_string() ? one.get<std::string>() : text_in(one, "name"));
  return texts;
}

Read<json> whole(const client::HttpAnswer& answer) {
  if (answer.status != 200) return Unexpected(fmt::format("status {}", answer.status));
  return json_of(answer);
}

}  // namespace

Read<std::vector<ManagedAlert>> read_managed_alerts(const client::HttpAnswer& answer) {
  const Read<json> list = whole(answer);
  if (!list) return Unexpected(std::string(list.error()));
  if (!list->is_array()) return Unexpected(std::string("this is no list of alerts"));
  std::vector<ManagedAlert> all;
  for (const json& one : *list) {
    ManagedAlert alert;
    const json& status = member(one, "status");
    alert.labels = texts_in(one, "labels");
    alert.state = text_in(status, "state");
    alert.silenced_by = list_of(status, "silencedBy");
    alert.inhibited_by = list_of(status, "inhibitedBy");
    alert.receivers = list_of(one, "receivers");
    if (const auto time = parse_iso_time(text_in(one, "startsAt"))) alert.starts_at = *time;
    if (const auto time = parse_iso_time(text_in(one, "updatedAt"))) alert.updated_at = *time;
    all.push_back(std::move(alert));
  }
  return all;
}

Read<std::string> read_manager_config(const client::HttpAnswer& answer) {
  const Read<json> status = whole(answer);
  if (!status) return Unexpected(std::string(status.error()));
  std::string original = text_in(member(*status, "config"), "original");
  if (original.empty()) return Unexpected(std::string("it does not show its configuration"));
  return original;
}

}  // namespace assay::probes
