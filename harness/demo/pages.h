// The built-in paths: what a small service would answer, and a few paths that exist to be measured. Pages
// fill an Answer and know neither sockets nor the behaviour that options add to them.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "demo/answer.h"
#include "demo/request.h"
#include "demo/site_metrics.h"

namespace assay::demo {

// What pages remember from request to request.
struct PageState {
  std::uint64_t next_item = 1001;
  std::string session;  // the cookie value that /login hands out and /me wants
};

struct PageInput {
  const Request& request;
  std::string_view rest;  // what follows the pattern's '*'
  PageState& state;
  const SiteMetrics& metrics;
};

struct Page {
  std::string_view method;   // GET pages answer HEAD too; empty: every method
  std::string_view pattern;  // a trailing '*' stands for a non-empty rest
  void (*fill)(const PageInput& input, Answer& answer);
};

std::span<const Page> pages();

// nullptr where no page has this path; with a wrong method, `path_known` says that the path as such exists.
struct PageMatch {
  const Page* page = nullptr;
  std::string_view rest;
  bool path_known = false;
};
PageMatch find_page(std::string_view method, std::string_view path);

}  // namespace assay::demo
