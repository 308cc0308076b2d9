#include "reports/cells.h"

#include <doctest/doctest.h>

namespace assay::reports {
namespace {

TEST_CASE("cells: wide characters and emoji take two, marks and colours none") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("größe") == 5);
  CHECK(display_width("注文") == 4);
  CHECK(display_width("😀") == 2);
  CHECK(display_width("⚠\uFE0F") == 2);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("\x1b[31mred\x1b[0m") == 3);
  CHECK(display_width("") == 0);
}

TEST_CASE("cells: what is too long ends in an ellipsis and is never wider than it may be") {
  CHECK(fitted("abcdef", 6) == "abcdef");
  CHECK(fitted("abcdefg", 6) == "abcde…");
  CHECK(fitted("注文注文", 5) == "注文…");
  CHECK(fitted("注文注文", 4) == "注…");
  CHECK(fitted("e\u0301e\u0301e\u0301", 2) == "e\u0301…");
  CHECK(fitted("\x1b[31mabcdef\x1b[0m", 3) == "\x1b[31mab…\x1b[0m");
  CHECK(fitted("abc", 0).empty());
}

TEST_CASE("cells: marks without end are left out, so that a line of few cells is one of few bytes") {
  std::string many = "a";
  for (int i = 0; i < 10'000; ++i) many += "\u0301";
  CHECK(fitted(many + "b", 10).size() < 20);
}

TEST_CASE("cells: lines break between words, and within one that is longer than a line") {
  CHECK(wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrapped("abcdefgh ij", 4) == std::vector<std::string>{"abcd", "efgh", "ij"});
  CHECK(wrapped("", 4) == std::vector<std::string>{""});
  CHECK(wrapped("注文を見る", 4) == std::vector<std::string>{"注文", "を見", "る"});
  CHECK(wrapped("注", 1) == std::vector<std::string>{"注"});
}

TEST_CASE("cells: text of others can do nothing but be read") {
  CHECK(printable("\x1b[2Jgone\r\n") == "?[2Jgone??");
  CHECK(printable("\u009b31m") == "?31m");  // a control sequence in one character
  CHECK(printable("gpj.\u202Eexe") == "gpj.\uFFFDexe");
  CHECK(printable("\x9b\xff") == "\uFFFD\uFFFD");
}

TEST_CASE("cells: what a pipeline would take for a command is none any more") {
  CHECK(printable("::error::x") == ": :error::x");
  CHECK(printable("got ::set-output name=a::b") == "got : :set-output name=a::b");
  CHECK(printable("a ##[error]b") == "a # #[error]b");
  CHECK(printable("##vso[task.complete]") == "# #vso[task.complete]");
  CHECK(printable("http://[::1]:8080 and ::1") == "http://[::1]:8080 and ::1");
}

TEST_CASE("cells: in ASCII a text keeps its width and its shapes their meaning") {
  CHECK(ascii_form("● pass ■ fail ◇ …") == "+ pass x fail ? ~");
  CHECK(ascii_form("größe 注文 e\u0301") == "gr??e ???? e");
  CHECK(ascii_form("\x1b[31m■\x1b[0m") == "\x1b[31mx\x1b[0m");
}

}  // namespace
}  // namespace assay::reports
