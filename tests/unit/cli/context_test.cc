#include "cli/context.h"

#include <doctest/doctest.h>

#include <map>
#include <sstream>

using namespace assay::cli;

namespace {

struct World {
  std::map<std::string, std::string, std::less<>> variables;
  bool is_terminal = true;
  ScreenSize size{120, 40};
  std::ostringstream out, err;

  Context context() {
    return {.arguments = {},
            .environment = [this](std::string_view name) -> std::optional<std::string> {
              const auto found = variables.find(name);
              if (found == variables.end()) return std::nullopt;
              return found->second;
            },
            .out_is_terminal = is_terminal,
            .err_is_terminal = is_terminal,
            .size_of_terminal = [this](Stream) { return size; },
            .out = out,
            .err = err};
  }
};

bool coloured(std::map<std::string, std::string, std::less<>> variables, bool is_terminal,
              ColourChoice choice = ColourChoice::automatic) {
  World world{.variables = std::move(variables), .is_terminal = is_terminal, .out = {}, .err = {}};
  Context context = world.context();
  context.colour = choice;
  return context.out_in_colour();
}

}  // namespace

TEST_CASE("colour: the user, NO_COLOR, FORCE_COLOR, a dumb terminal, a terminal, in this order") {
  CHECK(coloured({}, true));
  CHECK_FALSE(coloured({}, false));
  CHECK_FALSE(coloured({{"TERM", "dumb"}}, true));
  CHECK(coloured({{"TERM", "dumb"}, {"FORCE_COLOR", "1"}}, true));
  CHECK(coloured({{"CLICOLOR_FORCE", "1"}}, false));
  CHECK_FALSE(coloured({{"FORCE_COLOR", "0"}}, false));
  CHECK_FALSE(coloured({{"FORCE_COLOR", ""}}, false));
  CHECK_FALSE(coloured({{"FORCE_COLOR", "1"}, {"NO_COLOR", "1"}}, true));
  CHECK(coloured({{"NO_COLOR", ""}}, true));
  CHECK(coloured({{"NO_COLOR", "1"}}, false, ColourChoice::always));
  CHECK_FALSE(coloured({{"FORCE_COLOR", "1"}}, true, ColourChoice::never));
}

TEST_CASE("a locale says what a terminal can show; pipes and files get UTF-8") {
  World world;
  const auto shows = [&] { return world.context().in_utf8(Stream::out); };
  CHECK_FALSE(shows());
  world.variables["LANG"] = "de_DE.UTF-8";
  CHECK(shows());
  world.variables["LC_CTYPE"] = "C";
  CHECK_FALSE(shows());
  world.variables["LC_ALL"] = "C.utf8";
  CHECK(shows());
  world.variables["LC_ALL"] = "";
  CHECK_FALSE(shows());
  world.is_terminal = false;
  CHECK(shows());
}

TEST_CASE("a terminal's size is what it says, else the environment's, else the usual one") {
  World world;
  world.variables = {{"COLUMNS", "100"}, {"LINES", "30"}};
  CHECK(world.context().screen(Stream::err) == ScreenSize{120, 40});
  world.size = {0, 40};
  CHECK(world.context().screen(Stream::err) == ScreenSize{100, 40});
  world.size = {};
  CHECK(world.context().screen(Stream::err) == ScreenSize{100, 30});
  world.variables = {{"COLUMNS", "wide"}, {"LINES", "-3"}};
  CHECK(world.context().screen(Stream::err) == ScreenSize{80, 24});
  world.is_terminal = false;
  CHECK(world.context().screen(Stream::err) == ScreenSize{0, 0});
}

TEST_CASE("lines are drawn again only on a terminal that can, and that somebody looks at") {
  World world;
  CHECK(world.context().err_redraws());
  world.variables = {{"CI", "true"}};
  CHECK_FALSE(world.context().err_redraws());
  world.variables = {{"CI", "false"}};
  CHECK(world.context().err_redraws());
  world.variables = {{"TERM", "dumb"}};
  CHECK_FALSE(world.context().err_redraws());
  world.variables.clear();
  world.is_terminal = false;
  CHECK_FALSE(world.context().err_redraws());
}

TEST_CASE("a few terminals do not break their lines anew") {
  World world;
  for (const char* name : {"xterm-256color", "tmux-256color", "alacritty"}) {
    world.variables = {{"TERM", name}};
    CHECK(world.context().terminal_reflows());
  }
  for (const char* name : {"linux", "rxvt-unicode", "screen.xterm"}) {
    world.variables = {{"TERM", name}};
    CHECK_FALSE(world.context().terminal_reflows());
  }
  world.variables = {{"TERM", "screen-256color"}, {"TMUX", "/tmp/tmux"}};
  CHECK(world.context().terminal_reflows());
  world.variables = {{"TERM", "xterm"}, {"XTERM_VERSION", "XTerm(379)"}};
  CHECK_FALSE(world.context().terminal_reflows());
}
