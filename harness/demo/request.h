// One HTTP request as the site sees it: text without sockets. Strings are reused from request to request.
#pragma once
#include <string>
#include <string_view>

namespace assay::demo {

struct Request {
  std::string method;  // "GET"
  std::string path;    // without the query
  std::string query;   // after '?'; may be empty
  std::string fields;  // "Name: value\n" for every header field, in order of arrival
  std::string body;
  bool keep_alive = true;

  // The first header field of that name, without regard to case; empty where there is none.
  std::string_view header(std::string_view name) const;
  // The value of `name` in the query; empty where there is none. Not percent-decoded.
  std::string_view parameter(std::string_view name) const;
};

}  // namespace assay::demo
