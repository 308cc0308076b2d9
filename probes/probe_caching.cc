#include "probes/probe_caching.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "config/map_reader.h"
#include "probes/cache_control.h"
#include "probes/expectation.h"
#include "probes/http_date.h"
#include "probes/request_keys.h"
#include "probes/rule_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"headers", "expect"};
constexpr std::string_view kRuleKeys[] = {"max_age",  "s_maxage",      "immutable",  "no_store",
                                          "no_cache", "private",       "public",     "must_revalidate",
                                          "etag",     "last_modified", "revalidated"};
constexpr config::KeyTable kRuleTable{"caching_rule", "what a path says to caches", kRuleKeys};
// Key and directive.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kFlags{
    {{"immutable", "immutable"},
     {"no_store", "no-store"},
     {"no_cache", "no-cache"},
     {"private", "private"},
     {"public", "public"},
     {"must_revalidate", "must-revalidate"}}};

struct Flag {
  std::string_view directive;
  bool wanted = true;
};

struct PathRule {
  std::string path;
  std::optional<Bound> max_age, s_maxage;
  std::vector<Flag> flags;
  std::optional<bool> etag, last_modified;
  bool revalidated = false;
  std::string location;

  bool wants(std::string_view directive) const {
    return std::any_of(flags.begin(), flags.end(),
                       [&](const Flag& f) { return f.directive == directive && f.wanted; });
  }
  // An answer that is never used again cannot satisfy it.
  bool wants_age() const { return max_age && !max_age->holds(Nanos(0)); }
};

struct Settings final : config::ProbeSettings {
  std::vector<client::Field> headers;
  std::vector<PathRule> rules;
};

// ---- reading

std::string contradiction(const PathRule& rule) {
  const bool never_used_again = rule.revalidated || rule.wants("no-store") || rule.wants("no-cache");
  if (never_used_again && rule.wants_age()) return "\"max_age\" contradicts what forbids to use it again";
  if (never_used_again && rule.wants("immutable"))
    return "\"immutable\" contradicts what forbids to use it again";
  if (rule.wants("public") && rule.wants("private")) return "\"public\" contradicts \"private\"";
  if (rule.wants("public") && rule.wants("no-store")) return "\"public\" contradicts \"no_store\"";
  return {};
}

void read_revalidated(const config::ProbeReading& reading, const config::MapReader& map, PathRule& rule) {
  const std::optional<bool> value = read_flag(reading, map, "revalidated");
  if (value && !*value)
    reading.error(*map.find("revalidated"), "\"revalidated\" can only be true",
                  "to demand that it is used again, write max_age: \">= 1h\"");
  rule.revalidated = value.value_or(false);
}

PathRule read_rule(const config::ProbeReading& reading, const config::Node& key, const config::Node& node) {
  PathRule rule;
  rule.path = read_path(reading, key, "expect");
  rule.location = reading.context.place(node).location();
  if (!config::is_filled_map(reading.context, node, rule.path, "write it like { max_age: \">= 1h\" }"))
    return rule;
  const config::MapReader map(reading.context, node, kRuleTable, rule.path);
  rule.max_age = read_bound(reading, map, "max_age");
  rule.s_maxage = read_bound(reading, map, "s_maxage");
  for (const auto& [flag, directive] : kFlags)
    if (const std::optional<bool> wanted = read_flag(reading, map, flag))
      rule.flags.push_back({directive, *wanted});
  rule.etag = read_flag(reading, map, "etag");
  rule.last_modified = read_flag(reading, map, "last_modified");
  read_revalidated(reading, map, rule);
  const std::string clash = contradiction(rule);
  if (!clash.empty()) reading.error(node, clash, "keep the one that is meant");
  return rule;
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* headers = reading.find("headers"))
    settings->headers = read_header_fields(reading, *headers);
  constexpr std::string_view kHint =
      "write it like { /: { revalidated: true }, /app.js: { immutable: true } }";
  const config::Node* expect = reading.require("expect", kHint);
  if (expect == nullptr || !config::is_filled_map(reading.context, *expect, "expect", kHint)) return settings;
  for (const config::Node::Entry& entry : expect->entries)
    settings->rules.push_back(read_rule(reading, *entry.key, *entry.value));
  return settings;
}

// ---- asking

// A second request for the same, with what the first answer said about its version.
struct Conditional {
  std::size_t rule = 0;
  std::string_view header;  // of the request
  std::string validator;
};

client::Ask ask_for(const Probe& probe, const Settings& settings, const std::string& path) {
  client::Ask ask = probe.http(path);
  add_headers(ask, settings.headers);
  return ask;
}

std::vector<Conditional> conditionals(const Settings& settings, Exchanges answered) {
  std::vector<Conditional> wanted;
  for (std::size_t i = 0; i < settings.rules.size(); ++i) {
    const PathRule& rule = settings.rules[i];
    const client::HttpAnswer* answer = answered[i].answer.http();
    if (!answered[i].answer.ok() || answer == nullptr || answer->status != 200) continue;
    const std::string etag = header_value(*answer, "etag");
    if (rule.etag.value_or(false) && is_etag(etag)) wanted.push_back({i, "If-None-Match", etag});
    const std::string modified = header_value(*answer, "last-modified");
    if (rule.last_modified.value_or(false) && parse_http_date(modified))
      wanted.push_back({i, "If-Modified-Since", modified});
  }
  return wanted;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  std::vector<client::Ask> asks;
  if (so_far.empty()) {
    for (const PathRule& rule : settings.rules) asks.push_back(ask_for(probe, settings, rule.path));
  } else if (so_far.size() == settings.rules.size()) {
    for (const Conditional& conditional : conditionals(settings, so_far)) {
      asks.push_back(ask_for(probe, settings, settings.rules[conditional.rule].path));
      asks.back().label += fmt::format(" with {}", conditional.header);
      set_header(asks.back(), conditional.header, conditional.validator);
    }
  }
  return asks;
}

// ---- judging

class RuleJudge {
 public:
  RuleJudge(const PathRule& rule, const client::Answer& answer, Judgement& judgement)
      : rule_(rule),
        answer_(answer),
        http_(*answer.http()),
        control_(parse_cache_control(http_)),
        place_(shown_place(rule.path, http_)),
        judgement_(judgement) {}

  void judge() {
    if (http_.status >= 500) require(false, "status", "an answer below 500", std::to_string(http_.status));
    judge_itself();
    if (rule_.max_age) judge_age(*rule_.max_age);
    if (rule_.s_maxage) judge_shared_age(*rule_.s_maxage);
    for (const Flag& flag : rule_.flags)
      require(control_.has(flag.directive) == flag.wanted, flag.directive, flag.wanted ? "set" : "not set",
              said());
    if (rule_.revalidated) judge_revalidated();
    if (rule_.etag) judge_validator("etag", *rule_.etag);
    if (rule_.last_modified) judge_validator("last-modified", *rule_.last_modified);
    judge_cookie();
  }

 private:
  void require(bool holds, std::string_view what, std::string expected, std::string observed) {
    judgement_.require(holds, fmt::format("{} on {}", what, place_), std::move(expected), std::move(observed),
                       rule_.location);
  }
  void warn(std::string_view what, std::string expected, std::string observed) {
    judgement_.add(ProbeState::warn, fmt::format("{} on {}", what, place_), std::move(expected),
                   std::move(observed), rule_.location);
  }
  std::string said() const { return shown_header(http_, "cache-control"); }

  void judge_itself() {
    for (const std::string& text : control_.contradictions)
      require(false, "cache-control", "no contradiction", text);
    for (const std::string& text : control_.doubts) warn("cache-control", "nothing without effect", text);
  }

  void judge_age(const Bound& bound) {
    const std::optional<Nanos> age = browser_age(control_, answer_);
    std::string observed = age ? format_duration(*age) : "nothing, so that browsers guess";
    if (control_.forbids_reuse()) observed += " by " + said();
    require(age && bound.holds(*age), "max-age", bound.shown(), std::move(observed));
  }

  void judge_shared_age(const Bound& bound) {
    const std::optional<Nanos>& age = control_.s_maxage;
    require(age && bound.holds(*age), "s-maxage", bound.shown(), age ? format_duration(*age) : "absent");
  }

  void judge_revalidated() {
    const std::optional<Nanos> age = browser_age(control_, answer_);
    std::string observed = said();
    if (!age) observed += ", so that browsers guess how long to keep it";
    if (age > Nanos(0))
      observed = fmt::format("used for {} without asking ({})", format_duration(*age), said());
    require(age == Nanos(0), "use without asking again", "never: no-cache, no-store or a max-age of 0",
            observed);
    if (control_.forbids_reuse()) return;
    for (const std::string_view name : {"s-maxage", "stale-while-revalidate"}) {
      const Directive* directive = control_.directives.find(name);
      if (directive == nullptr || parse_seconds(directive->value.value_or("")).value_or(Nanos(0)) == Nanos(0))
        continue;
      warn("use without asking again", "never", fmt::format("allowed by {}={}", name, *directive->value));
    }
  }

  void judge_validator(std::string_view name, bool wanted) {
    const std::string value = header_value(http_, name);
    if (!wanted) return require(value.empty(), name, "absent", shown_header(http_, name));
    const bool valid = name == "etag" ? is_etag(value) : parse_http_date(value).has_value();
    require(valid && http_.status == 200, name,
            name == "etag" ? "a quoted tag with status 200" : "a date with status 200",
            http_.status == 200 ? shown_header(http_, name) : fmt::format("status {}", http_.status));
    if (name != "last-modified" || !valid) return;
    const Nanos ahead = between(time_of(answer_), *parse_http_date(value));
    if (ahead > std::chrono::minutes(1)) require(false, name, "a moment in the past", value);
  }

  // A shared cache would hand one user's cookie to the next.
  void judge_cookie() {
    const bool shared = control_.has_plain("public") || control_.s_maxage.value_or(Nanos(0)) > Nanos(0);
    if (!shared || header_values(http_, "set-cookie").empty()) return;
    warn("set-cookie", "none in an answer for shared caches", "a cookie together with " + said());
  }

  const PathRule& rule_;
  const client::Answer& answer_;
  const client::HttpAnswer& http_;
  CacheControl control_;
  std::string place_;
  Judgement& judgement_;
};

std::string shown_repeat(const client::HttpAnswer& answer, const Conditional& conditional) {
  if (answer.status == 304)
    return answer.body_bytes == 0 ? "304" : fmt::format("304 with {} B of body", answer.body_bytes);
  const std::string etag = header_value(answer, "etag");
  const bool changed =
      conditional.header == "If-None-Match" && !etag.empty() && !same_etag(etag, conditional.validator);
  return changed ? fmt::format("{} with another ETag: {}", answer.status, etag)
                 : fmt::format("{}, as if nothing had been asked", answer.status);
}

void judge_repeat(const Settings& settings, const Conditional& conditional, const Exchange& exchange,
                  Judgement& judgement) {
  const auto& [ask, answer] = exchange;
  if (judgement.trouble(ask, answer, "304")) return;
  const client::HttpAnswer& http = *answer.http();
  judgement.require(http.status == 304 && http.body_bytes == 0, ask.label, "304 without a body",
                    shown_repeat(http, conditional), settings.rules[conditional.rule].location);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  for (std::size_t i = 0; i < settings.rules.size(); ++i) {
    const auto& [ask, answer] = all[i];
    if (!judgement.trouble(ask, answer)) RuleJudge(settings.rules[i], answer, judgement).judge();
  }
  const std::vector<Conditional> asked = conditionals(settings, all);
  for (std::size_t i = 0; i < asked.size() && settings.rules.size() + i < all.size(); ++i)
    judge_repeat(settings, asked[i], all[settings.rules.size() + i], judgement);
  return judgement;
}

}  // namespace

const Kind kCaching{
    .form = {.name = "caching", .keys = kKeys, .read = read},
    .purpose = "browsers and caches keep each path as long as they should, and pages are asked for again",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
