// The parts of a target's URL that requests need: http://, https:// or http+unix://%2Fpath%2Fto.sock/. The
// gate reader has checked its form; where to connect to is not decided here. A value.
#pragma once
#include <string>
#include <string_view>

namespace assay::scenario {

struct TargetUrl {
  bool secure = false;
  std::string host;       // lower case, without brackets and port; "localhost" for a unix socket
  std::string authority;  // for Host: as written, without user information and without the scheme's own port
  std::string base_path;  // "" or "/api": no slash at its end, no query
};

TargetUrl parse_target_url(std::string_view url);

}  // namespace assay::scenario
