#include "probes/observatory.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "match/answer.h"
#include "probes/csp.h"
#include "probes/expectation.h"
#include "probes/hsts.h"
#include "probes/http_fields.h"
#include "probes/set_cookie.h"

namespace assay::probes {
namespace {

using Modifier = Score::Modifier;

constexpr int kBaseline = 100;
constexpr int kBonusesFrom = 90;  // a bonus does not make up for what is missing
constexpr Nanos kHalfYear = std::chrono::seconds(15'768'000);
constexpr std::array<int, kLetters.size()> kLeast{100, 90, 85, 80, 70, 65, 60, 50, 45, 40, 30, 25, 0};

bool holds(const std::vector<Weakness>& all, std::initializer_list<Weakness> some) {
  return std::any_of(some.begin(), some.end(), [&](Weakness weakness) {
    return std::find(all.begin(), all.end(), weakness) != all.end();
  });
}

bool starts_from_nothing(const Csp& csp) {
  return std::any_of(csp.begin(), csp.end(), [](const CspPolicy& policy) {
    const Sources* sources = policy.find("default-src");
    return sources != nullptr && sources->size() == 1 && match::same_name(sources->front(), "'none'");
  });
}

Modifier of_csp(const Csp& csp, bool secure) {
  if (csp.empty()) return {-25, "content-security-policy is missing"};
  const std::vector<Weakness> found = weaknesses(csp);
  if (holds(found, {Weakness::no_script_src, Weakness::unsafe_inline, Weakness::wildcard_scripts,
                    Weakness::data_scripts, Weakness::objects}))
    return {-20, "content-security-policy lets foreign scripts or plugins run"};
  if (secure && holds(found, {Weakness::insecure_scripts}))
    return {-20, "content-security-policy lets content come over http"};
  if (holds(found, {Weakness::unsafe_eval})) return {-10, "content-security-policy allows eval()"};
  if (secure && holds(found, {Weakness::insecure_images}))
    return {-10, "content-security-policy lets images come over http"};
  if (holds(found, {Weakness::loose_styles})) return {};
  return starts_from_nothing(csp) ? Modifier{10, "content-security-policy starts from 'none'"}
                                  : Modifier{5, "content-security-policy has nothing unsafe"};
}

Modifier of_hsts(const client::HttpAnswer& answer, bool secure) {
  if (!secure) return {-20, "strict-transport-security counts on https only"};
  const Hsts hsts = parse_hsts(answer);
  if (!hsts.on()) return {-20, "strict-transport-security is missing, invalid or off"};
  if (hsts.max_age < kHalfYear) return {-10, "strict-transport-security is shorter than half a year"};
  return {};
}

Modifier of_frames(const client::HttpAnswer& answer, const Csp& csp) {
  if (!csp.empty() && !holds(weaknesses(csp), {Weakness::frameable}))
    return {5, "frame-ancestors keeps the page out of frames"};
  const std::string value(trimmed(header_value(answer, "x-frame-options")));
  if (match::same_name(value, "DENY") || match::same_name(value, "SAMEORIGIN")) return {};
  return {-20, "x-frame-options is missing or invalid"};
}

Modifier of_sniffing(const client::HttpAnswer& answer) {
  const std::vector<std::string> members = list_members(answer, "x-content-type-options");
  if (!members.empty() && match::same_name(members.front(), "nosniff")) return {};
  return {-5, "x-content-type-options is not nosniff"};
}

// Browsers take the last policy of the list that they know.
Modifier of_referrer(const client::HttpAnswer& answer) {
  constexpr std::array<std::string_view, 4> kPrivate{"no-referrer", "same-origin", "strict-origin",
                                                     "strict-origin-when-cross-origin"};
  constexpr std::array<std::string_view, 4> kUnsafe{"origin", "origin-when-cross-origin", "unsafe-url",
                                                    "no-referrer-when-downgrade"};
  if (header_values(answer, "referrer-policy").empty()) return {};
  std::optional<bool> is_private;
  for (const std::string& policy : list_members(answer, "referrer-policy")) {
    const auto is_policy = [&](std::string_view known) { return match::same_name(policy, known); };
    if (std::any_of(kPrivate.begin(), kPrivate.end(), is_policy)) is_private = true;
    if (std::any_of(kUnsafe.begin(), kUnsafe.end(), is_policy)) is_private = false;
  }
  return is_private.value_or(false) ? Modifier{5, "referrer-policy keeps addresses private"}
                                    : Modifier{-5, "referrer-policy is unsafe or invalid"};
}

Modifier of_resource_policy(const client::HttpAnswer& answer) {
  if (header_values(answer, "cross-origin-resource-policy").empty()) return {};
  const std::string value(trimmed(header_value(answer, "cross-origin-resource-policy")));
  if (match::same_name(value, "same-origin") || match::same_name(value, "same-site"))
    return {10, "cross-origin-resource-policy keeps others out"};
  return match::same_name(value, "cross-origin") ? Modifier{}
                                                 : Modifier{-5, "cross-origin-resource-policy is invalid"};
}

Modifier of_cookie(const SetCookie& cookie, bool hsts) {
  const std::string name = match::lower_case(cookie.name);
  const bool session = name.find("login") != std::string::npos || name.find("sess") != std::string::npos;
  if (session && !cookie.secure && !hsts) return {-40, "a session cookie is not Secure"};
  if (session && !cookie.http_only) return {-30, "a session cookie is not HttpOnly"};
  const bool unset = cookie.same_site == SetCookie::SameSite::absent;
  if (name.find("csrf") != std::string::npos && unset) return {-20, "a CSRF cookie has no SameSite"};
  if (cookie.same_site == SetCookie::SameSite::unknown ||
      (cookie.same_site == SetCookie::SameSite::none && !cookie.secure))
    return {-20, "a cookie has an invalid SameSite"};
  if (!cookie.secure && !hsts) return {-20, "a cookie is not Secure"};
  if (!cookie.secure)
    return session ? Modifier{-10, "a session cookie is not Secure, but HSTS is on"}
                   : Modifier{-5, "a cookie is not Secure, but HSTS is on"};
  return unset ? Modifier{} : Modifier{5, "all cookies are Secure and have a SameSite"};
}

// The worst cookie counts.
Modifier of_cookies(const client::HttpAnswer& answer, bool hsts) {
  std::optional<Modifier> worst;
  for (const SetCookie& cookie : set_cookies(answer)) {
    const Modifier modifier = of_cookie(cookie, hsts);
    if (!worst || modifier.points < worst->points) worst = modifier;
  }
  return worst.value_or(Modifier{});
}

std::size_t letter_of(int points) {
  const auto found = std::find_if(kLeast.begin(), kLeast.end(), [&](int least) { return points >= least; });
  return static_cast<std::size_t>(found - kLeast.begin());
}

}  // namespace

std::string_view Score::grade() const { return kLetters[letter_of(points)]; }

std::string Score::shown() const {
  std::string text = fmt::format("{} ({})", grade(), points);
  const char* separator = ": ";
  for (const Modifier& modifier : modifiers) {
    text += fmt::format("{}{} {:+}", separator, modifier.why, modifier.points);
    separator = ", ";
  }
  return text;
}

Score score_headers(const client::HttpAnswer& answer, bool secure) {
  const Csp csp = parse_csp(answer);
  const Modifier hsts = of_hsts(answer, secure);
  Score score;
  for (const Modifier& modifier :
       {of_csp(csp, secure), hsts, of_frames(answer, csp), of_sniffing(answer), of_referrer(answer),
        of_resource_policy(answer), of_cookies(answer, hsts.points == 0)})
    if (modifier.points != 0) score.modifiers.push_back(modifier);
  int penalties = 0, bonuses = 0;
  for (const Modifier& modifier : score.modifiers)
    (modifier.points < 0 ? penalties : bonuses) += modifier.points;
  const int without_bonus = std::max(0, kBaseline + penalties);
  score.points = without_bonus + (without_bonus >= kBonusesFrom ? bonuses : 0);
  return score;
}

int least_points(std::string_view grade) {
  for (std::size_t i = 0; i < kLetters.size(); ++i)
    if (kLetters[i] == grade) return kLeast[i];
  return kBaseline;
}

}  // namespace assay::probes
