#include "probes/probe_board.h"

#include <doctest/doctest.h>

#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

TEST_CASE("the board knows every probe before it has seen anything") {
  const StagedGate gate = staged("kind: http\nname: page\nevery: 1s\nseverity: warn");
  const std::vector<LiveProbe> live = ProbeBoard(gate.probes).read();
  REQUIRE(live.size() == 1);
  CHECK(live[0].name == "page");
  CHECK(live[0].kind == "http");
  CHECK(live[0].phase == ProbePhase::during);
  CHECK(live[0].severity == Severity::warn);
  CHECK_FALSE(live[0].state.has_value());
}

TEST_CASE("the board keeps what the last tick said and how many failed") {
  const Probe probe = made("kind: http\nname: page");
  ProbeBoard board({&probe, 1});
  board.ticked(probe, ProbeState::fail, "status 503");
  CHECK(board.read()[0].words == "status 503");
  board.ticked(probe, ProbeState::error, "cannot resolve");
  board.ticked(probe, ProbeState::pass, "");
  const LiveProbe live = board.read()[0];
  CHECK(live.state == ProbeState::pass);
  CHECK(live.words.empty());
  CHECK(live.ticks == 3);
  CHECK(live.failed == 1);
}

TEST_CASE("the board says how far a long one has got, and in the end what became of it") {
  const Probe probe = made("kind: http\nname: page");
  ProbeBoard board({&probe, 1});
  board.has_reached(probe, "pending");
  CHECK(board.read()[0].words == "pending");
  CHECK_FALSE(board.read()[0].state.has_value());
  ProbeResult result;
  result.name = "page";
  result.state = ProbeState::fail;
  result.reason = "it never fired";
  board.ended(result);
  CHECK(board.read()[0].state == ProbeState::fail);
  CHECK(board.read()[0].words == "it never fired");
  result.name = "another";
  board.ended(result);
  CHECK(board.read().size() == 1);
}
