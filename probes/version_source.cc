#include "probes/version_source.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "config/values.h"
#include "match/answer.h"
#include "probes/expectation.h"
#include "probes/request_keys.h"
#include "probes/strict_json.h"
#include "probes/value_keys.h"

namespace assay::probes {
namespace {

constexpr std::size_t kLongestVersion = 200;
constexpr std::size_t kShownVersions = 10;
constexpr std::size_t kMostBodyBytes = 128 << 10;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

VersionFound problem(std::string text) { return {{}, std::move(text), {}}; }

VersionFound accepted(std::string_view raw, const std::string& where) {
  const std::string_view text = trimmed(raw);
  if (text.empty()) return problem(where + " is empty");
  if (text.size() > kLongestVersion) return problem(where + " is too long for a version");
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 127; }))
    return problem(where + " holds control characters");
  return {std::string(text), {}, {}};
}

VersionFound from_header(const client::HttpAnswer& answer, const std::string& name,
                         const std::string& where) {
  const std::vector<std::string> values = header_values(answer, name);
  if (values.empty()) return problem("no " + where);
  const auto same = [&](const std::string& value) { return value == values[0]; };
  if (!std::all_of(values.begin(), values.end(), same))
    return problem(fmt::format("{} {} times, with different values", where, values.size()));
  return accepted(values[0], where);
}

VersionFound from_json(const client::HttpAnswer& answer, const match::JsonPointer& pointer,
                       const std::string& where) {
  if (std::string fault = json_fault(answer); !fault.empty()) return problem("no JSON but " + fault);
  const std::optional<std::string_view> value = pointer.find(answer.body);
  if (!value) return problem("no " + where);
  switch (match::json_type(*value)) {
    case match::JsonType::integer:
    case match::JsonType::number:
      return accepted(*value, where);
    case match::JsonType::string:
      break;
    default:
      return problem(fmt::format("{} is of type {}", where, name(match::json_type(*value))));
  }
  std::string text;
  match::decode_json_string(*value, text);
  return accepted(text, where);
}

VersionFound from_body(const client::HttpAnswer& answer, const re2::RE2& pattern, const std::string& where) {
  std::string group;
  if (!re2::RE2::PartialMatch(answer.body, pattern, &group))
    return problem("nothing that matches the " + where);
  return accepted(group, where);
}

std::string cache_trace(const client::HttpAnswer& answer) {
  const std::string age = header_value(answer, "age");
  if (!age.empty() && age != "0") return "Age: " + age;
  const std::string cache = match::lower_case(header_value(answer, "x-cache"));
  return cache.starts_with("hit") ? "X-Cache: " + cache : "";
}

std::shared_ptr<const re2::RE2> read_version_pattern(const config::ProbeReading& reading,
                                                     const config::Node& node) {
  const std::optional<std::string> text = reading.text(node, "body");
  if (!text) return nullptr;
  auto pattern = std::make_shared<const re2::RE2>(*text, re2::RE2::Quiet);
  if (!pattern->ok()) {
    reading.error(node, "this is not a regular expression", pattern->error());
  } else if (pattern->NumberOfCapturingGroups() != 1) {
    reading.error(node, "the pattern of a version needs one group", "write it like \"build ([0-9.]+)\"");
  } else if (re2::RE2::PartialMatch("", *pattern)) {
    reading.error(node, "this pattern matches an empty body", "write + instead of *");
  }
  return pattern;
}

}  // namespace

std::string VersionSource::where() const {
  if (!header.empty()) return "header " + header;
  return pointer ? "JSON value " + std::string(pointer->shown()) : "pattern of the body";
}

client::Ask VersionSource::ask(const Probe& probe) const {
  client::Ask ask = probe.http(path);
  client::HttpAsk& sent = http(ask);
  sent.headers.push_back({"Cache-Control", "no-cache"});
  // There may be thousands of answers at the same time.
  sent.keep_bytes = header.empty() ? kMostBodyBytes : 0;
  return ask;
}

VersionFound VersionSource::find(const client::HttpAnswer& answer) const {
  if (answer.status < 200 || answer.status > 399) return problem(fmt::format("status {}", answer.status));
  VersionFound found = !header.empty() ? from_header(answer, header, where())
                       : pointer       ? from_json(answer, *pointer, where())
                                       : from_body(answer, *pattern, where());
  found.age = cache_trace(answer);
  return found;
}

VersionSource read_version_source(const config::ProbeReading& reading) {
  VersionSource source;
  const config::Node* header = reading.find("header");
  const config::Node* json = reading.find("json");
  const config::Node* body = reading.find("body");
  if (const config::Node* path = reading.find("path")) source.path = read_path(reading, *path, "path");
  if (header != nullptr) source.header = read_header_name(reading, *header, "header");
  if (json != nullptr) source.pointer = read_pointer(reading, *json, "json");
  if (body != nullptr) source.pattern = read_version_pattern(reading, *body);
  const int places = static_cast<int>(header != nullptr) + static_cast<int>(json != nullptr) +
                     static_cast<int>(body != nullptr);
  if (places != 1) {
    reading.error(places == 0 ? *reading.find("kind") : *(json != nullptr ? json : body),
                  places == 0 ? "nothing says where the version stands" : "the version stands in one place",
                  "write one of header: X-Version, json: /version and body: \"build ([0-9.]+)\"");
  }
  return source;
}

std::string shown(const VersionCounts& counts) {
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (std::size_t i = 0; i < std::min(sorted.size(), kShownVersions); ++i) {
    const auto& [version, count] = sorted[i];
    text += fmt::format("{}{} ({} time{})", i == 0 ? "" : ", ", version, count, count == 1 ? "" : "s");
  }
  if (sorted.size() > kShownVersions) text += fmt::format(" and {} more", sorted.size() - kShownVersions);
  return text;
}

}  // namespace assay::probes
