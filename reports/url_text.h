// Text of others as part of a URL. Pure function.
#pragma once
#include <string>
#include <string_view>

namespace assay::reports {

// A path whose bytes are letters, digits, "-._~/" or percent-encoded: no letter is left by which a browser
// could take it for a scheme, a host or a query.
std::string url_path(std::string_view path);

}  // namespace assay::reports
