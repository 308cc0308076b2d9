// What a planned gate can tell, metric by metric, before anything is sent: from what is known of the noise of
// the service (stored runs, a pilot), or from a table of kinds of services. Pure functions.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/gate_spec.h"
#include "model/noise_facts.h"

namespace assay::verdict {

struct LoadPlan {
  double seconds = 0;         // judged
  double requests_per_s = 0;  // of both arms together
};

// From the calmest to the wildest kind of service where a table answers; one value where the noise is known.
struct Span {
  double best = 0, worst = 0;
};

struct Prospect {
  std::string metric;  // as in the gate file
  Unit unit = Unit::nanoseconds;
  double margin = 0;      // scale of Finding::change, like the next; of throughput how much less
  bool by_table = false;  // what follows is of kinds of services, not of this one
  std::optional<Span> smallest_detectable;  // found four times in five; absent where too little is planned
  std::optional<Span> chance;               // that identical versions pass; 0 where too little is planned
  // After which, at this rate, they pass four times in five; absent: a day would not do.
  std::optional<Span> seconds_needed;
  // The same in the planned time, by a multiple of the rate; absent: unknown, or rate is no help.
  std::optional<double> rate_needed;
  std::optional<double>
      highest_error_rate;  // by the table: of identical versions that still pass four times in five
};

// Below this many seconds the method says `insufficient` of the comparison, at this rate of both arms
// together and this chance of error.
double shortest_comparison(const config::CompareSpec& compare, double requests_per_s, double alpha);
// Requests of each arm below which it says so.
double fewest_requests(const config::CompareSpec& compare);

// One for each compared metric, of stalls only where the plan is too short to prove that they are few;
// nothing but its name where `known`, or the table, does not know it.
std::vector<Prospect> prospects(const config::GateSpec& gate, const LoadPlan& plan, const NoiseFacts& known);

std::vector<Prospect> prospects_by_table(const config::GateSpec& gate, const LoadPlan& plan);

// That identical versions pass all of them, if one has nothing to do with another. In truth they go together,
// so it is a lower bound.
Span chance_of_all(std::span<const Prospect> prospects);

}  // namespace assay::verdict
