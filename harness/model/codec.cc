#include "model/codec.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "model/json_decode.h"
#include "model/json_encode.h"

namespace assay {
namespace {

using Error = Unexpected<std::string>;

// How the series are written at first, one after the other. No text of a user can look like it: its quotes
// are escaped.
constexpr std::string_view kNoSlots = "\"slots\":[]";

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

bool write_slots(const Series& series, const TextSink& sink) {
  const char* separator = "";
  for (const SeriesSlot& slot : series.slots)
    if (!sink(std::exchange(separator, ",") + dumped(encode(slot)))) return false;
  return true;
}

}  // namespace

bool write_json(const RunRecord& record, const TextSink& sink) {
  Json document = {{"schema_version", kSchemaVersion}};
  if (record.verdict) document["verdict"] = encode(*record.verdict);
  document["result"] = encode(record.result);
  const std::string text = dumped(document) + "\n";
  std::string_view rest = text;
  for (const Series& series : record.result.series) {
    const std::size_t slots_at = rest.find(kNoSlots) + kNoSlots.size() - 1;
    if (!sink(rest.substr(0, slots_at)) || !write_slots(series, sink)) return false;
    rest.remove_prefix(slots_at);
  }
  return sink(rest);
}

std::string to_json(const RunRecord& record) {
  std::string text;
  write_json(record, [&](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

Expected<RunRecord, std::string> from_json(std::string_view text) {
  const auto document = JsonDocument::parse(text);
  if (!document) return Error(document.error());
  std::optional<std::string> error;
  const JsonNode root(*document, "", error);
  int version = 0;
  root.read("schema_version", version);
  if (!error && version != kSchemaVersion) {
    return Error("schema_version: this assay reads version " + std::to_string(kSchemaVersion) +
                 ", the file has " + std::to_string(version));
  }
  RunRecord record;
  decode(root.at("result"), record.result);
  if (root.has("verdict")) decode(root.at("verdict"), record.verdict.emplace());
  if (error) return Error(*std::move(error));
  return record;
}

std::optional<int> newer_version(std::string_view text) {
  const auto document = JsonDocument::parse(text);
  if (!document) return std::nullopt;
  std::optional<std::string> error;
  int version = 0;
  JsonNode(*document, "", error).read("schema_version", version);
  return !error && version > kSchemaVersion ? std::optional(version) : std::nullopt;
}

std::string to_json(const std::vector<ProbeResult>& probes) {
  Json list = Json::array();
  for (const ProbeResult& probe : probes) list.push_back(encode(probe));
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay
