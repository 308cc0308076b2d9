#include "reports/html_markup.h"

#include <doctest/doctest.h>

namespace assay::reports {
namespace {

TEST_CASE("html: what could be markup is text") {
  CHECK(text("</script><b>&\"'").str() == "&lt;/script&gt;&lt;b&gt;&amp;&quot;&#39;");
  CHECK(element("a", {{"href", "\" onclick=\"x"}}, text("<i>")).str() ==
        "<a href=\"&quot; onclick=&quot;x\">&lt;i&gt;</a>");
}

TEST_CASE("html: control characters and what turns text around do not reach a page") {
  CHECK(text("\x1b[31mred\x7f\r").str() == "?[31mred??");
  CHECK(text(std::string_view("a\0b", 3)).str() == "a?b");
  CHECK(text("line\n\ttab").str() == "line\n\ttab");
  CHECK(text("gpj.\u202Eexe").str() == "gpj.\uFFFDexe");
  CHECK(text("\u2066x\u2069").str() == "\uFFFDx\uFFFD");
}

TEST_CASE("html: bytes that are not UTF-8 are replaced one by one") {
  CHECK(text("ü€😀").str() == "ü€😀");
  CHECK(text("\xff\xfe").str() == "\uFFFD\uFFFD");
  CHECK(text("\xc3").str() == "\uFFFD");                                // ends too early
  CHECK(text("\xc0\xbc").str() == "\uFFFD\uFFFD");                      // `<`, longer than needed
  CHECK(text("\xed\xa0\x80").str() == "\uFFFD\uFFFD\uFFFD");            // a surrogate
  CHECK(text("\xf4\x90\x80\x80").str() == "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond Unicode
  CHECK(text("\xe2\x82<b>").str() == "\uFFFD\uFFFD&lt;b&gt;");
}

TEST_CASE("html: a long text is cut between two characters") {
  CHECK(clipped("abc", 3) == "abc");
  CHECK(clipped("abcd", 3) == "abc…");
  CHECK(clipped("aü", 2) == "a…");
  CHECK(clipped("\x80\x80\x80", 2) == "…");
}

TEST_CASE("html: data for a script cannot end it") {
  CHECK(script_data("[\"</script>&<!--\"]").str() == "[\"\\u003c/script\\u003e\\u0026\\u003c!--\"]");
}

}  // namespace
}  // namespace assay::reports
