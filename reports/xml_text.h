// Text inside XML 1.0: escaped, and without the characters that no XML document may hold.
#pragma once
#include <string>
#include <string_view>

namespace assay::reports {

std::string xml_text(std::string_view untrusted);

}  // namespace assay::reports
