#include "reports/live_page.h"

#include <doctest/doctest.h>
#include <openssl/sha.h>

#include <algorithm>

#include "model/base64.h"
#include "reports/html_page.h"
#include "tests/support/sample_run.h"
#include "tests/unit/reports/golden.h"

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

LiveProbe probe(const char* name, ProbePhase phase) {
  LiveProbe live;
  live.name = name;
  live.kind = "http";
  live.phase = phase;
  return live;
}

LiveRun sample_live_run() {
  LiveRun run;
  run.gate = "invoices-canary";
  run.started_utc = "2026-02-14T09:00:00.125Z";
  run.seed = 42;
  run.now.elapsed = 45s;
  run.now.planned = 60s;
  run.now.has_baseline = true;
  run.now.intended_last_second = 200;
  run.now.completed_last_second = 288;
  run.now.in_flight = 17;
  run.now.waiting = 2;
  run.now.arms = {{{6000, 31, 22ms, 48ms, 95ms}, {6003, 0, 20ms, 41ms, 80ms}}};
  run.probes = {probe("tls", ProbePhase::pre), probe("up", ProbePhase::during),
                probe("after", ProbePhase::post)};
  run.probes[0].state = ProbeState::pass;
  run.probes[1].state = ProbeState::fail;
  run.probes[1].words = "refused";
  run.probes[1].ticks = 90;
  run.probes[1].failed = 3;
  run.looks = {{.number = 1,
                .of = 4,
                .fraction = 0.25,
                .pass_bound = 0.0001,
                .fail_bound = 0.017,
                .pass_spent = 0.0001,
                .fail_spent = 0.018,
                .p_pass = 0.4,
                .p_fail = 0.3}};
  run.standing =
      "look 1 of 4: undecided; all pass with p <= 0.0001 (largest 0.4), one fails with p <= 0.017 (smallest "
      "0.3)";
  run.next_look = 60s;
  run.extend_refused = "the gate file gives no time for it";
  return run;
}

RunRecord so_far() { return {.result = test_support::sample_result(), .verdict = std::nullopt}; }

std::string html_of(const std::vector<LiveFragment>& fragments, std::string_view id) {
  return std::ranges::find(fragments, id, &LiveFragment::id)->html;
}

std::string page_of(const LiveRun& run, const RunRecord& record, LiveStage stage = LiveStage::load) {
  return live_page(run, live_fragments(run, record, stage), "abc-1");
}

TEST_CASE("live page: shows the sections of the report, how it stands, and no verdict") {
  const std::string page = page_of(sample_live_run(), so_far());
  const std::size_t begin = page.find("<main>"), end = page.find("</main>");
  const std::string shown = page.substr(begin, end - begin) + "</main>\n";
  CHECK(shown == test_support::read_golden("reports/live-page.txt", shown));
  for (const char* word : {"PASS", "FAIL", "NOT JUDGED", "INVALID"})
    CHECK(shown.find(word) == std::string::npos);
}

TEST_CASE("live page: the same places at every stage, so that fragments always find theirs") {
  std::vector<std::string> ids;
  for (const LiveFragment& one : live_fragments(sample_live_run(), so_far(), LiveStage::load))
    ids.push_back(one.id);
  CHECK(ids == std::vector<std::string>{"live-head", "live-contents", "live-hand", "live-now", "live-latency",
                                        "live-judgement", "live-percentiles", "live-errors",
                                        "live-throughput", "live-steps", "live-probes", "live-generator",
                                        "live-plan"});
  const LiveRun nothing;
  const auto before = live_fragments(nothing, {}, LiveStage::before_load);
  REQUIRE(before.size() == ids.size());
  CHECK(html_of(before, "live-head").find("STARTING") != std::string::npos);
  CHECK(html_of(before, "live-latency").empty());
  const auto after = live_fragments(sample_live_run(), so_far(), LiveStage::after_load);
  CHECK(html_of(after, "live-head").find("LOAD IS OVER") != std::string::npos);
}

TEST_CASE("live page: says what comes next: a look, the verdict, or its only judgement at the end") {
  const auto head = [](const LiveRun& run) {
    return html_of(live_fragments(run, {}, LiveStage::load), "live-head");
  };
  LiveRun run = sample_live_run();
  CHECK(head(run).find("No verdict yet. Last look 1 of 4: undecided") != std::string::npos);
  CHECK(head(run).find("The next look is at 1m.") != std::string::npos);
  run.next_look.reset();
  CHECK(head(run).find("The next word is the verdict, at its end.") != std::string::npos);
  run.looks.clear();
  run.standing.clear();
  CHECK(head(run).find("It is judged once, at its end.") != std::string::npos);
  run.now.planned = 0s;
  CHECK(head(run).find("its iterations end it") != std::string::npos);
}

TEST_CASE("live page: its policy allows its own scripts by hash, and to talk to its own server") {
  const std::string page = page_of(sample_live_run(), so_far());
  const std::size_t begin = page.rfind("<script>") + 8, end = page.rfind("</script>");
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(page.data()) + begin, end - begin,
         reinterpret_cast<unsigned char*>(digest.data()));
  const std::string policy = live_page_policy();
  CHECK(policy.find(" 'sha256-" + base64_encode(digest) + "'; connect-src 'self'") != std::string::npos);
  CHECK(page.find("content=\"" + policy + "\"") != std::string::npos);
  CHECK(page.find("<noscript>") != std::string::npos);
  const std::string shown = page.substr(0, page.find("</main>"));
  for (const char* what : {" style=\"", "href=\"http", " src=\"", "url(", " onclick"})
    CHECK(shown.find(what) == std::string::npos);
}

TEST_CASE("live page: nothing that was configured or answered becomes markup of it") {
  constexpr const char* kHostile =
      "</script></style></title><b onclick='x'>\"]]>::error\x1b[31m\xff\xe2\x80\xae";
  LiveRun run = sample_live_run();
  run.gate = run.standing = run.stop_refused = run.extend_refused = kHostile;
  for (LiveProbe& probe : run.probes) probe.name = probe.words = kHostile;
  RunRecord record = so_far();
  record.result.name = record.result.gate_text = record.result.gate_path = kHostile;
  for (TargetFacts& target : record.result.targets) target.url = kHostile;
  for (StepFacts& step : record.result.steps) step.name = step.scenario = kHostile;
  const std::string page = page_of(run, record);
  for (const char* what : {"<b onclick", "onclick=\"", "\x1b", "\xff", "\xe2\x80\xae", "</style></title>"})
    CHECK(page.find(what) == std::string::npos);
}

TEST_CASE("live page: no result makes it larger than 1.5 MB") {
  const std::string wide(5000, '"');
  LiveRun run = sample_live_run();
  run.gate = run.standing = wide;
  run.probes.assign(5000, probe(wide.c_str(), ProbePhase::during));
  for (LiveProbe& one : run.probes) one.words = wide;
  run.looks.assign(5000, run.looks.front());
  RunRecord record = so_far();
  record.result.gate_text = std::string(1'000'000, '<');
  for (StepFacts& step : record.result.steps) step.name = step.scenario = wide;
  record.result.failures.assign(5000, {0, Arm::candidate, Outcome::status, 3, wide, wide});
  CHECK(page_of(run, record).size() < 1'500'000);
}

}  // namespace
}  // namespace assay::reports
