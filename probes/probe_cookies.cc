#include "probes/probe_cookies.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "config/choices.h"
#include "config/values.h"
#include "match/answer.h"
#include "probes/http_date.h"
#include "probes/http_fields.h"
#include "probes/request_keys.h"
#include "probes/rule_keys.h"
#include "probes/set_cookie.h"

namespace assay::probes {
namespace {

using SameSite = SetCookie::SameSite;

constexpr std::string_view kKeys[] = {"path",         "method", "headers", "body",
                                      "http_version", "expect", "all",     "absent"};
constexpr std::string_view kRuleKeys[] = {"secure",  "http_only", "same_site", "path",       "domain",
                                          "max_age", "session",   "host_only", "partitioned"};
constexpr config::KeyTable kRuleTable{"cookie_rule", "a rule for cookies", kRuleKeys};
constexpr config::Choices<SameSite, 3> kSameSites{{"strict", "lax", "none"}};

struct CookieRule {
  std::optional<bool> secure, http_only, partitioned;
  std::optional<bool> session;    // ends with the browser
  std::optional<bool> host_only;  // has no Domain
  std::optional<SameSite> same_site;
  std::optional<std::string> path, domain;
  std::optional<Bound> max_age;
  std::string location;
};

struct NamedRule {
  std::string name;
  CookieRule rule;
};

struct Settings final : config::ProbeSettings {
  Request request;
  std::vector<NamedRule> expected;
  std::optional<CookieRule> all;
  std::vector<std::string> absent;
};

// ---- reading

std::string contradiction(const CookieRule& rule) {
  if (rule.same_site == SameSite::none && rule.secure == false)
    return "\"same_site: none\" needs \"secure: true\": browsers drop such a cookie";
  if (rule.host_only.value_or(false) && rule.domain) return "\"host_only\" contradicts \"domain\"";
  if (rule.session.value_or(false) && rule.max_age) return "\"session\" contradicts \"max_age\"";
  return {};
}

CookieRule read_rule(const config::ProbeReading& reading, const config::Node& node, std::string_view label) {
  CookieRule rule;
  rule.location = reading.context.place(node).location();
  if (!config::is_filled_map(reading.context, node, label, "write it like { secure: true, http_only: true }"))
    return rule;
  const config::MapReader map(reading.context, node, kRuleTable, label);
  rule.secure = read_flag(reading, map, "secure");
  rule.http_only = read_flag(reading, map, "http_only");
  rule.partitioned = read_flag(reading, map, "partitioned");
  rule.session = read_flag(reading, map, "session");
  rule.host_only = read_flag(reading, map, "host_only");
  if (const config::Node* value = map.find("same_site"))
    rule.same_site = config::read_choice(reading.context, *value, "same_site", kSameSites);
  if (const config::Node* value = map.find("path")) rule.path = read_path(reading, *value, "path");
  if (const config::Node* value = map.find("domain")) {
    rule.domain = match::lower_case(reading.text(*value, "domain").value_or(""));
    if (rule.domain->starts_with('.')) rule.domain->erase(0, 1);  // browsers ignore it as well
  }
  rule.max_age = read_bound(reading, map, "max_age");
  const std::string clash = contradiction(rule);
  if (!clash.empty()) reading.error(node, clash, "keep the one that is meant");
  return rule;
}

void read_expected(const config::ProbeReading& reading, const config::Node& node, Settings& settings) {
  if (!config::is_filled_map(reading.context, node, "expect", "write it like { session: { secure: true } }"))
    return;
  for (const config::Node::Entry& entry : node.entries) {
    if (!is_token(entry.key->text))
      reading.error(*entry.key, config::in_quotes(entry.key->text) + " cannot name a cookie",
                    "write its name as it stands in Set-Cookie");
    settings.expected.push_back({entry.key->text, read_rule(reading, *entry.value, entry.key->text)});
  }
}

void read_absent(const config::ProbeReading& reading, const config::Node& node, Settings& settings) {
  settings.absent = read_texts(reading, node, "absent");
  for (const NamedRule& expected : settings.expected)
    if (std::find(settings.absent.begin(), settings.absent.end(), expected.name) != settings.absent.end())
      reading.error(node, "the cookie " + config::in_quotes(expected.name) + " is expected and absent",
                    "remove it from one of the two");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->request = read_request(reading);
  const config::Node* expect = reading.find("expect");
  const config::Node* all = reading.find("all");
  const config::Node* absent = reading.find("absent");
  if (expect == nullptr && all == nullptr && absent == nullptr)
    reading.error(*reading.find("kind"), "this probe demands nothing of the cookies",
                  "add expect: { session: { secure: true } }, all: { secure: true } or absent: [debug]");
  if (expect != nullptr) read_expected(reading, *expect, *settings);
  if (all != nullptr) settings->all = read_rule(reading, *all, "all");
  if (absent != nullptr) read_absent(reading, *absent, *settings);
  return settings;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  if (!so_far.empty()) return {};
  return {to_ask(probe.settings<Settings>().request, probe)};
}

// ---- judging

std::string set_or_not(bool set) { return set ? "set" : "not set"; }

class CookieJudge {
 public:
  CookieJudge(const Probe& probe, const client::Answer& answer, Judgement& judgement)
      : probe_(probe),
        settings_(probe.settings<Settings>()),
        now_(time_of(answer)),
        place_(fmt::format("{} {}", settings_.request.method,
                           shown_place(settings_.request.path, *answer.http()))),
        cookies_(set_cookies(*answer.http())),
        judgement_(judgement) {
    const int status = answer.http()->status;
    if (status >= 500)
      judgement_.add(ProbeState::fail, "status of " + place_, "an answer below 500", std::to_string(status));
  }

  void judge() {
    for (const NamedRule& expected : settings_.expected) judge_expected(expected);
    for (const std::string& name : settings_.absent) judge_absent(name);
    judge_all();
  }

 private:
  // What is deleted is not there, and nobody can take it away.
  std::vector<const SetCookie*> lasting(std::string_view name) const {
    std::vector<const SetCookie*> found;
    for (const SetCookie& cookie : cookies_)
      if (cookie.name == name && !cookie.deletes(now_)) found.push_back(&cookie);
    return found;
  }

  bool was_deleted(std::string_view name) const {
    return std::any_of(cookies_.begin(), cookies_.end(),
                       [&](const SetCookie& cookie) { return cookie.name == name; });
  }

  void judge_expected(const NamedRule& expected) {
    const std::vector<const SetCookie*> found = lasting(expected.name);
    const std::string what = fmt::format("cookie {} of {}", expected.name, place_);
    if (found.empty())
      return judgement_.add(ProbeState::fail, what, "set", was_deleted(expected.name) ? "deleted" : "not set",
                            expected.rule.location);
    if (found.size() > 1)
      judgement_.add(ProbeState::warn, what, "set once", fmt::format("set {} times", found.size()),
                     expected.rule.location);
    for (const SetCookie* cookie : found) {
      judge_refusal(*cookie, expected.rule);
      judge_rule(*cookie, expected.rule);
    }
  }

  void judge_absent(const std::string& name) {
    judgement_.require(lasting(name).empty(), fmt::format("cookie {} of {}", name, place_), "not set",
                       set_or_not(!lasting(name).empty()));
  }

  bool has_own_rule(const SetCookie& cookie) const {
    return std::any_of(settings_.expected.begin(), settings_.expected.end(),
                       [&](const NamedRule& expected) { return expected.name == cookie.name; });
  }

  void judge_all() {
    if (!settings_.all) return;
    bool seen = false;
    for (const SetCookie& cookie : cookies_) {
      if (cookie.deletes(now_)) continue;
      seen = true;
      if (!has_own_rule(cookie)) judge_refusal(cookie, *settings_.all);
      judge_rule(cookie, *settings_.all);
    }
    if (!seen)
      judgement_.add(ProbeState::warn, fmt::format("all cookies of {}", place_), "at least one",
                     "none was set", settings_.all->location);
  }

  // Broken whatever was demanded.
  void judge_refusal(const SetCookie& cookie, const CookieRule& rule) {
    const std::string refusal = cookie.refusal(probe_.spec.host);
    judgement_.require(refusal.empty(), fmt::format("cookie {} of {}", cookie.name, place_),
                       "one that browsers take", refusal.empty() ? "taken" : "refused: " + refusal,
                       rule.location);
  }

  struct Subject {
    const SetCookie& cookie;
    const CookieRule& rule;
  };

  void require(const Subject& subject, bool holds, std::string_view what, std::string expected,
               std::string observed) {
    judgement_.require(holds, fmt::format("{} of cookie {} of {}", what, subject.cookie.name, place_),
                       std::move(expected), std::move(observed), subject.rule.location);
  }

  void flag(const Subject& subject, const std::optional<bool>& wanted, bool is, std::string_view what) {
    if (wanted) require(subject, *wanted == is, what, set_or_not(*wanted), set_or_not(is));
  }

  void judge_rule(const SetCookie& cookie, const CookieRule& rule) {
    const Subject subject{cookie, rule};
    flag(subject, rule.secure, cookie.secure, "Secure");
    flag(subject, rule.http_only, cookie.http_only, "HttpOnly");
    flag(subject, rule.partitioned, cookie.partitioned, "Partitioned");
    if (rule.same_site)
      require(subject, *rule.same_site == cookie.same_site, "SameSite", std::string(name(*rule.same_site)),
              std::string(name(cookie.same_site)));
    judge_scope(subject);
    judge_lifetime(subject);
  }

  void judge_scope(const Subject& subject) {
    const auto& [cookie, rule] = subject;
    const std::string domain = cookie.domain.empty() ? "not set" : cookie.domain;
    const std::string path = cookie.path.empty() ? default_cookie_path(settings_.request.path) : cookie.path;
    if (rule.host_only)
      require(subject, *rule.host_only == cookie.domain.empty(), "Domain", set_or_not(!*rule.host_only),
              domain);
    if (rule.domain) require(subject, *rule.domain == cookie.domain, "Domain", *rule.domain, domain);
    if (rule.path) require(subject, *rule.path == path, "Path", *rule.path, path);
  }

  void judge_lifetime(const Subject& subject) {
    const auto& [cookie, rule] = subject;
    const std::optional<Nanos> lifetime = cookie.lifetime(now_);
    const std::string lives = lifetime ? format_duration(*lifetime) : "until the browser is closed";
    if (rule.max_age)
      require(subject, lifetime && rule.max_age->holds(*lifetime), "lifetime", rule.max_age->shown(), lives);
    if (rule.session)
      require(subject, *rule.session != lifetime.has_value(), "lifetime",
              *rule.session ? "until the browser is closed" : "longer than the browser runs", lives);
  }

  const Probe& probe_;
  const Settings& settings_;
  std::chrono::sys_seconds now_;
  std::string place_;
  std::vector<SetCookie> cookies_;
  Judgement& judgement_;
};

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& [ask, answer] = all[0];
  Judgement judgement;
  if (!judgement.trouble(ask, answer)) CookieJudge(probe, answer, judgement).judge();
  return judgement;
}

}  // namespace

const Kind kCookies{.form = {.name = "cookies", .keys = kKeys, .read = read},
                    .purpose = "cookies are set as browsers take them: Secure, HttpOnly, SameSite, prefixes",
                    .next = next,
                    .judge = judge};

}  // namespace assay::probes
