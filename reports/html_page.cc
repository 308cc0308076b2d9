#include "reports/html_page.h"

#include <string_view>

#include "model/base64.h"

namespace assay::reports {

// Embedded by CMake, with the SHA-256 of each in hexadecimal digits.
std::string_view page_template();
std::string_view notice();
std::string_view report_css();
std::string_view report_css_sha256();
std::string_view report_js();
std::string_view report_js_sha256();
std::string_view live_js();
std::string_view live_js_sha256();
std::string_view dygraph_css();
std::string_view dygraph_css_sha256();
std::string_view dygraph_js();
std::string_view dygraph_js_sha256();

namespace {

unsigned digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

// "'sha256-...'", as a content policy names what it allows.
std::string source_of(std::string_view hexadecimal) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2)
    bytes += static_cast<char>(digit(hexadecimal[i]) * 16 + digit(hexadecimal[i + 1]));
  return "'sha256-" + base64_encode(bytes) + "'";
}

constexpr std::string_view kLive =
    "Written by assay while the run goes on; the run directory keeps the whole.";

std::string policy_with(const std::string& more) {
  return "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src " +
         source_of(report_css_sha256()) + " " + source_of(dygraph_css_sha256()) + "; script-src " +
         source_of(dygraph_js_sha256()) + " " + source_of(report_js_sha256()) + more;
}

void put(std::string& page, std::string_view name, std::string_view value) {
  const std::string place = "{{" + std::string(name) + "}}";
  page.replace(page.find(place), place.size(), value);
}

// From the last place to the first, so that nothing that was put in is looked at again.
std::string framed(const std::string& title, const Markup& body, const std::string& policy,
                   std::string_view origin, const std::string& more_scripts) {
  std::string page(page_template());
  put(page, "more_scripts", more_scripts);
  put(page, "report_js", report_js());
  put(page, "dygraph_js", dygraph_js());
  put(page, "notice", notice());  // wherever the library goes
  put(page, "origin", text(origin).str());
  put(page, "body", body.str());
  put(page, "dygraph_css", dygraph_css());
  put(page, "report_css", report_css());
  put(page, "title", text(title).str());
  put(page, "policy", policy);
  return page;
}

}  // namespace

std::string html_page(const std::string& title, const Markup& body, const std::string& source) {
  const std::string origin = "Written by assay from " + source + " alone: nothing is loaded from a network.";
  return framed(title, body, policy_with({}), origin, {});
}

std::string live_html_page(const std::string& title, const Markup& body) {
  return framed(title, body, live_page_policy(), kLive, "<script>" + std::string(live_js()) + "</script>\n");
}

std::string live_page_policy() {
  return policy_with(" " + source_of(live_js_sha256()) + "; connect-src 'self'");
}

}  // namespace assay::reports
