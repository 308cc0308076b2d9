#include "base/config_error.h"

#include <doctest/doctest.h>

#include <memory>

using namespace assay;

namespace {

SourceSpan span_of(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  return {std::make_shared<const SourceFile>("gate.yaml", text), at, at + part.size()};
}

std::string shown(const std::string& text, const std::string& part) {
  return ConfigError{span_of(text, part), "wrong", "do this"}.render();
}

}  // namespace

TEST_CASE("an error shows its line, a caret as wide as the mistake, and what to do") {
  const std::string text = "version: 1\nload: { raet: 5/s }\n";
  const ConfigError error{span_of(text, "raet"), "unknown key \"raet\" in a load", "did you mean \"rate\"?"};
  CHECK(error.render() ==
        "error: unknown key \"raet\" in a load\n"
        "  --> gate.yaml:2:9\n"
        "   |\n"
        " 2 | load: { raet: 5/s }\n"
        "   |         ^^^^ did you mean \"rate\"?\n"
        "   |\n");
}

TEST_CASE("the caret stands under the mistake behind tabs and wide text") {
  CHECK(shown("\t\tkey: x", "x").find(" 1 |         key: x\n   |              ^ do this") !=
        std::string::npos);
  CHECK(shown("grün: x", "x").find(" 1 | grün: x\n   |       ^ do this") != std::string::npos);
}

TEST_CASE("a mistake over several lines is marked on its first line only") {
  CHECK(shown("a: one\n  two", "one\n  two").find("   |    ^^^ do this\n") != std::string::npos);
}

TEST_CASE("a long line is cut around the mistake") {
  const std::string text = std::string(300, 'a') + "WRONG" + std::string(300, 'b');
  const std::string rendered = shown(text, "WRONG");
  CHECK(rendered.find("...") != std::string::npos);
  CHECK(rendered.find("aWRONGb") != std::string::npos);
  CHECK(rendered.find(std::string(120, 'a')) == std::string::npos);
}

TEST_CASE("the margin grows with the line number") {
  const std::string rendered = shown(std::string(99, '\n') + "x", "x");
  CHECK(rendered.find("    --> gate.yaml:100:1\n     |\n 100 | x\n     | ^ do this\n") != std::string::npos);
}

TEST_CASE("control characters of the file do not reach the terminal") {
  CHECK(shown("a: \x1b[31mx", "x").find('\x1b') == std::string::npos);
}

TEST_CASE("an error without a place keeps its hint") {
  CHECK(ConfigError{{}, "wrong", "do this"}.render() == "error: wrong\n  = do this\n");
}

TEST_CASE("colour is added only when asked for") {
  const ConfigError error{span_of("a: x", "x"), "wrong", ""};
  CHECK(error.render(false).find('\x1b') == std::string::npos);
  CHECK(error.render(true).find("\x1b[1;31merror:") != std::string::npos);
}

TEST_CASE("twenty errors are shown, the rest is counted") {
  ConfigErrors errors;
  for (int i = 0; i < 23; ++i) errors.add({}, "wrong " + std::to_string(i));
  CHECK(errors.size() == 23);
  CHECK(errors.render().find("wrong 19") != std::string::npos);
  CHECK(errors.render().find("wrong 20") == std::string::npos);
  CHECK(errors.render().ends_with("and 3 more errors\n"));
}

TEST_CASE("errors are sorted by place and keep their order within one") {
  const auto file = std::make_shared<const SourceFile>("gate.yaml", "abc");
  ConfigErrors errors;
  errors.add({file, 2, 3}, "third");
  errors.add({file, 1, 2}, "first");
  errors.add({file, 1, 2}, "second");
  errors.sort();
  CHECK(errors.all()[0].title == "first");
  CHECK(errors.all()[1].title == "second");
  CHECK(errors.all()[2].title == "third");
}
