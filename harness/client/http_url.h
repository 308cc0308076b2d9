// How a URL and an Access together become what libcurl is told: the name that is verified, the host that the
// server reads, and the address that is connected to. Pure.
#pragma once
#include <string>
#include <string_view>

#include "client/ask.h"

namespace assay::client {

struct HttpRoute {
  std::string url;          // its host is the name for SNI and verification
  std::string host_header;  // empty: what the URL says
  std::string connect_to;   // as CURLOPT_CONNECT_TO wants it; empty: where the URL says
  std::string unix_socket;  // empty: TCP
};

HttpRoute route_of(std::string_view url, const Access& access);

}  // namespace assay::client
