// Cache-Control by RFC 9111: what it says, and where it contradicts itself.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "probes/http_fields.h"

namespace assay::probes {

struct CacheControl {
  Directives directives;                    // of all headers of that name together
  std::vector<std::string> contradictions;  // caches differ in what they make of these
  std::vector<std::string> doubts;          // all do the same with these, but hardly what was meant
  std::optional<Nanos> max_age, s_maxage;   // 0 where it is no number

  bool has(std::string_view name) const { return directives.has(name); }
  // For all of the answer: `no-cache="set-cookie"` is about one header.
  bool has_plain(std::string_view name) const;
  // Nothing is used again without asking the server.
  bool forbids_reuse() const { return has_plain("no-store") || has_plain("no-cache"); }
};
CacheControl parse_cache_control(const client::HttpAnswer& answer);

// How long a browser uses the answer without asking again; nothing: it guesses, for the server says nothing.
std::optional<Nanos> browser_age(const CacheControl& control, const client::Answer& answer);

// An ETag as RFC 9110 has it: "abc" or W/"abc", quotes included.
bool is_etag(std::string_view text);
// Two ETags of which each may be weak name the same content.
bool same_etag(std::string_view a, std::string_view b);

}  // namespace assay::probes
