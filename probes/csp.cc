#include "probes/csp.h"

#include <algorithm>
#include <array>

#include "match/answer.h"
#include "probes/expectation.h"
#include "probes/http_fields.h"

namespace assay::probes {
namespace {

// More of either is no policy that somebody wrote. What is dropped could only forbid more.
constexpr std::size_t kMostPolicies = 32;
constexpr std::size_t kMostDirectives = 64;

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

CspPolicy parse_policy(std::string_view text) {
  CspPolicy policy;
  for (const std::string_view part : split(text, ";")) {
    const std::vector<std::string_view> words = split(part, " \t");
    if (words.empty() || policy.directives.size() == kMostDirectives) continue;
    std::string name = match::lower_case(words[0]);
    if (policy.find(name) != nullptr) {
      policy.repeated.push_back(std::move(name));
    } else {
      policy.directives.emplace_back(std::move(name), Sources(words.begin() + 1, words.end()));
    }
  }
  return policy;
}

std::string_view without_quotes(std::string_view source) {
  const bool quoted = source.size() >= 2 && source.front() == '\'' && source.back() == '\'';
  return quoted ? source.substr(1, source.size() - 2) : source;
}

bool has(const Sources& sources, std::string_view wanted) {
  return std::any_of(sources.begin(), sources.end(), [&](const std::string& source) {
    return match::same_name(without_quotes(source), without_quotes(wanted));
  });
}

bool begins(const Sources& sources, std::string_view start) {
  return std::any_of(sources.begin(), sources.end(), [&](const std::string& source) {
    return match::same_name(std::string_view(source).substr(0, start.size()), start);
  });
}

bool has_nonce_or_hash(const Sources& sources) {
  return begins(sources, "'nonce-") || begins(sources, "'sha256-") || begins(sources, "'sha384-") ||
         begins(sources, "'sha512-");
}

// Any host at all.
bool is_open(const Sources& sources) {
  constexpr std::array<std::string_view, 5> kAnyHost{"*", "http:", "https:", "http://*", "https://*"};
  return std::any_of(kAnyHost.begin(), kAnyHost.end(), [&](std::string_view s) { return has(sources, s); });
}

// Browsers ignore 'unsafe-inline' beside a nonce, a hash or 'strict-dynamic'.
bool allows_inline(const Sources* sources) {
  return sources == nullptr ||
         (has(*sources, "unsafe-inline") && !has_nonce_or_hash(*sources) && !has(*sources, "strict-dynamic"));
}

// 'strict-dynamic' makes them ignore hosts and schemes.
bool counts_hosts(const Sources& sources) { return !has(sources, "strict-dynamic"); }

bool no_script_src(const CspPolicy& policy) {
  return policy.effective("script-src-elem") == nullptr || policy.effective("script-src-attr") == nullptr;
}
bool unsafe_inline(const CspPolicy& policy) {
  return allows_inline(policy.effective("script-src-elem")) ||
         allows_inline(policy.effective("script-src-attr"));
}
bool wildcard_scripts(const CspPolicy& policy) {
  const Sources* sources = policy.effective("script-src-elem");
  return sources == nullptr || (counts_hosts(*sources) && is_open(*sources));
}
bool data_scripts(const CspPolicy& policy) {
  const Sources* sources = policy.effective("script-src-elem");
  return sources == nullptr || (counts_hosts(*sources) && has(*sources, "data:"));
}
bool objects(const CspPolicy& policy) {
  const Sources* sources = policy.effective("object-src");
  return sources == nullptr || is_open(*sources) || has(*sources, "data:");
}
bool unsafe_eval(const CspPolicy& policy) {
  const Sources* sources = policy.effective("script-src");
  return sources == nullptr || has(*sources, "unsafe-eval");
}
bool no_base_uri(const CspPolicy& policy) {
  const Sources* sources = policy.find("base-uri");
  return sources == nullptr || is_open(*sources) || has(*sources, "data:");
}
bool frameable(const CspPolicy& policy) {
  const Sources* sources = policy.find("frame-ancestors");
  return sources == nullptr || is_open(*sources);
}
bool loose_styles(const CspPolicy& policy) {
  const Sources* sources = policy.effective("style-src");
  return allows_inline(sources) || is_open(*sources) || has(*sources, "data:");
}

// Images and media are the lesser harm.
bool is_passive(std::string_view directive) { return directive == "img-src" || directive == "media-src"; }
bool insecure(const CspPolicy& policy, bool passive) {
  return std::any_of(policy.directives.begin(), policy.directives.end(), [&](const auto& directive) {
    return is_passive(directive.first) == passive && directive.first.find("report") == std::string::npos &&
           begins(directive.second, "http:");
  });
}
bool insecure_scripts(const CspPolicy& policy) { return insecure(policy, false); }
bool insecure_images(const CspPolicy& policy) { return insecure(policy, true); }

struct WeaknessRow {
  std::string_view description;
  bool (*in)(const CspPolicy& policy);
  std::array<bool, 2> tolerated;  // by CspGrade: moderate, strict
};

constexpr std::array<WeaknessRow, 11> kWeaknesses{{
    {"neither script-src nor default-src restricts scripts", no_script_src, {false, false}},
    {"scripts may be inline: 'unsafe-inline' without a nonce or hash", unsafe_inline, {false, false}},
    {"scripts may come from any host", wildcard_scripts, {false, false}},
    {"scripts may be data: URLs", data_scripts, {false, false}},
    {"object-src does not stop plugins", objects, {false, false}},
    {"scripts may call eval(): 'unsafe-eval'", unsafe_eval, {true, false}},
    {"base-uri is missing or open", no_base_uri, {true, false}},
    {"frame-ancestors is missing or open", frameable, {true, false}},
    {"styles may be inline or come from anywhere", loose_styles, {true, true}},
    {"something may come over http", insecure_scripts, {true, true}},
    {"images or media may come over http", insecure_images, {true, true}},
}};
const WeaknessRow& row(Weakness weakness) { return kWeaknesses[static_cast<std::size_t>(weakness)]; }

bool is_everywhere(const Csp& csp, const WeaknessRow& weakness) {
  return std::all_of(csp.begin(), csp.end(), weakness.in);
}

bool all_allow(const Csp& csp, std::string_view directive, std::string_view source) {
  return std::all_of(csp.begin(), csp.end(), [&](const CspPolicy& policy) {
    const Sources* sources = policy.effective(directive);
    return sources == nullptr || has(*sources, source);
  });
}

// Without any script-src the other weaknesses of scripts say nothing new.
bool is_implied(Weakness weakness) {
  return weakness == Weakness::unsafe_inline || weakness == Weakness::wildcard_scripts ||
         weakness == Weakness::data_scripts || weakness == Weakness::unsafe_eval;
}

}  // namespace

const Sources* CspPolicy::find(std::string_view name) const {
  for (const auto& [directive, sources] : directives)
    if (directive == name) return &sources;
  return nullptr;
}

const Sources* CspPolicy::effective(std::string_view name) const {
  if (const Sources* sources = find(name)) return sources;
  for (const std::string_view part : {"-elem", "-attr"})
    if (name.ends_with(part)) return effective(name.substr(0, name.size() - part.size()));
  return name.ends_with("-src") ? find("default-src") : nullptr;
}

Csp parse_csp(const client::HttpAnswer& answer) {
  Csp csp;
  for (const std::string& value : header_values(answer, "content-security-policy")) {
    for (const std::string_view text : split(value, ",")) {
      CspPolicy policy = parse_policy(text);
      if (!policy.directives.empty() && csp.size() < kMostPolicies) csp.push_back(std::move(policy));
    }
  }
  return csp;
}

std::string_view description(Weakness weakness) { return row(weakness).description; }

bool tolerates(CspGrade grade, Weakness weakness) {
  return row(weakness).tolerated[static_cast<std::size_t>(grade)];
}

std::vector<Weakness> weaknesses(const Csp& csp) {
  std::vector<Weakness> found;
  const bool no_scripts = is_everywhere(csp, row(Weakness::no_script_src));
  for (std::size_t i = 0; i < kWeaknesses.size(); ++i) {
    const auto weakness = static_cast<Weakness>(i);
    if (no_scripts && is_implied(weakness)) continue;
    if (is_everywhere(csp, kWeaknesses[i])) found.push_back(weakness);
  }
  return found;
}

std::string where_allowed(const Csp& csp, std::string_view source) {
  for (const CspPolicy& policy : csp)
    for (const auto& [name, sources] : policy.directives)
      if (has(sources, source) && all_allow(csp, name, source)) return name;
  return {};
}

std::vector<std::string> nonces(const Csp& csp) {
  std::vector<std::string> found;
  for (const CspPolicy& policy : csp)
    for (const auto& [name, sources] : policy.directives)
      for (const std::string& source : sources)
        if (begins({source}, "'nonce-")) found.push_back(source);
  return found;
}

}  // namespace assay::probes
