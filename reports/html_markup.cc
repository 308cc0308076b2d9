#include "reports/html_markup.h"

namespace assay::reports {
namespace {

std::string_view escaped_form(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

std::string escaped(std::string_view untrusted) {
  std::string safe;
  for (const char c : plain_text(untrusted)) {
    const std::string_view form = escaped_form(c);
    if (form.empty()) {
      safe += c;
    } else {
      safe += form;
    }
  }
  return safe;
}

}  // namespace

Markup text(std::string_view untrusted) { return Markup::trusted(escaped(untrusted)); }

Markup element(std::string_view tag, const Attributes& attributes, const Markup& content) {
  std::string made = "<" + std::string(tag);
  for (const Attribute& attribute : attributes) {
    made += ' ';
    made += attribute.name;
    made += "=\"" + escaped(attribute.value) + "\"";
  }
  made += '>';
  made += content.str();
  made += "</";
  made += tag;
  made += '>';
  return Markup::trusted(std::move(made));
}

Markup element(std::string_view tag, const Markup& content) { return element(tag, {}, content); }

Markup script_data(std::string_view json) {
  std::string safe;
  for (const char c : json) {
    if (c == '<') {
      safe += "\\u003c";
    } else if (c == '>') {
      safe += "\\u003e";
    } else if (c == '&') {
      safe += "\\u0026";
    } else {
      safe += c;
    }
  }
  return Markup::trusted(std::move(safe));
}

}  // namespace assay::reports
