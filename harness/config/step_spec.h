// What the user wrote as scenarios: templates, matchers, expectations, extractions, steps. Part of a GateSpec
// (config/gate_spec.h). Plain structs; every value that a later stage can still reject carries its
// SourceSpan.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/source.h"
#include "config/json_value.h"

namespace assay::config {

// Text with references: "${NAME}" of a variable, secret or extracted value. Environment references are
// already resolved.
struct TextPart {
  std::string literal;  // used when `variable` is empty
  std::string variable;
  SourceSpan span;
};
struct TemplateSpec {
  std::vector<TextPart> parts;
  SourceSpan span;
  bool is_static() const;
  std::string source_text() const;  // as written, references unresolved
};

// ---- matchers: one vocabulary for scenario steps and probes
enum class MatcherKind : std::uint8_t {
  equals,
  not_equals,
  one_of,
  matches,
  starts_with,
  ends_with,
  contains,
  present,
  absent,
  min,
  max,
  less_than,
  more_than,
  min_items,
  max_items,
  min_size,
  max_size,
  type,
};
std::string_view name(MatcherKind kind);

struct MatcherSpec {
  MatcherKind kind = MatcherKind::equals;
  JsonValue operand;  // for equals/one_of: any JSON; sizes in bytes; matches: the pattern; type: its name
  TemplateSpec text;  // the operand as a template where it is text
  SourceSpan span;
};

struct StatusSpec {  // 200, [200, 204], 2xx
  struct Range {
    int first, last;
  };
  std::vector<Range> accepted;
  std::string source_text;  // "2xx"
  SourceSpan span;
};

struct HeaderExpectation {
  std::string name;
  SourceSpan span;
  std::vector<MatcherSpec> matchers;
};
struct JsonExpectation {
  std::string pointer;
  SourceSpan span;
  std::vector<MatcherSpec> matchers;
};

struct ExpectSpec {
  std::optional<StatusSpec> status;  // absent: 2xx and 3xx are accepted
  std::vector<HeaderExpectation> headers;
  std::vector<JsonExpectation> json;
  std::vector<MatcherSpec> body;  // on the whole body as text; min_size and max_size count bytes
};

struct ExtractSpec {
  enum class From : std::uint8_t { json, header };
  std::string variable;
  From from = From::json;
  std::string path;  // JSON pointer or header name
  SourceSpan span;
};

// ---- scenarios
struct FieldSpec {
  std::string name;
  TemplateSpec value;
  SourceSpan span;
};  // a header or a query parameter

// A JSON body is kept as text whose string values are templates: serialised once, references marked by their
// context.
struct BodySpec {
  enum class Kind : std::uint8_t { none, text, json };
  Kind kind = Kind::none;
  TemplateSpec text;  // kind text
  JsonValue json;     // kind json; strings may hold "${NAME}" (a string that is only one reference to a
                      // JSON-typed variable inserts the value itself)
  SourceSpan span;
};

struct RequestSpec {
  std::string method;  // "GET"
  TemplateSpec path;   // starts with "/"
  std::vector<FieldSpec> query, headers;
  BodySpec body;
  std::optional<Nanos> timeout;
  ExpectSpec expect;
  std::vector<ExtractSpec> extract;
  bool safe = false;  // may be sent twice without harm: GET, HEAD and OPTIONS unless `safe:` says else
};
struct PauseSpec {
  Nanos min{0}, max{0};
};

struct StepSpec {
  std::string name;  // as written, else "GET /path"
  SourceSpan span;
  std::variant<RequestSpec, PauseSpec> action;
};
struct ScenarioSpec {
  std::string name;
  SourceSpan span;
  std::uint32_t weight = 1;
  std::vector<StepSpec> steps;
};

}  // namespace assay::config
