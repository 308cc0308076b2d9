#include "match/secret_search.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>

namespace assay::match {
namespace {

constexpr std::string_view kHidden = "***";
// Text in text is escaped more than once; more often than this it is not read as the secret any more.
constexpr std::size_t kMostBackslashes = 8;
constexpr std::size_t kLongestEntity = 12;
constexpr int kDecimal = 10, kHex = 16;

struct Entity {
  std::string_view text;
  char means;
};
constexpr Entity kEntities[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_folded(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && std::equal(start.begin(), start.end(), text.begin(),
                                                   [](char a, char b) { return folded(a) == folded(b); });
}

std::optional<std::uint32_t> number(std::string_view digits, int base) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// Of the character at the front, as UTF-8 has it; 1 where it is none.
std::size_t character_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t bytes = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
  return text.size() < bytes ? 1 : bytes;
}

std::uint32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return lead;
  std::uint32_t code = lead & (0x7fU >> character.size());
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  return code;
}

bool same(std::uint32_t code, std::uint32_t wanted) {
  return code == wanted || (code < 0x80 && wanted < 0x80 &&
                            folded(static_cast<char>(code)) == folded(static_cast<char>(wanted)));
}

char control_letter(std::uint32_t code) {
  switch (code) {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    default:
      return '\0';
  }
}

// The code point that "u00e9", "x26" or the pair "ud83d\ude00" stands for, with the length of what was read.
struct Escape {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

Escape code_after_backslash(std::string_view text) {
  const bool wide = starts_with_folded(text, "u");
  const std::size_t digits = wide ? 4 : starts_with_folded(text, "x") ? 2 : 0;
  if (digits == 0 || text.size() < 1 + digits) return {};
  const std::optional<std::uint32_t> code = number(text.substr(1, digits), kHex);
  if (!code) return {};
  if (*code < 0xd800 || *code > 0xdbff) return {*code, 1 + digits};
  std::size_t at = 1 + digits;
  while (at < text.size() && text[at] == '\\') ++at;
  if (!starts_with_folded(text.substr(at), "u") || text.size() < at + 5) return {};
  const std::optional<std::uint32_t> low = number(text.substr(at + 1, 4), kHex);
  if (!low || *low < 0xdc00 || *low > 0xdfff) return {};
  return {0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00), at + 5};
}

// Every way in which one character of a secret may stand at the front of a text, as lengths.
class Notations {
 public:
  Notations(std::string_view text, std::string_view character, std::vector<std::size_t>& lengths)
      : text_(text), character_(character), code_(code_point(character)), lengths_(lengths) {}

  void find() {
    if (text_.empty()) return;
    plain();
    if (text_.front() == '%') percents();
    if (text_.front() == '&') entity();
    if (text_.front() == '\\') backslashes();
  }

 private:
  void plain() {
    if (starts_with_folded(text_, character_)) lengths_.push_back(character_.size());
    if (text_.front() == '+' && code_ == ' ') lengths_.push_back(1);
  }

  // "%2F", and "%252F" where it was encoded twice; each byte on its own.
  void percents() {
    std::size_t at = 0;
    for (const char byte : character_) {
      if (at >= text_.size() || text_[at] != '%') return;
      std::size_t digits = at + 1;
      while (text_.substr(digits, 2) == "25" && byte_at(digits + 2)) digits += 2;
      const auto value = byte_at(digits);
      if (!value || folded(static_cast<char>(*value)) != folded(byte)) return;
      at = digits + 2;
    }
    lengths_.push_back(at);
  }

  std::optional<std::uint32_t> byte_at(std::size_t at) const {
    return at + 2 <= text_.size() ? number(text_.substr(at, 2), kHex) : std::nullopt;
  }

  void entity() {
    for (const auto& [entity, means] : kEntities)
      if (code_ == static_cast<unsigned char>(means) && starts_with_folded(text_, entity))
        lengths_.push_back(entity.size());
    const std::size_t end = text_.substr(0, kLongestEntity).find(';');
    if (!text_.starts_with("&#") || end == std::string_view::npos) return;
    const std::string_view digits = text_.substr(2, end - 2);
    const bool hex = starts_with_folded(digits, "x");
    const std::optional<std::uint32_t> code = number(hex ? digits.substr(1) : digits, hex ? kHex : kDecimal);
    if (code && same(*code, code_)) lengths_.push_back(end + 1);
  }

  void backslashes() {
    std::size_t run = 0;
    while (run < text_.size() && run < kMostBackslashes && text_[run] == '\\') ++run;
    if (code_ == '\\')  // itself, escaped any number of times
      for (std::size_t length = 2; length <= run; ++length) lengths_.push_back(length);
    const std::string_view rest = text_.substr(run);
    if (rest.empty()) return;
    const Escape escape = code_after_backslash(rest);
    if (escape.length > 0 && same(escape.code, code_)) lengths_.push_back(run + escape.length);
    const bool is_letter = std::isalnum(static_cast<unsigned char>(rest.front())) != 0;
    const char letter = control_letter(code_);
    if (letter != '\0' ? rest.front() == letter : !is_letter && rest.starts_with(character_))
      lengths_.push_back(run + (letter != '\0' ? 1 : character_.size()));
  }

  std::string_view text_, character_;
  std::uint32_t code_;
  std::vector<std::size_t>& lengths_;
};

// How much of the text is the secret, all of it; 0: it is not. "&amp;" may be "&" or "&" with more behind it:
// all readings are followed side by side.
std::size_t length_of(std::string_view text, std::string_view secret) {
  std::vector<std::size_t> reached{0}, next, lengths;
  while (!secret.empty() && !reached.empty()) {
    const std::string_view character = secret.substr(0, character_bytes(secret));
    next.clear();
    for (const std::size_t at : reached) {
      lengths.clear();
      Notations(text.substr(at), character, lengths).find();
      for (const std::size_t length : lengths) next.push_back(at + length);
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    reached.swap(next);
    secret.remove_prefix(character.size());
  }
  return reached.empty() ? 0 : reached.back();
}

}  // namespace

std::vector<std::string> secret_values(const std::vector<config::SecretSpec>& secrets) {
  std::set<std::string> distinct;
  for (const config::SecretSpec& secret : secrets)
    if (!secret.value.empty()) distinct.insert(secret.value);
  std::vector<std::string> values(distinct.begin(), distinct.end());
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return values;
}

std::size_t leading_secret(std::string_view text, std::span<const std::string> secrets) {
  for (const std::string& secret : secrets)
    if (const std::size_t length = secret.empty() ? 0 : length_of(text, secret)) return length;
  return 0;
}

std::string without_secrets(std::string_view text, std::span<const std::string> secrets, std::size_t enough) {
  std::string out;
  while (!text.empty() && out.size() < enough) {
    const std::size_t length = leading_secret(text, secrets);
    out += length == 0 ? text.substr(0, 1) : kHidden;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace assay::match
