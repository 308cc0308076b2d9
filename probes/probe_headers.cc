#include "probes/probe_headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/choices.h"
#include "config/map_reader.h"
#include "config/parts.h"
#include "config/values.h"
#include "match/answer.h"
#include "probes/csp_rule.h"
#include "probes/header_matchers.h"
#include "probes/hsts.h"
#include "probes/http_fields.h"
#include "probes/observatory.h"
#include "probes/request_keys.h"
#include "probes/rule_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kHsts = "strict-transport-security";
constexpr std::string_view kCsp = "content-security-policy";
constexpr std::string_view kServerVersion = "server-version";
constexpr std::string_view kKeys[] = {"path", "paths", "headers", "expect", "forbid", "grade_min"};
// Browsers take one value of these, and do not care for its case.
constexpr std::array<std::string_view, 2> kSingle{"x-frame-options", "x-content-type-options"};

struct Forbidden {
  std::string name;  // of a header, or "server-version"
  std::string location;
};

struct Settings final : config::ProbeSettings {
  std::vector<std::string> paths;
  std::vector<client::Field> headers;
  std::optional<HstsRule> hsts;
  std::optional<CspRule> csp;
  Expectation matchers;
  std::vector<std::string> singles;  // of kSingle, those that are expected to be there
  std::vector<Forbidden> forbidden;
  std::optional<std::string> grade_min;
  std::string grade_location;
};

bool is_single(std::string_view name) {
  return std::find(kSingle.begin(), kSingle.end(), name) != kSingle.end();
}

// ---- reading

// Whether a rule of the header's own is meant, not a matcher that fits any header.
bool is_own_rule(const config::Node& node) {
  if (node.is_map()) return !node.entries.empty() && !config::kMatcherKinds.find(node.entries[0].key->text);
  return node.is_scalar() && !node.quoted && node.text == "present";
}

// The case in which the header's values are documented: DENY, nosniff.
std::string usual_case(std::string_view header, std::string text) {
  text = match::lower_case(text);
  if (header != "x-frame-options") return text;
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

nlohmann::ordered_json usual_case(std::string_view header, const nlohmann::ordered_json& value) {
  if (value.is_string()) return usual_case(header, value.get<std::string>());
  if (!value.is_array()) return value;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& item : value) list.push_back(usual_case(header, item));
  return list;
}

// The answer's value gets the same case. A pattern has its own way to say so: (?i).
void fold_case(std::string_view header, config::MatcherSpec& matcher) {
  if (matcher.kind == config::MatcherKind::matches) return;
  matcher.operand = config::JsonValue(usual_case(header, matcher.operand.get()));
  for (config::TextPart& part : matcher.text.parts) part.literal = usual_case(header, part.literal);
}

class ExpectReader {
 public:
  ExpectReader(const config::ProbeReading& reading, Settings& settings)
      : reading_(reading), settings_(settings) {}

  void read(const config::Node& node) {
    if (!config::is_filled_map(reading_.context, node, "expect", "write it like { x-frame-options: DENY }"))
      return;
    for (const config::Node::Entry& entry : node.entries) read_header(*entry.key, *entry.value);
    settings_.matchers = compile_headers(reading_, std::move(headers_));
  }

 private:
  void read_header(const config::Node& key, const config::Node& value) {
    const std::string name = match::lower_case(key.text);
    if (!is_token(name))
      return reading_.error(key, config::in_quotes(name) + " is not the name of a header",
                            "write it like x-frame-options");
    if (name == kHsts && is_own_rule(value)) {
      settings_.hsts = read_hsts_rule(reading_, value);
    } else if (name == kCsp && is_own_rule(value)) {
      settings_.csp = read_csp_rule(reading_, value);
    } else {
      read_matched(name, key, value);
    }
  }

  void read_matched(const std::string& name, const config::Node& key, const config::Node& value) {
    auto matchers = config::read_matchers(reading_.context, value, name, config::MatcherPlace::header);
    const bool absent = matchers.size() == 1 && matchers[0].kind == config::MatcherKind::absent;
    if (is_single(name) && !absent) settings_.singles.push_back(name);
    if (is_single(name))
      for (config::MatcherSpec& matcher : matchers) fold_case(name, matcher);
    headers_.push_back({name, reading_.context.span(key), std::move(matchers)});
  }

  const config::ProbeReading& reading_;
  Settings& settings_;
  std::vector<config::HeaderExpectation> headers_;
};

void read_forbidden(const config::ProbeReading& reading, const config::Node& node, Settings& settings) {
  const std::string location = reading.context.place(node).location();
  for (const std::string& text : read_texts(reading, node, "forbid")) {
    std::string name = match::lower_case(text);
    if (!is_token(name))
      reading.error(node, config::in_quotes(name) + " is not the name of a header",
                    "list headers, or server-version");
    settings.forbidden.push_back({std::move(name), location});
  }
}

void read_grade(const config::ProbeReading& reading, const config::Node& node, Settings& settings) {
  constexpr config::Choices<std::size_t, kLetters.size()> kGrades{kLetters};
  const auto index = config::read_choice(reading.context, node, "grade_min", kGrades);
  if (!index) return;
  settings.grade_min = kLetters[*index];
  settings.grade_location = reading.context.place(node).location();
}

void check_contradiction(const config::ProbeReading& reading, const Settings& settings) {
  const config::Node* expect = reading.find("expect");
  if (expect == nullptr || !expect->is_map()) return;
  for (const config::Node::Entry& entry : expect->entries) {
    const std::string name = match::lower_case(entry.key->text);
    const bool forbidden = std::any_of(settings.forbidden.begin(), settings.forbidden.end(),
                                       [&](const Forbidden& f) { return f.name == name; });
    if (forbidden)
      reading.error(*entry.key, config::in_quotes(name) + " is expected and forbidden",
                    "remove it from \"expect\" or from \"forbid\"");
  }
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  const config::Node* path = reading.find("path");
  if (path != nullptr && reading.find("paths") != nullptr)
    reading.error(*path, "\"path\" and \"paths\" are both given", "keep one of them");
  settings->paths = read_paths(reading, path != nullptr ? "path" : "paths", {"/"});
  if (const config::Node* headers = reading.find("headers"))
    settings->headers = read_header_fields(reading, *headers);
  if (const config::Node* expect = reading.find("expect")) ExpectReader(reading, *settings).read(*expect);
  if (const config::Node* forbid = reading.find("forbid")) read_forbidden(reading, *forbid, *settings);
  if (const config::Node* grade = reading.find("grade_min")) read_grade(reading, *grade, *settings);
  check_contradiction(reading, *settings);
  const bool none = reading.find("expect") == nullptr && reading.find("forbid") == nullptr &&
                    reading.find("grade_min") == nullptr;
  if (none)
    reading.error(*reading.find("kind"), "this probe demands nothing of the headers",
                  "add expect: { x-frame-options: DENY }, forbid: [x-powered-by] or grade_min: B");
  return settings;
}

// ---- asking

client::Ask ask_for(const Probe& probe, const Settings& settings, const std::string& path) {
  client::Ask ask = probe.http(path);
  add_headers(ask, settings.headers);
  return ask;
}

bool has_nonce(const Exchange& exchange) {
  const client::HttpAnswer* answer = exchange.answer.http();
  return exchange.answer.ok() && answer != nullptr && !nonces(parse_csp(*answer)).empty();
}

// Paths with a nonce are asked a second time, to see whether it changes.
std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  std::vector<client::Ask> asks;
  if (so_far.empty()) {
    for (const std::string& path : settings.paths) asks.push_back(ask_for(probe, settings, path));
  } else if (so_far.size() == settings.paths.size() && settings.csp) {
    for (std::size_t i = 0; i < so_far.size(); ++i) {
      if (!has_nonce(so_far[i])) continue;
      asks.push_back(ask_for(probe, settings, settings.paths[i]));
      asks.back().label += " again";
    }
  }
  return asks;
}

// ---- judging

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "nginx/1.22.1", "Jetty(9.4.z)", but not "AmazonS3": a digit after "/", or with ".digit" behind it.
bool shows_version(std::string_view server) {
  for (std::size_t i = 0; i < server.size(); ++i) {
    if (!is_digit(server[i])) continue;
    const bool after_slash = i > 0 && (server[i - 1] == '/' || server.substr(0, i).ends_with("/v"));
    const bool dotted = i + 2 < server.size() && server[i + 1] == '.' && is_digit(server[i + 2]);
    if (after_slash || dotted) return true;
  }
  return false;
}

void judge_forbidden(const Forbidden& forbidden, const client::HttpAnswer& answer, const std::string& place,
                     Judgement& judgement) {
  const bool version = forbidden.name == kServerVersion;
  const std::string name = version ? "server" : forbidden.name;
  const std::vector<std::string> values = header_values(answer, name);
  const bool shows = version ? std::any_of(values.begin(), values.end(), shows_version) : !values.empty();
  judgement.require(!shows, fmt::format("{} on {}", name, place), version ? "no version number" : "absent",
                    shown_header(answer, name), forbidden.location);
}

void judge_single(const std::string& name, const client::HttpAnswer& answer, const std::string& place,
                  Judgement& judgement) {
  const std::vector<std::string> values = header_values(answer, name);
  if (values.size() < 2) return;
  const bool alike = std::all_of(values.begin(), values.end(), [&](const std::string& value) {
    return match::same_name(trimmed(value), trimmed(values[0]));
  });
  judgement.add(alike ? ProbeState::warn : ProbeState::fail, fmt::format("{} on {}", name, place),
                "one value", shown_header(answer, name));
}

client::HttpAnswer with_usual_case(const client::HttpAnswer& answer) {
  client::HttpAnswer folded;
  folded.status = answer.status;
  folded.headers = answer.headers;
  for (client::Field& field : folded.headers) {
    const std::string name = match::lower_case(field.name);
    if (is_single(name)) field.value = usual_case(name, field.value);
  }
  return folded;
}

void judge_answer(const Probe& probe, const client::HttpAnswer& answer, const std::string& place,
                  Judgement& judgement) {
  const auto& settings = probe.settings<Settings>();
  if (answer.status >= 500)
    judgement.add(ProbeState::fail, "status of " + place, "an answer below 500",
                  std::to_string(answer.status));
  if (settings.hsts) settings.hsts->judge(answer, probe.spec.secure, place, judgement);
  if (settings.csp) settings.csp->judge(probe, answer, place, judgement);
  judge_headers(settings.matchers, probe, with_usual_case(answer), " on " + place, judgement);
  for (const std::string& name : settings.singles) judge_single(name, answer, place, judgement);
  for (const Forbidden& forbidden : settings.forbidden) judge_forbidden(forbidden, answer, place, judgement);
  if (!settings.grade_min) return;
  const Score score = score_headers(answer, probe.spec.secure);
  judgement.require(score.points >= least_points(*settings.grade_min), "grade of " + place,
                    fmt::format("at least {} ({})", *settings.grade_min, least_points(*settings.grade_min)),
                    score.shown(), settings.grade_location);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  std::size_t again = settings.paths.size();
  for (std::size_t i = 0; i < settings.paths.size(); ++i) {
    const auto& [ask, answer] = all[i];
    if (judgement.trouble(ask, answer)) continue;
    const std::string place = shown_place(settings.paths[i], *answer.http());
    judge_answer(probe, *answer.http(), place, judgement);
    if (!settings.csp || !has_nonce(all[i]) || again >= all.size()) continue;
    const auto& [second_ask, second] = all[again++];
    if (!judgement.trouble(second_ask, second))
      settings.csp->judge_nonces(*answer.http(), *second.http(), place, judgement);
  }
  return judgement;
}

}  // namespace

const Kind kHeaders{
    .form = {.name = "headers", .keys = kKeys, .read = read},
    .purpose = "the headers of every path protect its users: HSTS, CSP, frames, no version numbers",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
