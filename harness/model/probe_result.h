// ProbeResult: what one probe found out about a deployment, with its evidence. Plain structs; made by
// probes/runner, judged by verdict, shown by reports. Everything here is redacted already.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/verdict.h"

namespace assay {

// `error`: it could not be measured, which is never a pass.
enum class ProbeState : std::uint8_t { pass, warn, fail, error, skip };
std::string_view name(ProbeState state);
std::optional<ProbeState> probe_state_from(std::string_view text);

// When it looks: before the load, while it runs, after it, or from the first moment to the last.
enum class ProbePhase : std::uint8_t { pre, during, post, continuous };
std::string_view name(ProbePhase phase);
std::optional<ProbePhase> probe_phase_from(std::string_view text);

// One statement of a probe, expected and observed side by side.
struct ProbeFact {
  ProbeState state = ProbeState::pass;
  std::string what;  // "TLS 1.1", "header strict-transport-security on /missing"
  std::string expected, observed;
  std::string location;  // of the expectation, "gate.yaml:31:5"; empty: of the probe

  bool operator==(const ProbeFact&) const = default;
};

// One exchange with the world. Times count from the start of the ask; 0: not reached.
struct ProbeExchange {
  std::string label;     // "GET /health"
  std::string protocol;  // "http", "tcp", "dns", "command" or "inbox"
  std::string answer;    // "200, 213 B of application/json", "refused: connect to 127.0.0.1:1: ..."
  std::uint32_t attempt = 1;
  std::string started_utc;
  Nanos at{0};  // since the probes began
  std::string address, local;
  Nanos resolved{0}, connected{0}, secured{0}, first_byte{0}, done{0};

  bool operator==(const ProbeExchange&) const = default;
};

// A stretch in which a repeated probe did not pass. It lasted at least from the start of the first failed
// tick to the end of the last one, and at most from the end of the last good tick before to the start of the
// next good one.
struct ProbeOutage {
  Nanos first_failed{0}, last_failed{0};  // at; start of the first, end of the last
  std::optional<Nanos> good_before,
      good_after;           // at; end of the one, start of the other; absent: there was none
  std::uint64_t ticks = 0;  // that failed
  std::map<std::string, std::uint64_t> causes;  // "refused": 3
  std::string phase;                            // "load", "before load", a marker of the user
  bool from_load = false;                       // seen by a request of the load alone

  bool operator==(const ProbeOutage&) const = default;
};

// A repeated probe on one kind of connection. Ticks are due at fixed times, whatever happened before.
struct ProbeSeries {
  std::string connection;  // "new" or "reused"; empty where that makes no difference
  Nanos interval{0}, timeout{0};
  std::uint64_t ticks = 0, failed = 0, errors = 0;
  std::uint64_t stale_retries = 0;  // a kept connection was closed by the peer just when it was used
  Nanos lateness_p50{0}, lateness_p99{0}, lateness_max{0};  // start of a tick - when it was due
  Nanos start{0};                                           // at; when the first tick was due
  Nanos length{0};                                          // from there to the end of the last tick
  std::vector<ProbeOutage> outages;                         // the first 200
  std::uint64_t outages_in_all = 0;
  Nanos longest_outage{0};  // upper bound of the longest
  Nanos down{0};            // upper bounds of all, summed

  bool operator==(const ProbeSeries&) const = default;
};

// The bounds of an outage. Where no good tick was before or after it, it reaches to that end of its series.
Nanos outage_begin(const ProbeOutage& outage, const ProbeSeries& series);
Nanos outage_end(const ProbeOutage& outage, const ProbeSeries& series);
Nanos at_least(const ProbeOutage& outage);
Nanos at_most(const ProbeOutage& outage, const ProbeSeries& series);

// Something that a probe saw or did at one moment: a state that an alert reached, a fault brought about.
struct ProbeMilestone {
  std::string what;  // "pending"
  Nanos at{0};       // since the probes began

  bool operator==(const ProbeMilestone&) const = default;
};

struct ProbeResult {
  std::string name, kind;
  std::string target;  // URL or address
  ProbePhase phase = ProbePhase::pre;
  Severity severity = Severity::blocker;
  std::string requirement;
  std::string location;  // "gate.yaml:31:5"
  ProbeState state = ProbeState::error;
  std::string reason;  // one sentence
  std::string started_utc;
  Nanos at{0};  // since the probes began
  Nanos duration{0};
  std::uint32_t attempts = 1;
  std::map<std::string, double> measures;  // what it noted in numbers: "http_status_code"
  std::vector<ProbeFact> facts;            // worst first
  std::vector<ProbeExchange>
      exchanges;  // of all attempts; of a repeated probe, those of the first tick that failed
  std::vector<ProbeSeries> series;         // of a repeated probe
  std::vector<ProbeMilestone> milestones;  // in time; of the last attempt

  bool operator==(const ProbeResult&) const = default;
};

}  // namespace assay
