// Strict-Transport-Security by RFC 6797: what a browser makes of it, and what a gate file demands of it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "client/ask.h"
#include "config/probe_form.h"
#include "probes/bound.h"
#include "probes/judgement.h"

namespace assay::probes {

struct Hsts {
  std::string problem;  // why browsers ignore it; empty: they do not
  Nanos max_age{0};     // 0: it is switched off
  bool include_subdomains = false, preload = false;

  bool on() const { return problem.empty() && max_age > Nanos(0); }
};
Hsts parse_hsts(const client::HttpAnswer& answer);

struct HstsRule {
  std::optional<Bound> max_age;
  std::optional<bool> include_subdomains, preload;
  std::string location;

  // `secure`: it came over https. `place`: "/missing (404)".
  void judge(const client::HttpAnswer& answer, bool secure, const std::string& place,
             Judgement& judgement) const;
};
// { max_age: ">= 365d", include_subdomains: true, preload: true }
HstsRule read_hsts_rule(const config::ProbeReading& reading, const config::Node& node);

}  // namespace assay::probes
