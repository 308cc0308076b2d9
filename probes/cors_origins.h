// Origins as browsers write them, and those that a careless check takes for an allowed one.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace assay::probes {

// Of nobody: ".example" is never given to anyone (RFC 2606).
inline constexpr std::string_view kForeignOrigin = "https://assay-foreign.example";

// Why it is not the origin of a page: "https://app.example" or "http://localhost:3000". Empty: it is one.
std::string origin_problem(std::string_view text);

// "null", a foreign origin, and for each allowed one: its name with something before or behind it or with
// another character for a dot, its http sister, another port. None of `allowed` is among them.
std::vector<std::string> origins_to_refuse(const std::vector<std::string>& allowed);

}  // namespace assay::probes
