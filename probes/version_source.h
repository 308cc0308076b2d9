// Where an answer says which build made it: a header, a JSON value, or a group of a pattern in the body. The
// kinds `version`, `rollout`, `rollback` and `replicas` share these keys: `path`, and one of `header`, `json`
// and `body`.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "client/ask.h"
#include "config/probe_form.h"
#include "match/json_text.h"
#include "probes/probe.h"

namespace re2 {
class RE2;
}

namespace assay::probes {

struct VersionFound {
  std::string version;  // without spaces around it; empty: there is none, and `problem` says why
  std::string problem;  // "no header X-Version"
  std::string age;      // why the answer may be an old one from a cache: "Age: 37"; empty: it seems fresh
};

struct VersionSource {
  std::string path = "/";
  std::string header;                         // its name; empty: another place
  std::optional<match::JsonPointer> pointer;  // into the body
  std::shared_ptr<const re2::RE2> pattern;    // with one group, on the body

  std::string where() const;  // "header X-Version"
  // On a new connection, because a load balancer keeps an old one with its instance; asks caches to stand
  // aside.
  client::Ask ask(const Probe& probe) const;
  // Of an answer without trouble. Only a status of 2xx or 3xx speaks for a build: an error page may come from
  // a proxy.
  VersionFound find(const client::HttpAnswer& answer) const;
};

VersionSource read_version_source(const config::ProbeReading& reading);

// What many answers said and how often.
using VersionCounts = std::map<std::string, std::size_t>;
std::string shown(const VersionCounts& counts);  // "1.4.2 (18 times), 1.4.1 (2 times)", most frequent first

}  // namespace assay::probes
