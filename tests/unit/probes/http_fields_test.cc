#include "probes/http_fields.h"

#include <doctest/doctest.h>

#include "probes/http_date.h"
#include "probes/web_url.h"

using namespace assay;
using namespace assay::probes;

TEST_CASE("http fields: separators inside quotes separate nothing") {
  CHECK(split_list("a, \"b, c\" ,, d", ',') == std::vector<std::string>{"a", "\"b, c\"", "d"});
  CHECK(split_list("\"a\\\",b\",c", ',') == std::vector<std::string>{"\"a\\\",b\"", "c"});
  CHECK(split_list("\"open, c", ',') == std::vector<std::string>{"\"open, c"});
  CHECK(split_list("x\\", ',') == std::vector<std::string>{"x\\"});
  CHECK(split_list("\"\\", ',') == std::vector<std::string>{"\"\\"});
  CHECK(split_list(" ", ',').empty());
}

TEST_CASE("http fields: directives, quoted or not") {
  const Directives read = parse_directives("Max-Age=\"60\"; preload; x = y", ';');
  CHECK(read.problem.empty());
  REQUIRE(read.items.size() == 3);
  CHECK(read.items[0].name == "max-age");
  CHECK(read.items[0].value == "60");
  CHECK_FALSE(read.items[1].value);
  CHECK(read.find("x")->value == "y");
  CHECK(parse_directives("a=\"b\"c", ',').problem == "a=\"b\"c");
  CHECK(parse_directives("a=\"b", ',').problem == "a=\"b");
  CHECK(parse_directives("=1", ',').problem == "=1");
  std::string many;
  for (int i = 0; i < 200; ++i) many += "a,";
  CHECK(parse_directives(many, ',').items.size() == 100);
  CHECK(parse_directives(many, ',').problem == "directive 101 and what follows");
}

TEST_CASE("http fields: seconds are digits, and what is too large is 68 years") {
  CHECK(parse_seconds("60") == std::chrono::seconds(60));
  CHECK(parse_seconds("0") == std::chrono::seconds(0));
  CHECK(parse_seconds("99999999999999999999999") == std::chrono::seconds(1LL << 31));
  CHECK_FALSE(parse_seconds(""));
  CHECK_FALSE(parse_seconds("-1"));
  CHECK_FALSE(parse_seconds("1.5"));
  CHECK_FALSE(parse_seconds(" 1"));
}

TEST_CASE("http date: the three formats of HTTP and that of old cookies") {
  const std::chrono::sys_seconds moment(std::chrono::seconds(784'111'777));
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == moment);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == moment);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == moment);
  CHECK(parse_http_date("Sun, 06-Nov-1994 08:49:37 GMT") == moment);
  CHECK(parse_http_date("Thu, 31 Dec 9999 23:59:59 GMT").has_value());
  for (const char* text : {"", "0", "-1", "tomorrow", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994", "1994-11-06T08:49:37Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

TEST_CASE("web url: references lead where browsers go") {
  const WebUrl base = *parse_web_url("https://a.example/b/c?d");
  const auto leads = [&](std::string_view reference) {
    const auto url = resolve(base, reference);
    return url ? url->text() : "refused: " + std::string(resolve(base, reference).error());
  };
  CHECK(leads("https://B.example:443/x#y") == "https://b.example/x");
  CHECK(leads("//b.example:8443") == "https://b.example:8443/");
  CHECK(leads("/x/../y/./z?q") == "https://a.example/y/z?q");
  CHECK(leads("x") == "https://a.example/b/x");
  CHECK(leads("../../..") == "https://a.example/");
  CHECK(leads("?q") == "https://a.example/b/c?q");
  CHECK(leads("#y") == "https://a.example/b/c?d");
  CHECK(leads("/a//b/") == "https://a.example/a//b/");
  CHECK(leads("http://[::1]:8080/") == "http://[::1]:8080/");
}

TEST_CASE("web url: what leads browsers elsewhere than it seems is refused") {
  const WebUrl base = *parse_web_url("https://a.example/");
  const auto reason = [&](std::string_view reference) {
    auto url = resolve(base, reference);
    return url ? "taken" : std::move(url).error();
  };
  CHECK(reason("https://a.example@evil.example/") == "it holds a user or password");
  CHECK(reason("/\\evil.example") == "it holds a backslash, which browsers take for a slash");
  CHECK(reason("/x\r\nSet-Cookie: a=b") == "it holds a control character");
  CHECK(reason("/a b") == "it holds a space");
  CHECK(reason("javascript:alert(1)") == "its scheme is \"javascript\", not http or https");
  CHECK(reason("https:evil.example") == "\"//\" is missing after its scheme");
  CHECK(reason("https://") == "its host or port is missing or malformed");
  CHECK(reason("https://a:70000/") == "its host or port is missing or malformed");
  CHECK(reason("") == "it is empty");
  CHECK(reason(std::string(9000, 'x')) == "it has 9000 bytes");
}
