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
  snapshot.completed_last_second = 198;
  snapshot.in_flight = 4;
  snapshot.arms[0] = {1000, 10, 12300us, 20100us, 35ms};
  return snapshot;
}

TEST_CASE("one line names time, rate, percentiles and errors") {
  CHECK(progress_text(snapshot_at(12s)) ==
        "12 s of 60 s | 198/s, 4 in flight | candidate p50 12.3ms p95 20.1ms p99 35ms errors 1%");
}

TEST_CASE("what is unusual is said: warm-up, waiting and shed arrivals, unknown length") {
  LiveSnapshot snapshot = snapshot_at(3s);
  snapshot.planned = Nanos{0};
  snapshot.warming_up = true;
  snapshot.waiting = 7;
  snapshot.shed = 2;
  CHECK(progress_text(snapshot).starts_with(
      "3 s (warm-up) | 198/s, 4 in flight, 7 waiting, 2 shed | candidate"));
}

TEST_CASE("both arms are shown where there is a baseline") {
  LiveSnapshot snapshot = snapshot_at(12s);
  snapshot.has_baseline = true;
  snapshot.arms[1] = {500, 0, 11ms, 19ms, 30ms};
  CHECK(progress_text(snapshot).ends_with("| baseline p50 11ms p95 19ms p99 30ms errors 0%"));
}

TEST_CASE("away from a terminal a line comes every five seconds") {
  std::ostringstream out;
  ProgressLine progress(out, false);
  for (int second = 0; second < 12; ++second) progress.show(snapshot_at(std::chrono::seconds(second)));
  progress.finish();
  const std::string expected = progress_text(snapshot_at(0s)) + "\n" + progress_text(snapshot_at(5s)) + "\n" +
                               progress_text(snapshot_at(10s)) + "\n";
  CHECK(out.str() == expected);
}

TEST_CASE("on a terminal the line is drawn again and cleared at the end") {
  std::ostringstream out;
  ProgressLine progress(out, true);
  progress.show(snapshot_at(1s));
  progress.show(snapshot_at(2s));
  progress.finish();
  CHECK(out.str() == "\r\x1b[K" + progress_text(snapshot_at(1s)) + "\r\x1b[K" +
                         progress_text(snapshot_at(2s)) + "\r\x1b[K");
}

TEST_CASE("news stay above the live line") {
  std::ostringstream out;
  ProgressLine progress(out, true);
  progress.show(snapshot_at(1s));
  progress.say("look 1 of 4: undecided");
  progress.show(snapshot_at(2s));
  CHECK(out.str() == "\r\x1b[K" + progress_text(snapshot_at(1s)) +
                         "\r\x1b[Klook 1 of 4: undecided\n\r\x1b[K" + progress_text(snapshot_at(2s)));
}

}  // namespace
}  // namespace assay::reports
