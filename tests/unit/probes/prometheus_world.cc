#include "tests/unit/probes/prometheus_world.h"

#include <nlohmann/json.hpp>

namespace assay::probes {
namespace {

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

client::Answer success(const std::string& data) {
  return http_answer(200, {{"Content-Type", "application/json"}, {"Date", "Thu, 01 Jan 2026 00:00:30 GMT"}},
                     R"({"status":"success","data":)" + data + "}");
}

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

std::string found_in(const std::map<std::string, std::string>& texts, const std::string& key,
                     const std::string& otherwise) {
  const auto found = texts.find(key);
  return found == texts.end() ? otherwise : found->second;
}

}  // namespace

client::Answer PrometheusWorld::operator()(const client::Ask& ask) const {
  const std::string& url = std::get<client::HttpAsk>(ask.what).url;
  const auto has = [&](std::string_view part) { return url.find(part) != std::string::npos; };
  const std::string query =
      has("query=") ? decoded(std::string_view(url).substr(url.find("query=") + 6)) : "";
  if (has("/api/v2/status"))
    return http_answer(200, {}, R"({"config":{"original":)" + quoted(alertmanager) + "}}");
  if (has("/api/v1/rules")) return success(R"({"groups":)" + rules + "}");
  if (has("/api/v1/targets")) return success(R"({"activeTargets":)" + targets + "}");
  if (has("/api/v1/status/config"))
    return success(R"({"yaml":)" + quoted("global:\n  external_labels:\n" + external_labels) + "}");
  if (has("/api/v1/status/runtimeinfo")) return success(R"({"storageRetention":)" + quoted(retention) + "}");
  if (has("/api/v1/format_query")) return success(quoted(found_in(formats, query, query)));
  return success(R"({"resultType":)" + std::string(query.ends_with("ms]") ? "\"matrix\"" : "\"vector\"") +
                 R"(,"result":)" + found_in(queries, query, "[]") + "}");
}

std::string vector_series(const std::string& labels, const std::string& value) {
  return R"({"metric":{)" + labels + R"(},"value":[1767225600,")" + value + "\"]}";
}

}  // namespace assay::probes
