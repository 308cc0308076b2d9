// JSON as the text it came in. Values are slices of the answer, so numbers keep their exact digits and
// nothing is copied. One strict validation of the whole text comes first (valid_json); everything else
// expects valid JSON and would misread anything else. Pure functions, safe on any thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::match {

// Strict RFC 8259, including UTF-8. Integers of any size are valid.
bool valid_json(std::string_view text);

enum class JsonType : std::uint8_t { null, boolean, integer, number, string, array, object };
std::string_view name(JsonType type);
std::optional<JsonType> json_type_from(std::string_view name);

// `number` is any number with a fraction that is not zero; 1.0 and 1e2 are integers, because numbers count by
// value.
JsonType json_type(std::string_view value);

// RFC 6901: "" is the whole text, "/items/0/id" walks down.
class JsonPointer {
 public:
  static std::optional<JsonPointer> parse(std::string_view text);
  std::string_view shown() const { return text_.empty() ? std::string_view("(whole body)") : text_; }
  std::optional<std::string_view> find(std::string_view json) const;

 private:
  std::string text_;
  std::vector<std::string> tokens_;
};

// The bare text of a JSON string, escapes resolved, into `out` (replaced; capacity kept).
void decode_json_string(std::string_view value, std::string& out);
std::size_t json_item_count(std::string_view container);  // elements of an array, members of an object
std::vector<std::string_view> json_elements(std::string_view array);

// By value: 1 equals 1.0, the order of an object's members does not matter, a string never equals a number.
bool json_equal(std::string_view a, std::string_view b);

// The whole text as a decimal number; surrounding spaces are allowed.
std::optional<double> number_from(std::string_view text);

}  // namespace assay::match
