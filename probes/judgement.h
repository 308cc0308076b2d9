// Judgement: what a probe says about the answers that it got, fact by fact. The worst fact is the state of
// the probe and gives its reason. Texts need not be redacted or clipped: the runner does that in one place.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/ask.h"
#include "model/probe_result.h"

namespace assay::probes {

// A value that over_time() compares between ticks: an uptime, a version, a counter.
struct Measure {
  std::string name;
  double number = 0;
  std::string text;
};

struct Milestone {
  std::string what;
  TimePoint when;
};

class Judgement {
 public:
  // pass or fail.
  void require(bool holds, std::string what, std::string expected, std::string observed,
               std::string location = {});
  // pass or warn.
  void advise(bool holds, std::string what, std::string expected, std::string observed,
              std::string location = {});
  void add(ProbeState state, std::string what, std::string expected, std::string observed,
           std::string location = {});
  // It could not be measured.
  void could_not(std::string what, std::string why);
  void note(Measure measure) { measures_.push_back(std::move(measure)); }
  void note(Milestone milestone) { milestones_.push_back(std::move(milestone)); }

  // For an answer with trouble: a failure of the target, or an error where this machine or the resolver is to
  // blame. Returns whether there is trouble.
  bool trouble(const client::Ask& ask, const client::Answer& answer, std::string expected = "an answer");

  // For an answer of a witness, such as Prometheus: any trouble is an error, for it says nothing about the
  // target. Returns whether there is trouble.
  bool no_witness(const client::Ask& ask, const client::Answer& answer);

  const std::vector<ProbeFact>& facts() const { return facts_; }
  const std::vector<Measure>& measures() const { return measures_; }
  const std::vector<Milestone>& milestones() const { return milestones_; }
  ProbeState state() const;    // of the worst fact; error where there is none
  std::string reason() const;  // of the worst fact: "TLS 1.1: expected refused, got accepted"

 private:
  std::vector<ProbeFact> facts_;
  std::vector<Measure> measures_;
  std::vector<Milestone> milestones_;
};

// The trouble is this machine's, the resolver's or the network's, so it says nothing about the target.
bool is_ours(client::Trouble trouble);

// "a, b and c" would be prose; lists in facts read "a, b, c". Empty: "none".
std::string listed(const std::vector<std::string>& words);

// skip < pass < warn < error < fail: a failure that was seen outweighs what could not be measured.
ProbeState worst(ProbeState a, ProbeState b);

}  // namespace assay::probes
