// The frame of a page: what stands in its head, with a content policy that allows the embedded style sheets
// and scripts by their hashes and nothing else. Pure.
#pragma once
#include <string>

#include "reports/html_markup.h"

namespace assay::reports {

std::string html_page(const std::string& title, const Markup& body);

}  // namespace assay::reports
