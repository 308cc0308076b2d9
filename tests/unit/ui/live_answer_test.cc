#include "ui/live_answer.h"

#include <doctest/doctest.h>

#include "reports/html_page.h"

using namespace assay::ui;

namespace {

bool has(const std::string& bytes, const std::string& part) { return bytes.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("answer: every one forbids to keep, frame, guess and tell on") {
  for (const std::string& bytes :
       {bytes_of({.body = "x"}, false), bytes_of({.status = 404, .body = "x"}, false), head_of_events()}) {
    for (const char* line :
         {"Cache-Control: no-store\r\n", "X-Frame-Options: DENY\r\n", "X-Content-Type-Options: nosniff\r\n",
          "Referrer-Policy: no-referrer\r\n", "frame-ancestors 'none'\r\n", "Connection: close\r\n"})
      CHECK(has(bytes, line));
    CHECK_FALSE(has(bytes, "Access-Control-Allow-Origin"));
  }
}

TEST_CASE("answer: a page may run its own scripts, nothing else may run any") {
  const std::string page = bytes_of({.type = "text/html; charset=utf-8", .body = "<p>"}, false);
  CHECK(has(page, "Content-Security-Policy: " + assay::reports::live_page_policy() +
                      "; frame-ancestors 'none'\r\n"));
  CHECK(has(page, "connect-src 'self'"));
  CHECK(page.ends_with("Content-Length: 3\r\n\r\n<p>"));
  CHECK(has(bytes_of({.body = "x"}, false), "Content-Security-Policy: default-src 'none'; frame-"));
}

TEST_CASE("answer: a head says the length and leaves the body out; refusals say what would do") {
  CHECK(bytes_of({.body = "four"}, true).ends_with("Content-Length: 4\r\n\r\n"));
  CHECK(has(bytes_of({.status = 405, .body = "", .allow = "POST"}, false),
            "HTTP/1.1 405 Method Not Allowed\r\n"));
  CHECK(has(bytes_of({.status = 405, .body = "", .allow = "POST"}, false), "Allow: POST\r\n"));
  CHECK(has(bytes_of({.status = 401, .body = ""}, false), "WWW-Authenticate: Bearer\r\n"));
}
