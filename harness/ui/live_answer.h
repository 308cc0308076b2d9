// Answers of the live page's server as bytes, with what every one of them forbids a browser: to keep it, to
// guess its type, to show it inside another page, to tell others its address. Pure.
#pragma once
#include <string>
#include <string_view>

namespace assay::ui {

struct LiveAnswer {
  unsigned status = 200;
  std::string_view type = "text/plain; charset=utf-8";
  std::string body{};
  std::string_view allow{};  // of 405
};

// One answer a connection. `head_only`: the length is said, the body left out.
std::string bytes_of(const LiveAnswer& answer, bool head_only);
// Of a stream of events; it ends with the connection.
std::string head_of_events();

}  // namespace assay::ui
