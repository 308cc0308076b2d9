#include "probes/probe_cors.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "config/map_reader.h"
#include "config/values.h"
#include "match/answer.h"
#include "probes/cors_origins.h"
#include "probes/expectation.h"
#include "probes/http_fields.h"
#include "probes/request_keys.h"
#include "probes/rule_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"path",    "allowed",     "forbidden", "methods",
                                      "headers", "credentials", "max_age"};
constexpr std::size_t kMostOrigins = 100;
constexpr std::string_view kAnyone = "*";
constexpr std::string_view kAllowOrigin = "access-control-allow-origin";
constexpr std::string_view kAllowCredentials = "access-control-allow-credentials";

struct Settings final : config::ProbeSettings {
  std::string path = "/";
  std::vector<std::string> allowed, forbidden;  // allowed is empty where everybody may read it
  bool anyone = false;
  std::vector<std::string> methods{"GET"}, headers;
  std::optional<bool> credentials;
  std::optional<Bound> max_age;
};

// One exchange: the preflight for a method, or the request itself.
struct Turn {
  std::string origin;
  bool allowed = true;
  std::string preflight;  // the method; empty: the request itself
};

// ---- reading

void check_origins(const config::ProbeReading& reading, const config::Node& node,
                   const std::vector<std::string>& origins) {
  if (origins.size() > kMostOrigins)
    reading.error(node, "more than 100 origins", "each is asked for with several requests");
  for (const std::string& origin : origins) {
    const std::string problem = origin == "null" ? std::string() : origin_problem(origin);
    if (!problem.empty()) reading.error(node, config::in_quotes(origin) + " is not an origin", problem);
  }
}

void read_allowed(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.require("allowed", "write it like allowed: [https://app.example]");
  if (node == nullptr) return;
  settings.allowed = read_texts(reading, *node, "allowed");
  const auto is = [&](std::string_view word) {
    return std::find(settings.allowed.begin(), settings.allowed.end(), word) != settings.allowed.end();
  };
  settings.anyone = is(kAnyone);
  if (settings.anyone && settings.allowed.size() > 1)
    reading.error(*node, "\"*\" allows every origin, also the others of this list", "keep one of both");
  if (is("null")) reading.error(*node, "\"null\" cannot be allowed", "any page in a sandbox has this origin");
  if (settings.anyone) settings.allowed.clear();
  check_origins(reading, *node, settings.allowed);
}

void read_forbidden(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.find("forbidden");
  if (node == nullptr) {
    if (!settings.anyone) settings.forbidden = origins_to_refuse(settings.allowed);
    return;
  }
  settings.forbidden = read_texts(reading, *node, "forbidden");
  check_origins(reading, *node, settings.forbidden);
  if (settings.anyone)
    reading.error(*node, "nobody is forbidden where \"*\" is allowed", "remove \"forbidden\"");
  for (const std::string& origin : settings.allowed)
    if (std::find(settings.forbidden.begin(), settings.forbidden.end(), origin) != settings.forbidden.end())
      reading.error(*node, config::in_quotes(origin) + " is allowed and forbidden",
                    "remove it from one of the two");
}

void read_names(const config::ProbeReading& reading, std::string_view key, std::vector<std::string>& names) {
  const config::Node* node = reading.find(key);
  if (node == nullptr) return;
  names = read_texts(reading, *node, key);
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  for (const std::string& name : names)
    if (!is_token(name) || (key == "methods" && std::any_of(name.begin(), name.end(), is_small)))
      reading.error(
          *node, config::in_quotes(name) + " cannot stand in " + config::in_quotes(key),
          key == "methods" ? "write it like [GET, PUT]" : "write it like [authorization, content-type]");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* path = reading.find("path")) settings->path = read_path(reading, *path, "path");
  read_allowed(reading, *settings);
  read_forbidden(reading, *settings);
  read_names(reading, "methods", settings->methods);
  read_names(reading, "headers", settings->headers);
  settings->credentials = read_flag(reading, reading.map, "credentials");
  settings->max_age = read_bound(reading, reading.map, "max_age");
  if (settings->anyone && settings->credentials.value_or(false))
    reading.error(*reading.find("credentials"), "\"*\" cannot be allowed with credentials",
                  "browsers refuse it: list the origins");
  return settings;
}

// ---- asking

// All turns of one origin, one origin after the other, so that no rate limit takes it for an attack.
std::vector<Turn> turns_of(const Settings& settings, const std::string& origin, bool allowed) {
  std::vector<Turn> turns;
  for (const std::string& method : settings.methods) {
    turns.push_back({origin, allowed, method});
    if (!allowed) break;  // who may not read is not let in by another method
  }
  turns.push_back({origin, allowed, {}});
  return turns;
}

std::vector<std::vector<Turn>> all_turns(const Settings& settings) {
  std::vector<std::vector<Turn>> turns;
  if (settings.anyone) turns.push_back(turns_of(settings, std::string(kForeignOrigin), true));
  for (const std::string& origin : settings.allowed) turns.push_back(turns_of(settings, origin, true));
  for (const std::string& origin : settings.forbidden) turns.push_back(turns_of(settings, origin, false));
  return turns;
}

// A browser's preflight carries none of the request's own headers. A server that lets it pass only with a
// token must not be given one.
void drop_own_headers(client::Ask& ask) {
  std::erase_if(http(ask).headers,
                [](const client::Field& field) { return !match::same_name(field.name, "host"); });
}

client::Ask ask_for(const Probe& probe, const Turn& turn) {
  const auto& settings = probe.settings<Settings>();
  client::Ask ask = probe.http(settings.path, turn.preflight.empty() ? "GET" : "OPTIONS");
  http(ask).keep_bytes = 0;
  if (!turn.preflight.empty()) drop_own_headers(ask);
  set_header(ask, "Origin", turn.origin);
  if (!turn.preflight.empty()) {
    ask.label = fmt::format("preflight for {} {}", turn.preflight, settings.path);
    set_header(ask, "Access-Control-Request-Method", turn.preflight);
    std::string names;
    for (const std::string& name : settings.headers)
      names += (names.empty() ? "" : ",") + match::lower_case(name);
    if (!names.empty()) set_header(ask, "Access-Control-Request-Headers", names);
  }
  ask.label += " from " + turn.origin;
  return ask;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  std::size_t before = 0;
  for (const std::vector<Turn>& turns : all_turns(probe.settings<Settings>())) {
    if (before == so_far.size()) {
      std::vector<client::Ask> asks;
      for (const Turn& turn : turns) asks.push_back(ask_for(probe, turn));
      return asks;
    }
    before += turns.size();
  }
  return {};
}

// ---- judging

bool lets_credentials(const client::HttpAnswer& answer) {
  return header_value(answer, kAllowCredentials) == "true";
}

// The one value of the header; nothing where there is none or where there are several.
std::optional<std::string> allowed_origin(const client::HttpAnswer& answer) {
  const std::vector<std::string> values = header_values(answer, kAllowOrigin);
  if (values.size() != 1) return std::nullopt;
  return std::string(trimmed(values[0]));
}

// Methods that need no permission of a preflight.
bool is_simple(std::string_view method) { return method == "GET" || method == "HEAD" || method == "POST"; }

class AnswerJudge {
 public:
  AnswerJudge(const Settings& settings, const Turn& turn, const Exchange& exchange, Judgement& judgement)
      : settings_(settings),
        turn_(turn),
        answer_(*exchange.answer.http()),
        what_(fmt::format("{} ({})", exchange.ask.label, answer_.status)),
        judgement_(judgement) {}

  void judge() {
    judge_single();
    judge_never_anyone_with_credentials();
    turn_.allowed ? judge_allowed() : judge_forbidden();
  }

 private:
  void require(bool holds, std::string_view of, std::string expected, std::string observed) {
    judgement_.require(holds, fmt::format("{}{}", of.empty() ? "" : fmt::format("{} of ", of), what_),
                       std::move(expected), std::move(observed));
  }

  // Browsers refuse the answer, whatever the values are.
  void judge_single() {
    if (header_values(answer_, kAllowOrigin).size() > 1)
      require(false, kAllowOrigin, "one header", shown_header(answer_, kAllowOrigin));
  }

  void judge_never_anyone_with_credentials() {
    if (allowed_origin(answer_) == kAnyone && lets_credentials(answer_))
      require(false, kAllowCredentials, "absent beside \"*\"", shown_header(answer_, kAllowCredentials));
  }

  void judge_allowed() {
    const bool preflight = !turn_.preflight.empty();
    if (preflight)
      require(answer_.status >= 200 && answer_.status <= 299, "status", "2xx",
              std::to_string(answer_.status));
    else if (answer_.status >= 500)
      require(false, "status", "an answer below 500", std::to_string(answer_.status));
    const std::optional<std::string> origin = allowed_origin(answer_);
    const bool open = settings_.anyone && origin == kAnyone;
    require(open || origin == turn_.origin, kAllowOrigin,
            settings_.anyone ? "\"*\"" : "\"" + turn_.origin + "\"", shown_header(answer_, kAllowOrigin));
    judge_credentials();
    if (preflight) judge_preflight();
  }

  void judge_credentials() {
    const std::optional<bool> wanted = settings_.anyone ? std::optional(false) : settings_.credentials;
    if (!wanted) return;
    require(lets_credentials(answer_) == *wanted, kAllowCredentials, *wanted ? "\"true\"" : "absent",
            shown_header(answer_, kAllowCredentials));
  }

  void judge_preflight() {
    const std::vector<std::string> methods = list_members(answer_, "access-control-allow-methods");
    const bool any = !lets_credentials(answer_) && holds(methods, kAnyone);
    require(is_simple(turn_.preflight) || any || holds(methods, turn_.preflight),
            "access-control-allow-methods", turn_.preflight,
            shown_header(answer_, "access-control-allow-methods"));
    for (const std::string& name : settings_.headers) judge_header(name);
    if (settings_.max_age) judge_max_age(*settings_.max_age);
  }

  static bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  // "*" covers every header but Authorization, and nothing with credentials.
  void judge_header(const std::string& name) {
    const bool any = !lets_credentials(answer_) && !match::same_name(name, "authorization") &&
                     lists(answer_, "access-control-allow-headers", kAnyone);
    require(any || lists(answer_, "access-control-allow-headers", name), "access-control-allow-headers", name,
            shown_header(answer_, "access-control-allow-headers"));
  }

  void judge_max_age(const Bound& bound) {
    const auto age = parse_seconds(trimmed(header_value(answer_, "access-control-max-age")));
    require(age && bound.holds(*age), "access-control-max-age", bound.shown(),
            age ? format_duration(*age) : shown_header(answer_, "access-control-max-age"));
  }

  void judge_forbidden() {
    const std::vector<std::string> values = header_values(answer_, kAllowOrigin);
    const auto lets_in = [&](const std::string& value) {
      return trimmed(value) == turn_.origin || trimmed(value) == kAnyone;
    };
    const bool in = std::any_of(values.begin(), values.end(), lets_in);
    const std::string with = in && lets_credentials(answer_) ? ", with credentials" : "";
    require(!in, kAllowOrigin, "not this origin and not \"*\"", shown_header(answer_, kAllowOrigin) + with);
  }

  const Settings& settings_;
  const Turn& turn_;
  const client::HttpAnswer& answer_;
  std::string what_;
  Judgement& judgement_;
};

// What the requests themselves said, for the question whether the answer depends on the origin.
struct Seen {
  std::vector<std::string> values;  // different ones; "" where there was none
  std::vector<std::string> without_vary;

  void add(const Turn& turn, const client::HttpAnswer& answer) {
    const std::string value = header_value(answer, kAllowOrigin);
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    if (turn.allowed && value == turn.origin && !lists(answer, "vary", "origin") &&
        !lists(answer, "vary", "*"))
      without_vary.push_back(turn.origin);
  }

  // A cache hands the answer for one origin to another. Between two allowed ones that breaks an application;
  // with one alone it takes a stranger's request to do so.
  void judge(Judgement& judgement) const {
    if (values.size() < 2) return;
    const auto echoed = std::count_if(values.begin(), values.end(), [](const auto& v) { return !v.empty(); });
    const ProbeState state = without_vary.empty() ? ProbeState::pass
                             : echoed > 1         ? ProbeState::fail
                                                  : ProbeState::warn;
    judgement.add(state, "vary where the answer depends on the origin",
                  "Origin, for caches to tell them apart",
                  without_vary.empty() ? "Origin" : "not in the answer for " + without_vary[0]);
  }
};

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  Seen seen;
  std::size_t at = 0;
  for (const std::vector<Turn>& turns : all_turns(settings)) {
    for (const Turn& turn : turns) {
      const Exchange& exchange = all[at++];
      if (judgement.trouble(exchange.ask, exchange.answer)) continue;
      AnswerJudge(settings, turn, exchange, judgement).judge();
      if (turn.preflight.empty()) seen.add(turn, *exchange.answer.http());
    }
  }
  seen.judge(judgement);
  return judgement;
}

}  // namespace

const Kind kCors{.form = {.name = "cors", .keys = kKeys, .read = read},
                 .purpose = "pages of the allowed origins may read the answers, and no others",
                 .next = next,
                 .judge = judge};

}  // namespace assay::probes
