#include "verdict/probes.h"

#include <doctest/doctest.h>

#include "verdict/judge.h"

using namespace assay;

namespace {

ProbeResult probe(ProbeState state, Severity severity = Severity::blocker) {
  ProbeResult made;
  made.name = "one";
  made.state = state;
  made.severity = severity;
  made.reason = "because";
  return made;
}

// Of a run without load.
Grade grade(std::vector<ProbeResult> probes) {
  RunResult result;
  result.load_withheld = "none was asked for";
  result.probes = std::move(probes);
  return verdict::judge(result, {}).grade;
}

}  // namespace

TEST_CASE("probes: what blocks and what does not") {
  CHECK(grade({probe(ProbeState::pass)}) == Grade::pass);
  CHECK(grade({probe(ProbeState::pass), probe(ProbeState::warn)}) == Grade::pass);
  CHECK(grade({probe(ProbeState::pass), probe(ProbeState::skip)}) == Grade::pass);
  CHECK(grade({probe(ProbeState::pass), probe(ProbeState::fail)}) == Grade::fail);
  CHECK(grade({probe(ProbeState::pass), probe(ProbeState::fail, Severity::warn)}) == Grade::pass);
}

TEST_CASE("probes: what could not be measured never passes, and a failure outweighs it") {
  CHECK(grade({probe(ProbeState::error)}) == Grade::inconclusive);
  CHECK(grade({probe(ProbeState::pass), probe(ProbeState::error)}) == Grade::inconclusive);
  CHECK(grade({probe(ProbeState::error), probe(ProbeState::fail)}) == Grade::fail);
  CHECK(grade({probe(ProbeState::skip)}) == Grade::inconclusive);
  CHECK(grade({}) == Grade::inconclusive);
}

TEST_CASE("probes: the sentence names the probe, its requirement and the reason") {
  ProbeResult failed = probe(ProbeState::fail);
  failed.requirement = "C3";
  failed.location = "gate.yaml:4:5";
  RunResult result;
  result.probes = {failed, probe(ProbeState::error)};
  const auto findings = verdict::probe_findings(result);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].sentence == "probe one (C3): because");
  CHECK(findings[0].location == "gate.yaml:4:5");
  CHECK(findings[1].sentence == "probe one: could not be measured: because");
}
