// Text with slots for run-time values: literal, slot, literal, ... Operands of matchers and requests share
// it, so a reference is inserted by the same rules everywhere. Immutable once built, so threads may share it;
// rendering appends to the caller's string and allocates only when that has to grow.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::match {

// What a variable holds. Numbers, booleans, null, arrays and objects keep their JSON text; a string is its
// bare text.
struct Value {
  std::string text;
  bool is_json = false;
};

// How a value is written at its place. Only `plain` can change the shape of what surrounds it.
enum class Encoding : std::uint8_t {
  plain,          // as it is: text bodies and operands
  header,         // control characters become %XX, so that no value can start a new header line
  url_component,  // everything but RFC 3986 "unreserved" becomes %XX: a value stays one segment or parameter
  json_string,    // escaped, between quotes that the template has already
  json_value,     // JSON as it is, text as a quoted JSON string
  pattern,        // regular expression that matches just this text
};

void append_encoded(const Value& value, Encoding encoding, std::string& out);

// Literal parts of a request's target. A path as the user wrote it keeps its own escapes, slashes and query;
// what no URL may hold is escaped. A component (a parameter's name or value) is escaped whole.
void append_path(std::string_view literal, std::string& out);
void append_component(std::string_view literal, std::string& out);

class TextTemplate {
 public:
  void add_literal(std::string_view text);
  void add_slot(std::size_t slot, Encoding encoding);
  void append(const TextTemplate& other);

  bool is_static() const { return slots_.empty(); }
  const std::string& literal() const { return tail_; }  // the whole text of a static template

  // Slots beyond `values` are a mistake of the caller: `values` holds every slot of the plan.
  void render(std::span<const Value> values, std::string& out) const;

 private:
  struct Slot {
    std::string before;
    std::size_t slot;
    Encoding encoding;
  };
  std::vector<Slot> slots_;
  std::string tail_;  // after the last slot
};

}  // namespace assay::match
