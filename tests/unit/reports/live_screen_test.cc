#include "reports/live_screen.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "reports/cells.h"
#include "tests/support/sample_live.h"
#include "tests/unit/reports/golden.h"

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

void check_golden(const std::string& file, const std::string& actual) {
  CHECK(actual == test_support::read_golden("reports/" + file, actual));
}

const LiveRun kRun = test_support::sample_live();

TEST_CASE("the live screen at 80 and at 120 columns") {
  check_golden("live-80.txt", text_of(live_screen(kRun, {.columns = 80, .rows = 20})));
  check_golden("live-120.txt", text_of(live_screen(kRun, {.columns = 120, .rows = 20})));
}

TEST_CASE("the live screen in ASCII") {
  check_golden("live-ascii.txt", text_of(live_screen(kRun, {.columns = 80, .rows = 20, .utf8 = false})));
}

TEST_CASE("colour adds nothing to the live screen but escape sequences") {
  const auto plain = live_screen(kRun, {.columns = 80, .rows = 20});
  const auto coloured = live_screen(kRun, {.columns = 80, .rows = 20, .colour = true});
  REQUIRE(plain.size() == coloured.size());
  bool painted = false;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    std::string bare;
    for (std::size_t at = 0; at < coloured[i].size(); ++at) {
      if (coloured[i][at] == '\x1b') {
        at = coloured[i].find('m', at);
        painted = true;
      } else {
        bare += coloured[i][at];
      }
    }
    CHECK(bare == plain[i]);
  }
  CHECK(painted);
}

TEST_CASE("the live screen never has more lines or wider ones than fit") {
  const LiveRun hostile = test_support::hostile_live();
  for (const LiveRun& run : {kRun, hostile, LiveRun{}}) {
    for (const std::size_t columns : std::vector<std::size_t>{0, 1, 2, 5, 10, 20, 40, 79, 80, 120, 200}) {
      for (const std::size_t rows : std::vector<std::size_t>{0, 1, 2, 3, 5, 8, 13, 20, 24}) {
        for (const bool utf8 : {true, false}) {
          const auto lines = live_screen(run, {.columns = columns, .rows = rows, .utf8 = utf8});
          CHECK(lines.size() <= (rows == 0 ? 0 : rows - 1));
          for (const std::string& line : lines) CHECK(display_width(line) <= columns);
        }
      }
    }
  }
}

TEST_CASE("on a small screen the verdict is the last to go, then the arms, then the time") {
  const auto lines = [&](std::size_t rows) {
    return text_of(live_screen(kRun, {.columns = 80, .rows = rows}));
  };
  CHECK(lines(2).starts_with("verdict"));
  CHECK(lines(2).find('\n') == lines(2).size() - 1);
  CHECK(lines(5).find("candidate") != std::string::npos);
  CHECK(lines(5).find("of 5m") == std::string::npos);
  CHECK(lines(6).find("of 5m") != std::string::npos);
  CHECK(lines(8).find("ready") == std::string::npos);
  CHECK(lines(8).find("probes") != std::string::npos);
}

TEST_CASE("nothing of a server does anything to the live screen") {
  for (const std::string& line : live_screen(test_support::hostile_live(), {.columns = 120, .rows = 40})) {
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find("\u202E") == std::string::npos);
    CHECK(line.find("##[") == std::string::npos);
    CHECK_FALSE(line.substr(std::min(line.find_first_not_of(' '), line.size())).starts_with("::"));
  }
}

TEST_CASE("the screen claims no verdict before there is one") {
  LiveRun run = kRun;
  run.looks.back().p_fail = 1e-9;  // past its bound: the run is about to end
  const std::string text = text_of(live_screen(run, {}));
  CHECK(text.find("none yet: look 2 of 4, at 50% of the time, is past a bound") != std::string::npos);
  CHECK(text.find("verdict   fail") == std::string::npos);
}

TEST_CASE("without looks the screen says when the verdict comes, and where none will come") {
  LiveRun run = kRun;
  run.looks.clear();
  CHECK(text_of(live_screen(run, {})).find("none yet: the next look is due in 1m15s") != std::string::npos);
  run.next_look.reset();
  CHECK(text_of(live_screen(run, {})).find("none yet: it is given when the load is over, in 2m30s") !=
        std::string::npos);
  run.now.planned = Nanos{0};
  CHECK(text_of(live_screen(run, {})).find("none yet: it is given when the load is over\n") !=
        std::string::npos);
  run.judged = false;
  CHECK(text_of(live_screen(run, {})).find("none: this load is not judged by itself") != std::string::npos);
}

TEST_CASE("a run that only watches shows no rates") {
  LiveRun run = kRun;
  run.now = LiveSnapshot{};
  run.now.elapsed = 10s;
  run.now.planned = 60s;
  run.now.has_baseline = true;
  run.past = {run.now};
  const std::string text = text_of(live_screen(run, {}));
  CHECK(text.find("load") == std::string::npos);
  CHECK(text.find("candidate") == std::string::npos);
  CHECK(text.find("10s of 1m, 50s left") != std::string::npos);
}

}  // namespace
}  // namespace assay::reports
