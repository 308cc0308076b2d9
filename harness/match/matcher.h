// Matcher: one expectation about one value, the vocabulary that scenario steps and probes share. Compiled
// once (match/compiler.h), immutable and free of state, so threads may share it. accepts() is for the hot
// path: it allocates nothing for a static operand and a value without escapes; explain() is for failures
// only.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "match/json_text.h"
#include "match/text_template.h"

namespace re2 {
class RE2;
}

namespace assay::match {

// What is looked at: nothing, a text (header, body) or one valid JSON value in its own text.
struct Actual {
  enum class Kind : std::uint8_t { absent, text, json };
  Kind kind = Kind::absent;
  std::string_view text;
  std::uint64_t bytes = 0;  // of a text; more than text.size() where only its size was kept

  static Actual absent() { return {}; }
  static Actual of_text(std::string_view text) { return {Kind::text, text, text.size()}; }
  static Actual of_size(std::uint64_t bytes) { return {Kind::text, {}, bytes}; }
  static Actual of_json(std::string_view value) { return {Kind::json, value, value.size()}; }
};

// Run-time values for operands that hold references, and the secrets that no sentence may show.
struct Context {
  std::span<const Value> variables;
  std::span<const std::string> secrets;
};

// An operand in both of its readings: typed against JSON, bare against text.
struct Operand {
  TextTemplate json, text;
};

struct Equality {
  std::vector<Operand> any_of;
  bool negated = false;
  bool list = false;  // one_of, also with a single entry
};
struct Pattern {
  TextTemplate source;
  std::shared_ptr<const re2::RE2>
      compiled;  // null: the source holds references and is compiled when they are known
};
struct Containment {
  enum class Where : std::uint8_t { start, end, inside };
  Where where = Where::inside;
  Operand operand;
};
struct Presence {
  bool wanted = true;
};
struct Bound {
  enum class Of : std::uint8_t { value, items, bytes };
  enum class Relation : std::uint8_t { at_least, at_most, less, more };
  Of of = Of::value;
  Relation relation = Relation::at_least;
  TextTemplate limit;
};
struct TypeIs {
  JsonType type = JsonType::null;
};

using Rule = std::variant<Equality, Pattern, Containment, Presence, Bound, TypeIs>;

class Matcher {
 public:
  explicit Matcher(Rule rule) : rule_(std::move(rule)) {}

  bool accepts(const Actual& actual, const Context& context) const;
  // `expected integer 1, got string "1"`: what accepts() refused, redacted and clipped.
  std::string explain(const Actual& actual, const Context& context) const;

  // Must hold for every value where there are several (a repeated header); the others need one that holds.
  bool negative() const;
  // Only the size of a text matters: it need not be kept.
  bool needs_size_only() const;

 private:
  Rule rule_;
};

}  // namespace assay::match
