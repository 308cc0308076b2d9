#include "match/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace assay::match {
namespace {

constexpr std::array<std::string_view, 7> kTypeNames = {"null",   "boolean", "integer", "number",
                                                        "string", "array",   "object"};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Reads valid JSON from the front of a text; the caller has validated it, so every loop meets its end.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  char peek() {
    skip_spaces();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void step() { ++at_; }

  // The next value (or key) as it is written, without the spaces around it.
  std::string_view take_value() {
    const char first = peek();
    const std::size_t begin = at_;
    if (first == '"') {
      skip_string();
    } else if (first == '{' || first == '[') {
      skip_container();
    } else {
      skip_scalar();
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  void skip_string() {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    at_ = std::min(at_ + 1, text_.size());
  }

  void skip_container() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        skip_string();
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return;
    }
  }

  void skip_scalar() {
    while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != ',' && text_[at_] != ']' &&
           text_[at_] != '}')
      ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Calls on_element(key, value) for each element until it returns true; keys of array elements are empty.
template <class OnElement>
void for_each_element(std::string_view container, OnElement&& on_element) {
  Cursor cursor(container);
  const char open = cursor.peek();
  if (open != '{' && open != '[') return;
  cursor.step();
  while (cursor.peek() != '}' && cursor.peek() != ']' && cursor.peek() != '\0') {
    std::string_view key;
    if (open == '{') {
      key = cursor.take_value();
      cursor.peek();
      cursor.step();  // the colon
    }
    if (on_element(key, cursor.take_value())) return;
    if (cursor.peek() == ',') cursor.step();
  }
}

bool is_escaped(std::string_view string) { return string.find('\\') != std::string_view::npos; }

bool key_is(std::string_view key, std::string_view wanted) {
  if (!is_escaped(key)) return key.substr(1, key.size() - 2) == wanted;
  std::string decoded;
  decode_json_string(key, decoded);
  return decoded == wanted;
}

std::optional<std::string_view> find_member(std::string_view object, std::string_view name) {
  std::optional<std::string_view> found;
  for_each_element(object, [&](std::string_view key, std::string_view value) {
    if (key_is(key, name)) found = value;
    return found.has_value();
  });
  return found;
}

std::optional<std::string_view> find_element(std::string_view array, std::string_view token) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool canonical = token == "0" || (!token.empty() && token.front() != '0');
  if (error != std::errc() || end != token.data() + token.size() || !canonical) return std::nullopt;
  std::optional<std::string_view> found;
  for_each_element(array, [&](std::string_view, std::string_view value) {
    if (index == 0) found = value;
    return index-- == 0;
  });
  return found;
}

std::optional<std::string> unescape_token(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      text += token[i];
      continue;
    }
    ++i;
    if (i == token.size() || (token[i] != '0' && token[i] != '1')) return std::nullopt;
    text += token[i] == '0' ? '~' : '/';
  }
  return text;
}

bool is_digits_only(std::string_view number) { return number.find_first_of(".eE") == std::string_view::npos; }

// Integers of any size are equal only when their digits are: a double would round them together.
bool numbers_equal(std::string_view a, std::string_view b) {
  const auto left = number_from(a), right = number_from(b);
  if (is_digits_only(a) && is_digits_only(b)) return a == b || (left == 0.0 && right == 0.0);
  return left && right && *left == *right;
}

bool strings_equal(std::string_view a, std::string_view b) {
  if (!is_escaped(a) && !is_escaped(b)) return a == b;
  std::string left, right;
  decode_json_string(a, left);
  decode_json_string(b, right);
  return left == right;
}

}  // namespace

std::string_view name(JsonType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<JsonType> json_type_from(std::string_view name) {
  const auto found = std::find(kTypeNames.begin(), kTypeNames.end(), name);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<JsonType>(found - kTypeNames.begin());
}

JsonType json_type(std::string_view value) {
  value = trim(value);
  switch (value.empty() ? 'n' : value.front()) {
    case 'n':
      return JsonType::null;
    case 't':
    case 'f':
      return JsonType::boolean;
    case '"':
      return JsonType::string;
    case '[':
      return JsonType::array;
    case '{':
      return JsonType::object;
    default:
      break;
  }
  if (is_digits_only(value)) return JsonType::integer;
  const double number = number_from(value).value_or(0.5);
  return std::trunc(number) == number ? JsonType::integer : JsonType::number;
}

std::optional<JsonPointer> JsonPointer::parse(std::string_view text) {
  JsonPointer pointer;
  pointer.text_ = text;
  if (!text.empty() && text.front() != '/') return std::nullopt;
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::size_t end = std::min(text.find('/'), text.size());
    auto token = unescape_token(text.substr(0, end));
    if (!token) return std::nullopt;
    pointer.tokens_.push_back(std::move(*token));
    text.remove_prefix(end);
  }
  return pointer;
}

std::optional<std::string_view> JsonPointer::find(std::string_view json) const {
  std::optional<std::string_view> value = trim(json);
  for (const std::string& token : tokens_) {
    const JsonType type = json_type(*value);
    if (type != JsonType::object && type != JsonType::array) return std::nullopt;
    value = type == JsonType::object ? find_member(*value, token) : find_element(*value, token);
    if (!value) return std::nullopt;
  }
  return value;
}

void decode_json_string(std::string_view value, std::string& out) {
  if (!is_escaped(value)) {
    out.assign(value.substr(1, value.size() - 2));
    return;
  }
  const auto parsed = nlohmann::json::parse(value, nullptr, false);
  out = parsed.is_string() ? parsed.get_ref<const std::string&>() : std::string(value);
}

std::size_t json_item_count(std::string_view container) {
  std::size_t count = 0;
  for_each_element(container, [&](std::string_view, std::string_view) {
    ++count;
    return false;
  });
  return count;
}

std::vector<std::string_view> json_elements(std::string_view array) {
  std::vector<std::string_view> elements;
  for_each_element(array, [&](std::string_view, std::string_view value) {
    elements.push_back(value);
    return false;
  });
  return elements;
}

bool json_equal(std::string_view a, std::string_view b) {
  a = trim(a);
  b = trim(b);
  if (a == b) return true;
  const JsonType left = json_type(a), right = json_type(b);
  const auto is_number = [](JsonType t) { return t == JsonType::integer || t == JsonType::number; };
  if (is_number(left) && is_number(right)) return numbers_equal(a, b);
  if (left != right) return false;
  if (left == JsonType::string) return strings_equal(a, b);
  if (left != JsonType::array && left != JsonType::object) return false;
  return nlohmann::json::parse(a, nullptr, false) == nlohmann::json::parse(b, nullptr, false);
}

std::optional<double> number_from(std::string_view text) {
  text = trim(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::nullopt;
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace assay::match
