#include "probes/cache_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "probes/expectation.h"
#include "probes/http_date.h"

namespace assay::probes {
namespace {

std::string all_values(const client::HttpAnswer& answer) {
  std::string joined;
  for (const std::string& value : header_values(answer, "cache-control"))
    joined += (joined.empty() ? "" : ", ") + value;
  return joined;
}

bool is_positive(const std::optional<Nanos>& age) { return age.value_or(Nanos(0)) > Nanos(0); }

class ControlReader {
 public:
  explicit ControlReader(CacheControl& control) : control_(control) {}

  void read() {
    if (!control_.directives.problem.empty())
      contradiction(fmt::format("\"{}\" is no directive", control_.directives.problem));
    control_.max_age = read_age("max-age");
    control_.s_maxage = read_age("s-maxage");
    find_duplicates();
    find_contradictions();
    find_doubts();
  }

 private:
  void contradiction(std::string text) { control_.contradictions.push_back(std::move(text)); }
  void doubt(std::string text) { control_.doubts.push_back(std::move(text)); }

  std::optional<Nanos> read_age(std::string_view name) {
    const Directive* directive = control_.directives.find(name);
    if (directive == nullptr) return std::nullopt;
    const std::optional<Nanos> age = directive->value ? parse_seconds(*directive->value) : std::nullopt;
    if (!age) contradiction(fmt::format("{} is not a number of seconds", name));
    return age.value_or(Nanos(0));
  }

  // The same twice does no harm; of two values one cache takes the first and another the shorter.
  void find_duplicates() {
    for (const Directive& directive : control_.directives.items) {
      const Directive* first = control_.directives.find(directive.name);
      if (first == &directive) continue;
      first->value == directive.value ? doubt(directive.name + " came twice")
                                      : contradiction(fmt::format("{} came with two values", directive.name));
    }
  }

  void find_contradictions() {
    const auto both = [&](std::string_view a, std::string_view b) {
      if (control_.has_plain(a) && control_.has_plain(b)) contradiction(fmt::format("{} and {}", a, b));
    };
    both("public", "private");
    both("no-store", "immutable");
    both("no-cache", "immutable");
    both("no-store", "public");
    if (control_.has_plain("no-store") && is_positive(control_.max_age))
      contradiction(fmt::format("no-store and a max-age of {}", format_duration(*control_.max_age)));
    if (control_.has("immutable") && control_.max_age == Nanos(0))
      contradiction("immutable and a max-age of 0");
  }

  void find_doubts() {
    if (control_.has_plain("no-cache") && is_positive(control_.max_age))
      doubt(fmt::format("no-cache makes the max-age of {} mean nothing", format_duration(*control_.max_age)));
    if (control_.has_plain("private") && is_positive(control_.s_maxage))
      doubt("private makes s-maxage mean nothing");
  }

  CacheControl& control_;
};

std::string_view opaque(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return etag;
}

}  // namespace

bool CacheControl::has_plain(std::string_view name) const {
  return std::any_of(directives.items.begin(), directives.items.end(),
                     [&](const Directive& d) { return d.name == name && !d.value; });
}

CacheControl parse_cache_control(const client::HttpAnswer& answer) {
  CacheControl control;
  control.directives = parse_directives(all_values(answer), ',');
  ControlReader(control).read();
  return control;
}

std::optional<Nanos> browser_age(const CacheControl& control, const client::Answer& answer) {
  if (control.forbids_reuse()) return Nanos(0);
  if (control.max_age) return control.max_age;
  const std::vector<std::string> expires = header_values(*answer.http(), "expires");
  if (expires.empty()) return std::nullopt;
  // What is no date, "0" above all, has expired already (RFC 9111, 5.3).
  const auto moment = parse_http_date(expires[0]);
  return moment ? std::max(Nanos(0), between(time_of(answer), *moment)) : Nanos(0);
}

bool is_etag(std::string_view text) {
  text = opaque(text);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  const std::string_view inner = text.substr(1, text.size() - 2);
  return std::all_of(inner.begin(), inner.end(),
                     [](unsigned char c) { return c > ' ' && c != '"' && c != 127; });
}

bool same_etag(std::string_view a, std::string_view b) { return opaque(a) == opaque(b); }

}  // namespace assay::probes
