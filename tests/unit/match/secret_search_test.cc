#include "match/secret_search.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::match;

namespace {

std::string hidden(std::string_view text, const std::vector<std::string>& secrets) {
  return without_secrets(text, secrets);
}

}  // namespace

TEST_CASE("a secret is found in every notation") {
  const std::string secret = "Zq7\"x/ +y\\&<w>='%\n\xc3\xa9\xf0\x9f\x98\x80";
  for (const std::string_view form : {
           "Zq7\"x/ +y\\&<w>='%\n\xc3\xa9\xf0\x9f\x98\x80",                 // as it is
           "zQ7\"X/ +Y\\&<W>='%\n\xc3\xa9\xf0\x9f\x98\x80",                 // letters folded
           "Zq7%22x%2F%20%2By%5C%26%3Cw%3E%3D%27%25%0A%C3%A9%F0%9F%98%80",  // a URL
           "Zq7%22x%2f+%2by%5c%26%3cw%3e%3d'%25%0a%c3%a9%f0%9f%98%80",      // a form, small
           "Zq7%22x/%20+y%5C&%3Cw%3E='%25%0A%C3%A9%F0%9F%98%80",            // a path
           "Zq7%2522x%252F%2520%252By%255C%2526%253Cw%253E=%2527%2525%250A%25C3%25A9%25F0%259F%2598%2580",
           "Zq7\\\"x/ +y\\\\&<w>='%\\n\xc3\xa9\xf0\x9f\x98\x80",  // JSON
           "Zq7\\\"x\\/ +y\\\\\\u0026\\u003cw\\u003E=\\u0027%\\n\\u00e9\\ud83d\\ude00",
           "Zq7\\\\\\\"x/ +y\\\\\\\\\\\\u0026<w>='%\\\\n\\\\u00E9\\\\uD83D\\\\uDE00",  // JSON in JSON
           "Zq7&quot;x/ +y\\&amp;&lt;w&gt;=&#39;%\n&#233;&#x1F600;",                   // HTML
           "Zq7\\x22x/ +y\\\\\\x26\\x3Cw\\x3E=\\x27%\\n\xc3\xa9\xf0\x9f\x98\x80",      // JavaScript
       }) {
    CAPTURE(form);
    CHECK(hidden("<" + std::string(form) + ">", {secret}) == "<***>");
  }
}

TEST_CASE("a secret that looks like an escape is found as it is") {
  for (const std::string_view secret :
       {"a&amp;b", "100%25", "%41", "\\u0041", "\\\\", "&&&amp;", "%%25%", "a+b"}) {
    CAPTURE(secret);
    CHECK(hidden("x" + std::string(secret) + "y", {std::string(secret)}) == "x***y");
  }
}

TEST_CASE("what only begins like a secret stays") {
  for (const std::string_view text :
       {"", "Zq", "Zq7", "Zq7%", "Zq7%2", "Zq7%2x", "Zq7&", "Zq7&am", "Zq7&#", "Zq7&#38", "Zq7&#;", "Zq7\\",
        "Zq7\\u", "Zq7\\u002", "Zq7\\ud83d", "Zq7\\ud83d\\u", "Zq7\\ud83d\\u0026", "Zq7%25%25",
        "Zq7\\\\\\\\\\\\\\\\\\\\\\\\"}) {
    CAPTURE(text);
    CHECK(hidden(text, {"Zq7&x"}) == text);
  }
}

TEST_CASE("the longest secret goes first, and every occurrence") {
  const std::vector<config::SecretSpec> specs{
      {"a", "long", {}}, {"b", "", {}}, {"c", "long secret", {}}, {"d", "long", {}}};
  const std::vector<std::string> secrets = secret_values(specs);
  CHECK(secrets == std::vector<std::string>{"long secret", "long"});
  CHECK(hidden("a long secret, LONG", secrets) == "a ***, ***");
}

// Were all readings tried one after the other, the first of these would take longer than anybody waits.
TEST_CASE("many ways to read a text cost no more than their number") {
  const std::string backslashes(2000, '\\');
  CHECK(hidden(backslashes, {std::string(100, '\\') + "x"}) == backslashes);
  std::string percents;
  for (int i = 0; i < 500; ++i) percents += "%25";
  CHECK(hidden(percents, {std::string(200, '%') + "x"}) == percents);
}

TEST_CASE("it stops where there is enough, but not inside a secret") {
  CHECK(without_secrets("abcsecretdef", std::vector<std::string>{"secret"}, 4) == "abc***");
  CHECK(without_secrets("abcsecretdef", std::vector<std::string>{"secret"}, 2) == "ab");
}
