// What keeps a page small enough to open. Pure.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "reports/html_markup.h"

namespace assay::reports {

// The sections that fit beside `before` bytes: every list is bounded, but texts of servers may be long and
// full of what has to be escaped, so what would make the page too large is left out whole, with a note that
// says where `everything` is.
Markup within_bounds(const std::vector<Markup>& sections, std::size_t before, std::string_view everything);

}  // namespace assay::reports
