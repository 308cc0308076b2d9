// Content-Security-Policy: what several policies together let through, and a grade for it. A policy for
// reports only is none. Nothing here knows of gate files; probes/csp_rule does.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/ask.h"

namespace assay::probes {

using Sources = std::vector<std::string>;

struct CspPolicy {
  std::vector<std::pair<std::string, Sources>> directives;  // names in lower case; the first of each counts
  std::vector<std::string> repeated;                        // names that came again and are ignored

  const Sources* find(std::string_view name) const;  // null: not restricted by this policy
  // Of a directive that falls back: "script-src-elem" to "script-src" to "default-src".
  const Sources* effective(std::string_view name) const;
};

// All of them are in force at the same time: something gets through only where every policy lets it.
using Csp = std::vector<CspPolicy>;
Csp parse_csp(const client::HttpAnswer& answer);

enum class Weakness : std::uint8_t {
  no_script_src,
  unsafe_inline,
  wildcard_scripts,
  data_scripts,
  objects,
  unsafe_eval,
  no_base_uri,
  frameable,
  loose_styles,
  insecure_scripts,
  insecure_images,
};
std::string_view description(Weakness weakness);  // "script-src allows 'unsafe-inline'"
std::vector<Weakness> weaknesses(const Csp& csp);

// moderate: scripts and plugins of strangers do not run. strict: nor does eval(), nor can <base> or a frame
// be put around the page.
enum class CspGrade : std::uint8_t { moderate, strict };
bool tolerates(CspGrade grade, Weakness weakness);

// Where a source expression such as "unsafe-inline" or "data:" is let through: the directive; empty: nowhere.
std::string where_allowed(const Csp& csp, std::string_view source);

// The nonces of all policies.
std::vector<std::string> nonces(const Csp& csp);

}  // namespace assay::probes
