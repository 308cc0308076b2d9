#include "reports/xml_text.h"

namespace assay::reports {

std::string xml_text(std::string_view utf8) {
  std::string text;
  // U+FFFE and U+FFFF are no characters of XML.
  for (std::size_t at = 0; at < utf8.size(); ++at) {
    if (utf8.substr(at).starts_with("\xef\xbf\xbe") || utf8.substr(at).starts_with("\xef\xbf\xbf")) {
      text += '?';
      at += 2;
      continue;
    }
    const char c = utf8[at];
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
      case '\n':
      case '\t':
        text += c;
        break;
      default:
        text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
  }
  return text;
}

}  // namespace assay::reports
