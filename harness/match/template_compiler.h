// From text and JSON as a user wrote them to templates over variable slots. The place where names of
// variables become numbers; a name that is not in scope is the user's mistake and is collected.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/config_error.h"
#include "config/gate_spec.h"
#include "match/text_template.h"

namespace assay::match {

// The variables that may be named at one place of a gate file. A value; not thread-safe.
class Scope {
 public:
  void declare(std::string name, std::size_t slot) { slots_.insert_or_assign(std::move(name), slot); }
  std::optional<std::size_t> find(std::string_view name) const;
  std::string suggestion_for(std::string_view name) const;  // 'did you mean "x"?', or empty

 private:
  std::map<std::string, std::size_t, std::less<>> slots_;
};

struct CompileContext {
  const Scope& scope;
  ConfigErrors& errors;
};

// Appends the form in which literal text stands in its place; null: as it is.
using LiteralRule = void (*)(std::string_view literal, std::string& out);

TextTemplate compile_text(const config::TemplateSpec& spec, Encoding encoding, const CompileContext& context,
                          LiteralRule literal = nullptr);

// Text as a JSON string; where it is one reference only, the value itself.
TextTemplate compile_json_string(const config::TemplateSpec& spec, const CompileContext& context);

// Compact JSON whose strings may hold references; a string that is one reference only becomes the value
// itself.
TextTemplate compile_json(const config::JsonValue& value, const SourceSpan& where,
                          const CompileContext& context);

Value value_of(const config::JsonValue& value);

}  // namespace assay::match
