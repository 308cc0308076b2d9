#include "match/describe.h"

#include <fmt/format.h>

#include <algorithm>

#include "match/json_text.h"
#include "match/secret_search.h"

namespace assay::match {
namespace {

constexpr std::string_view kEllipsis = "…";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// How long the UTF-8 sequence at the front is; 0 when it is none. Overlong forms and surrogates are left to
// pass only where they are structurally whole: they are shown, not interpreted.
std::size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool forbidden = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                         (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
  const bool whole =
      std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length), is_continuation);
  return whole && !forbidden ? length : 0;
}

void append_escape(char c, std::string& out) {
  switch (c) {
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
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = sequence_length(text);
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    // U+0080 to U+009F: some terminals take U+009B for the start of an escape sequence.
    const bool late_control = length == 2 && c == '\xc2' && static_cast<unsigned char>(text[1]) < 0xa0;
    if (length == 0 || control) {
      append_escape(c, out);
    } else if (late_control) {
      append_escape(text[0], out);
      append_escape(text[1], out);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string_view clip(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && is_continuation(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace

std::string shown(std::string_view text, std::span<const std::string> secrets, std::size_t most) {
  // Redacted before it is clipped: a cut must not fall inside a secret.
  const std::string safe = without_secrets(text, secrets, most + 1);
  const std::string_view head = clip(safe, most);
  return escaped(head) + std::string(head.size() < safe.size() ? kEllipsis : "");
}

std::string quoted(std::string_view text, std::span<const std::string> secrets) {
  return fmt::format("\"{}\"", shown(text, secrets));
}

std::string typed(std::string_view json_value, std::span<const std::string> secrets) {
  const JsonType type = json_type(json_value);
  if (type == JsonType::null) return "null";
  if (type != JsonType::string) return fmt::format("{} {}", name(type), shown(json_value, secrets));
  std::string text;
  decode_json_string(json_value, text);
  return "string " + quoted(text, secrets);
}

}  // namespace assay::match
