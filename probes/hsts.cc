#include "probes/hsts.h"

#include <fmt/format.h>

#include <vector>

#include "base/units.h"
#include "probes/expectation.h"
#include "probes/http_fields.h"
#include "probes/rule_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kHeader = "strict-transport-security";
constexpr Nanos kPreloadAge = std::chrono::hours(24 * 365);  // what hstspreload.org asks for
constexpr std::string_view kKeys[] = {"max_age", "include_subdomains", "preload"};
constexpr config::KeyTable kTable{"hsts", "a rule for strict-transport-security", kKeys};

// Why RFC 6797 (6.1) makes browsers ignore it.
std::string problem_of(const Directives& directives) {
  if (!directives.problem.empty()) return fmt::format("\"{}\" is no directive", directives.problem);
  for (const Directive& directive : directives.items)
    if (directives.count(directive.name) > 1) return fmt::format("{} stands in it twice", directive.name);
  const Directive* max_age = directives.find("max-age");
  if (max_age == nullptr) return "max-age is missing";
  if (!max_age->value || !parse_seconds(*max_age->value)) return "max-age is not a number of seconds";
  for (const std::string_view flag : {"includesubdomains", "preload"}) {
    const Directive* directive = directives.find(flag);
    if (directive != nullptr && directive->value) return fmt::format("{} takes no value", flag);
  }
  return {};
}

std::string shown_flag(bool set) { return set ? "set" : "not set"; }

std::string shown_age(Nanos age) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  return age == Nanos(0) ? "0, which switches it off" : fmt::format("{} ({} s)", format_duration(age), whole);
}

}  // namespace

Hsts parse_hsts(const client::HttpAnswer& answer) {
  const std::vector<std::string> values = header_values(answer, kHeader);
  Hsts hsts;
  if (values.empty()) {
    hsts.problem = "absent";
  } else if (values.size() > 1) {
    hsts.problem = fmt::format("the header came {} times", values.size());
  } else {
    const Directives directives = parse_directives(values[0], ';');
    hsts.problem = problem_of(directives);
    if (!hsts.problem.empty()) return hsts;
    hsts.max_age = *parse_seconds(*directives.find("max-age")->value);
    hsts.include_subdomains = directives.has("includesubdomains");
    hsts.preload = directives.has("preload");
  }
  return hsts;
}

void HstsRule::judge(const client::HttpAnswer& answer, bool secure, const std::string& place,
                     Judgement& judgement) const {
  const std::string what = fmt::format("{} on {}", kHeader, place);
  if (!secure) {
    const bool sent = !header_values(answer, kHeader).empty();
    return judgement.add(ProbeState::warn, what, "an answer over https, where alone it counts",
                         sent ? "sent over http, where browsers ignore it" : "an answer over http without it",
                         location);
  }
  const Hsts hsts = parse_hsts(answer);
  if (!hsts.problem.empty()) {
    const bool sent = !header_values(answer, kHeader).empty();
    return judgement.add(ProbeState::fail, what, "one valid header",
                         sent ? hsts.problem + ": " + shown_header(answer, kHeader) : hsts.problem, location);
  }
  const std::string age_of = fmt::format("max-age of {}", what);
  judgement.require(hsts.on() && (!max_age || max_age->holds(hsts.max_age)), age_of,
                    max_age ? max_age->shown() : "more than 0", shown_age(hsts.max_age), location);
  if (include_subdomains)
    judgement.require(hsts.include_subdomains == *include_subdomains, "includeSubDomains of " + what,
                      shown_flag(*include_subdomains), shown_flag(hsts.include_subdomains), location);
  if (!preload) return;
  judgement.require(hsts.preload == *preload, "preload of " + what, shown_flag(*preload),
                    shown_flag(hsts.preload), location);
  if (!*preload) return;
  judgement.require(hsts.include_subdomains && hsts.max_age >= kPreloadAge, "terms of preloading " + what,
                    "includeSubDomains and a max-age of at least 365d",
                    fmt::format("includeSubDomains {}, max-age {}", shown_flag(hsts.include_subdomains),
                                shown_age(hsts.max_age)),
                    location);
}

HstsRule read_hsts_rule(const config::ProbeReading& reading, const config::Node& node) {
  HstsRule rule;
  rule.location = reading.context.place(node).location();
  if (!node.is_map()) return rule;  // bare "present"
  const config::MapReader map(reading.context, node, kTable, kHeader);
  config::is_filled_map(reading.context, node, kHeader, "write it like { max_age: \">= 365d\" }");
  rule.max_age = read_bound(reading, map, "max_age");
  rule.include_subdomains = read_flag(reading, map, "include_subdomains");
  rule.preload = read_flag(reading, map, "preload");
  if (rule.preload.value_or(false) && !rule.include_subdomains.value_or(true))
    reading.error(*map.find("preload"), "\"preload\" needs includeSubDomains",
                  "set include_subdomains: true, or remove it");
  return rule;
}

}  // namespace assay::probes
