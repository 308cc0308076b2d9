#include "reports/progress_line.h"

#include <doctest/doctest.h>

#include <sstream>

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

LiveSnapshot snapshot_at(Nanos elapsed) {
  LiveSnapshot snapshot;
  snapshot.elapsed = elapsed;
  snapshot.planned = 60s;
  snapshot.intended_last_second = 100;
  snapshot.started_last_second = 99;
  snapshot.completed_last_second = 198;
  snapshot.in_flight = 4;
  snapshot.arms[0] = {.requests = 1000, .errors = 10, .p50 = 12300us, .p95 = 20100us, .p99 = 35ms};
  return snapshot;
}

TEST_CASE("one line names time, rates, percentiles and errors") {
  CHECK(progress_text(snapshot_at(12s)) ==
        "12 s of 60 s | 99/s of 100/s started, 198 requests/s, 4 in flight | candidate p50 12.3ms p95 20.1ms "
        "p99 35ms errors 1%");
}

TEST_CASE("what is unusual is said: warm-up, waiting and shed arrivals, unknown length, no schedule") {
  LiveSnapshot snapshot = snapshot_at(3s);
  snapshot.planned = Nanos{0};
  snapshot.warming_up = true;
  snapshot.intended_last_second = 0;
  snapshot.waiting = 7;
  snapshot.shed = 2;
  CHECK(progress_text(snapshot).starts_with(
      "3 s (warm-up) | 198 requests/s, 4 in flight, 7 waiting, 2 shed | candidate"));
}

TEST_CASE("both arms are shown where there is a baseline") {
  LiveSnapshot snapshot = snapshot_at(12s);
  snapshot.has_baseline = true;
  snapshot.arms[1] = {.requests = 500, .errors = 0, .p50 = 11ms, .p95 = 19ms, .p99 = 30ms};
  CHECK(progress_text(snapshot).ends_with("| baseline p50 11ms p95 19ms p99 30ms errors 0%"));
}

TEST_CASE("where nothing is offered there is only the time") {
  LiveSnapshot snapshot;
  snapshot.elapsed = 12s;
  snapshot.planned = 60s;
  snapshot.has_baseline = true;
  CHECK(progress_text(snapshot) == "12 s of 60 s");
}

TEST_CASE("a line comes at once and then every so often") {
  std::ostringstream out;
  ProgressLine progress(out, 5s);
  for (int second = 0; second < 12; ++second) progress.show(snapshot_at(std::chrono::seconds(second)));
  const std::string expected = progress_text(snapshot_at(0s)) + "\n" + progress_text(snapshot_at(5s)) + "\n" +
                               progress_text(snapshot_at(10s)) + "\n";
  CHECK(out.str() == expected);
}

TEST_CASE("news come when there are any, and can do nothing but be read") {
  std::ostringstream out;
  ProgressLine progress(out, 5s);
  progress.say("look 1 of 4: undecided\x1b[2J");
  CHECK(out.str() == "look 1 of 4: undecided?[2J\n");
}

}  // namespace
}  // namespace assay::reports
