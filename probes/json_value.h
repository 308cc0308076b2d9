// A tolerant view of a parsed JSON document: what is missing or of another type reads as empty, because APIs
// of other projects gain and lose keys. Private to the readers of such APIs. Pure.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "client/ask.h"

namespace assay::probes {

// The body as JSON; or why it is none, with the status: "status 502 with HTML instead of JSON".
Expected<nlohmann::json, std::string> json_of(const client::HttpAnswer& answer);

// Null where there is no such member.
const nlohmann::json& member(const nlohmann::json& object, std::string_view key);
std::string text_in(const nlohmann::json& object, std::string_view key);
// What a value says: text without its quotes, all else as JSON.
std::string plain(const nlohmann::json& value);
std::optional<double> number_in(const nlohmann::json& object, std::string_view key);
// Members that are text.
std::map<std::string, std::string> texts_in(const nlohmann::json& object, std::string_view key);

}  // namespace assay::probes
