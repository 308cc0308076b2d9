#include "match/text_template.h"

#include <re2/re2.h>

#include <array>

namespace assay::match {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_percent(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

void append_header(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (is_control(c) && c != '\t') {
      append_percent(c, out);
    } else {
      out += c;
    }
  }
}

void append_url_component(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      append_percent(c, out);
    }
  }
}

void append_json_escape(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
  }
}

void append_json_string(std::string_view text, std::string& out) {
  for (const char c : text) {
    const bool special = c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    if (special) {
      append_json_escape(c, out);
    } else {
      out += c;
    }
  }
}

void append_json_value(const Value& value, std::string& out) {
  if (value.is_json) {
    out += value.text;
    return;
  }
  out += '"';
  append_json_string(value.text, out);
  out += '"';
}

}  // namespace

void append_encoded(const Value& value, Encoding encoding, std::string& out) {
  switch (encoding) {
    case Encoding::plain:
      out += value.text;
      return;
    case Encoding::header:
      return append_header(value.text, out);
    case Encoding::url_component:
      return append_url_component(value.text, out);
    case Encoding::json_string:
      return append_json_string(value.text, out);
    case Encoding::json_value:
      return append_json_value(value, out);
    case Encoding::pattern:
      out += RE2::QuoteMeta(value.text);
      return;
  }
}

void append_path(std::string_view literal, std::string& out) {
  constexpr std::string_view kAllowed = ":/?[]@!$&'()*+,;=%";
  for (const char c : literal) {
    if (is_unreserved(c) || kAllowed.find(c) != std::string_view::npos) {
      out += c;
    } else {
      append_percent(c, out);
    }
  }
}

void append_component(std::string_view literal, std::string& out) { append_url_component(literal, out); }

void TextTemplate::add_literal(std::string_view text) { tail_ += text; }

void TextTemplate::add_slot(std::size_t slot, Encoding encoding) {
  slots_.push_back({std::move(tail_), slot, encoding});
  tail_.clear();
}

void TextTemplate::append(const TextTemplate& other) {
  for (const Slot& slot : other.slots_) {
    add_literal(slot.before);
    add_slot(slot.slot, slot.encoding);
  }
  add_literal(other.tail_);
}

void TextTemplate::render(std::span<const Value> values, std::string& out) const {
  for (const Slot& slot : slots_) {
    out += slot.before;
    append_encoded(values[slot.slot], slot.encoding, out);
  }
  out += tail_;
}

}  // namespace assay::match
