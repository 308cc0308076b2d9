#include "cli/live_terminal.h"

#include <doctest/doctest.h>

#include <sstream>

#include "cli/live_block.h"
#include "tests/support/sample_live.h"

using namespace assay;
using namespace assay::cli;
using namespace std::chrono_literals;

namespace {

struct Stage {
  std::ostringstream out, err;
  bool is_terminal = true;
  ScreenSize size{80, 20};
  TimePoint now{};
  std::string in_pipeline;

  Context context() {
    return {.arguments = {},
            .environment = [this](std::string_view name) -> std::optional<std::string> {
              if (name == "CI" && !in_pipeline.empty()) return in_pipeline;
              return name == "LANG" ? std::optional<std::string>("C.UTF-8") : std::nullopt;
            },
            .out_is_terminal = is_terminal,
            .err_is_terminal = is_terminal,
            .size_of_terminal = [this](Stream) { return size; },
            .colour = ColourChoice::never,
            .out = out,
            .err = err};
  }

  // What was written since the last time.
  std::string written() {
    std::string text = err.str();
    err.str("");
    return text;
  }
};

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

std::optional<RunResult> no_result() { return std::nullopt; }

}  // namespace

TEST_CASE("a block is drawn again where it stands, and taken away") {
  std::ostringstream out;
  LiveBlock block(out, true);
  block.draw({"one", "two"}, 80);
  CHECK(out.str() == "\x1b[?25l\r\x1b[2Kone\n\x1b[2Ktwo\n\x1b[J\x1b[?25h");
  out.str("");
  block.draw({"three"}, 80);
  CHECK(out.str() == "\x1b[?25l\r\x1b[2A\x1b[2Kthree\n\x1b[J\x1b[?25h");
  out.str("");
  block.write("news\n", 80);
  CHECK(out.str() == "\r\x1b[1A\x1b[Jnews\n");
  CHECK_FALSE(block.is_drawn());
}

TEST_CASE("a terminal that became narrower has broken the lines of a block, if it breaks lines") {
  const std::string wide(79, 'x');
  for (const bool reflows : {true, false}) {
    std::ostringstream out;
    LiveBlock block(out, reflows);
    block.draw({wide, "short", "\x1b[31m" + wide + "\x1b[0m"}, 80);
    out.str("");
    block.write("", 39);
    CHECK(out.str() == (reflows ? "\r\x1b[7A\x1b[J" : "\r\x1b[3A\x1b[J"));
  }
}

TEST_CASE("the live terminal draws each second, fits the terminal as it is then, and leaves nothing") {
  Stage stage;
  const Context context = stage.context();
  const LiveRun run = test_support::sample_live();
  {
    LiveTerminal terminal(context, [&] { return stage.now; });
    terminal.show(run, no_result);
    const std::string first = stage.written();
    CHECK(first.find("verdict") != std::string::npos);
    CHECK(count(first, "\n") < 20);
    stage.now += 1s;
    stage.size = {60, 5};
    terminal.show(run, no_result);
    CHECK(count(stage.written(), "\n") < 5);
  }
  CHECK(stage.written().ends_with("\x1b[J"));
  CHECK(stage.out.str().empty());
}

TEST_CASE("the live terminal draws at most five times a second, and news stay") {
  Stage stage;
  const Context context = stage.context();
  LiveTerminal terminal(context, [&] { return stage.now; });
  terminal.show(test_support::sample_live(), no_result);
  stage.written();
  terminal.say("look 1 of 4: undecided");
  CHECK(stage.written().ends_with("\x1b[Jlook 1 of 4: undecided\n"));
  stage.now += 200ms;
  terminal.say("look 2 of 4: \x1b[2Jundecided");
  const std::string later = stage.written();
  CHECK(later.starts_with("\r\x1b[Jlook 2 of 4: ?[2Jundecided\n\x1b[?25l\r"));
  CHECK(later.find("verdict") != std::string::npos);
  terminal.finish();
  stage.written();
  stage.now += 1s;
  terminal.say("the end");
  CHECK(stage.written() == "\r\x1b[Jthe end\n");
}

TEST_CASE("where no screen can be drawn there are plain lines, fewer in a pipeline") {
  for (const bool in_pipeline : {false, true}) {
    Stage stage;
    stage.is_terminal = in_pipeline;  // a pipeline may have a terminal; nobody looks at it
    if (in_pipeline) stage.in_pipeline = "true";
    const Context context = stage.context();
    LiveTerminal terminal(context, [&] { return stage.now; });
    LiveRun run = test_support::sample_live();
    for (int second = 0; second <= 10; ++second) {
      run.now.elapsed = std::chrono::seconds(second);
      terminal.show(run, no_result);
    }
    terminal.say("news");
    terminal.finish();
    const std::string text = stage.written();
    CHECK(count(text, "\n") == (in_pipeline ? 3 : 4));
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.ends_with("news\n"));
  }
}
