// What the user wrote about one probe: what all kinds share, and the settings of its own kind, which only
// that kind can read (probes/). Part of a GateSpec (config/gate_spec.h). Plain structs.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/source.h"
#include "model/arm.h"
#include "model/probe_result.h"
#include "model/verdict.h"

namespace assay::config {

// The keys of one kind, read. Each kind derives its own; immutable once made.
struct ProbeSettings {
  ProbeSettings() = default;
  ProbeSettings(const ProbeSettings&) = default;
  ProbeSettings& operator=(const ProbeSettings&) = default;
  virtual ~ProbeSettings() = default;
};

// Of a probe that is repeated: what may go wrong before it fails. What is absent is not judged; where all
// three are absent, nothing may fail.
struct ToleranceSpec {
  std::optional<std::uint64_t> failures;  // ticks
  std::optional<Nanos> longest_outage;    // judged on the upper bound of each window
  std::optional<double> availability;     // at least this share of the time
  SourceSpan span;
};

struct ProbeSpec {
  std::string kind, name;  // unnamed: the kind, with a number where it occurs again
  SourceSpan span;         // of the name, else of the kind
  // Where it looks: an arm of the gate, or another URL. `url` is always set for kinds that speak to one.
  Arm arm = Arm::candidate;
  bool elsewhere = false;  // `target` is a URL
  std::string url;
  std::string host;  // of the URL
  std::uint16_t port = 0;
  bool secure = false;  // https
  ProbePhase phase = ProbePhase::pre;
  Severity severity = Severity::blocker;
  std::string requirement;  // "C5": where the demand comes from
  Nanos every{0};           // 0: once
  Nanos timeout{std::chrono::seconds(5)};
  std::uint32_t retries = 0;
  std::string connect_to, server_name, ca, certificate, key;
  bool verify = true;
  std::map<std::string, std::string> resolve;
  bool every_address = false;          // of the host, each with a result of its own
  std::vector<std::string> dangerous;  // hosts on which it may do harm
  std::string scenario;                // of weight 0, that it sends as a fault; empty: none
  ToleranceSpec tolerate;
  std::vector<std::pair<std::string, std::string>>
      headers;  // of the target, references resolved; may hold secrets
  std::shared_ptr<const ProbeSettings> settings;
};

}  // namespace assay::config
