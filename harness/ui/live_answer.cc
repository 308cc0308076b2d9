#include "ui/live_answer.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "reports/html_page.h"

namespace assay::ui {
namespace {

constexpr std::array<std::pair<unsigned, std::string_view>, 11> kReasons = {{{200, "OK"},
                                                                             {202, "Accepted"},
                                                                             {400, "Bad Request"},
                                                                             {401, "Unauthorized"},
                                                                             {403, "Forbidden"},
                                                                             {404, "Not Found"},
                                                                             {405, "Method Not Allowed"},
                                                                             {409, "Conflict"},
                                                                             {413, "Content Too Large"},
                                                                             {421, "Misdirected Request"},
                                                                             {503, "Service Unavailable"}}};

std::string_view reason_of(unsigned status) {
  for (const auto& [number, reason] : kReasons)
    if (number == status) return reason;
  return "Request Header Fields Too Large";  // 431
}

// A page that is framed or kept, or whose address leaks, could be used against the run.
std::string head_of(unsigned status, std::string_view type, const std::string& policy) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\n"
      "Content-Type: {}\r\n"
      "Content-Security-Policy: {}; frame-ancestors 'none'\r\n"
      "X-Frame-Options: DENY\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n"
      "Cache-Control: no-store\r\n"
      "Connection: close\r\n",
      status, reason_of(status), type, policy);
}

bool is_page(std::string_view type) { return type.starts_with("text/html"); }

}  // namespace

std::string bytes_of(const LiveAnswer& answer, bool head_only) {
  std::string made = head_of(answer.status, answer.type,
                             is_page(answer.type) ? reports::live_page_policy() : "default-src 'none'");
  if (!answer.allow.empty()) made += fmt::format("Allow: {}\r\n", answer.allow);
  if (answer.status == 401) made += "WWW-Authenticate: Bearer\r\n";
  made += fmt::format("Content-Length: {}\r\n\r\n", answer.body.size());
  return head_only ? made : made + answer.body;
}

std::string head_of_events() { return head_of(200, "text/event-stream", "default-src 'none'") + "\r\n"; }

}  // namespace assay::ui
