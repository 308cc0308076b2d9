#include "model/codec.h"

#include <nlohmann/json.hpp>

#include "model/json_decode.h"
#include "model/json_encode.h"

namespace assay {
namespace {

using Error = Unexpected<std::string>;

Expected<Json, std::string> parsed(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    return Error("not valid JSON at byte " + std::to_string(error.byte) + " of " +
                 std::to_string(text.size()));
  } catch (const Json::exception&) {
    return Error("not valid JSON: a number is out of range");
  }
}

}  // namespace

std::string to_json(const RunRecord& record) {
  Json document = {{"schema_version", kSchemaVersion}};
  if (record.verdict) document["verdict"] = encode(*record.verdict);
  document["result"] = encode(record.result);
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Expected<RunRecord, std::string> from_json(std::string_view text) {
  const auto document = parsed(text);
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

}  // namespace assay
