#include "reports/xml_text.h"

#include "reports/plain_text.h"

namespace assay::reports {

std::string xml_text(std::string_view untrusted) {
  std::string text;
  for (const char c : plain_text(untrusted)) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += c;
    }
  }
  return text;
}

}  // namespace assay::reports
