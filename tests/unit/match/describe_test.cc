#include "match/describe.h"

#include <doctest/doctest.h>

#include <vector>

#include "tests/unit/match/match_fixture.h"

using namespace assay;
using namespace assay::match;

TEST_CASE("long values are clipped between characters") {
  const std::string shown_text = shown(std::string(119, 'a') + "é and more", {});
  CHECK(shown_text == std::string(119, 'a') + "…");
  CHECK(shown(std::string(120, 'a'), {}) == std::string(120, 'a'));
}

TEST_CASE("control characters and broken UTF-8 are escaped") {
  CHECK(quoted("a\r\nb\x1b[31m", {}) == R"("a\r\nb\x1b[31m")");
  CHECK(shown("\xff\xc3", {}) == R"(\xff\xc3)");
  CHECK(shown("\xed\xa0\x80", {}) == R"(\xed\xa0\x80)");
  CHECK(shown("grün €", {}) == "grün €");
}

TEST_CASE("every occurrence of a secret is replaced") {
  const std::vector<std::string> secrets{"long secret", "long"};
  CHECK(shown("a long secret, long", secrets) == "a ***, ***");
}

TEST_CASE("a cut never leaves a part of a secret") {
  const std::vector<std::string> secrets{"s3cr3t-token"};
  for (std::size_t before = 100; before <= 130; ++before) {
    const std::string text = shown(std::string(before, 'x') + "s3cr3t-token" + std::string(50, 'y'), secrets);
    CAPTURE(text);
    CHECK(text.find("s3c") == std::string::npos);
  }
}

TEST_CASE("many secrets in a row leave nothing behind") {
  const std::vector<std::string> secrets{std::string(40, 's') + "!"};
  std::string text = "x";
  for (int i = 0; i < 100; ++i) text += secrets.front();
  CHECK(shown(text, secrets).find('s') == std::string::npos);
}

TEST_CASE("sentences hide secrets on both sides") {
  const Tried tried(templated(MatcherKind::equals, "Bearer ${secret}"), Subject::text);
  CHECK(tried.text("Bearer s3cr3t-token"));
  CHECK(tried.text_sentence("Basic s3cr3t-token") == R"(expected "Bearer ***", got "Basic ***")");
}
