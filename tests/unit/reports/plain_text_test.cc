#include "reports/plain_text.h"

#include <doctest/doctest.h>

#include "reports/xml_text.h"

using namespace assay::reports;

TEST_CASE("plain text: what a terminal would obey becomes a question mark") {
  CHECK(plain_text("a\x1b[31mb\x07\r\x7f") == "a?[31mb???");
  CHECK(plain_text("C1: \xc2\x9b"
                   "31m") == "C1: ?31m");
}

TEST_CASE("plain text: line feeds and tabs stay, in one line they are blanks") {
  CHECK(plain_text("a\n\tb") == "a\n\tb");
  CHECK(one_line("a\r\n\tb") == "a   b");
}

TEST_CASE("plain text: bytes that are no characters, and characters that turn text, are replaced") {
  CHECK(plain_text("\xff") == "\xef\xbf\xbd");
  CHECK(plain_text("\xc0\xaf") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(plain_text("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // a surrogate
  CHECK(plain_text("\xef\xbf\xbf") == "\xef\xbf\xbd");                          // U+FFFF
  CHECK(plain_text("\xe2\x80\xae"
                   "x") == "\xef\xbf\xbdx");                    // U+202E
  CHECK(plain_text("\xe2\x82") == "\xef\xbf\xbd\xef\xbf\xbd");  // cut short
}

TEST_CASE("plain text: words of all languages stay as they are") {
  const std::string text = "Prüfung größer als 1 µs – 测试 🚀";
  CHECK(plain_text(text) == text);
}

TEST_CASE("clipped text ends between two characters") {
  CHECK(clipped("äöü", 3) == "ä…");
  CHECK(clipped("äöü", 6) == "äöü");
}

TEST_CASE("xml text: markup and control characters are inert") {
  CHECK(xml_text("<b>&\"]]>\x1b[31m\n") == "&lt;b&gt;&amp;&quot;]]&gt;?[31m\n");
}
