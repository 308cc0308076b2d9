// The frame of a page: what stands in its head, with a content policy that allows the embedded style sheets
// and scripts by their hashes and nothing else. Pure.
#pragma once
#include <string>

#include "reports/html_markup.h"

namespace assay::reports {

// `source`: what all of it was made from, in words.
std::string html_page(const std::string& title, const Markup& body,
                      const std::string& source = "result.json");

// The frame of a page that its server keeps up to date: another script, which may talk to that server.
std::string live_html_page(const std::string& title, const Markup& body);
std::string live_page_policy();  // the same content policy, for the head of an answer

}  // namespace assay::reports
