#include "match/template_compiler.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/suggest.h"
#include "config/template_text.h"

namespace assay::match {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

void add_reference(const std::string& variable, const SourceSpan& where, Encoding encoding,
                   const CompileContext& context, TextTemplate& out) {
  if (const auto slot = context.scope.find(variable)) {
    out.add_slot(*slot, encoding);
    return;
  }
  std::string hint = context.scope.suggestion_for(variable);
  if (hint.empty()) hint = "declare it under variables or secrets, or extract it in an earlier step";
  context.errors.add(where, fmt::format("undefined variable \"{}\"", variable), std::move(hint));
}

void add_json_string(const std::vector<config::TextPart>& parts, const SourceSpan& where,
                     const CompileContext& context, TextTemplate& out) {
  if (parts.size() == 1 && !parts.front().variable.empty()) {
    return add_reference(parts.front().variable, where, Encoding::json_value, context, out);
  }
  out.add_literal("\"");
  for (const config::TextPart& part : parts) {
    if (part.variable.empty()) {
      const std::string literal = dumped(part.literal);
      out.add_literal(std::string_view(literal).substr(1, literal.size() - 2));
    } else {
      add_reference(part.variable, where, Encoding::json_string, context, out);
    }
  }
  out.add_literal("\"");
}

class JsonCompiler {
 public:
  JsonCompiler(const SourceSpan& where, const CompileContext& context) : where_(where), context_(context) {}

  void add(const Json& value) {
    if (value.is_string()) {
      const auto parts = config::split_references(value.get_ref<const std::string&>());
      return add_json_string(parts, where_, context_, out_);
    }
    if (value.is_array()) return add_array(value);
    if (value.is_object()) return add_object(value);
    out_.add_literal(dumped(value));
  }
  TextTemplate take() { return std::move(out_); }

 private:
  void add_array(const Json& array) {
    out_.add_literal("[");
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i > 0) out_.add_literal(",");
      add(array[i]);
    }
    out_.add_literal("]");
  }

  void add_object(const Json& object) {
    out_.add_literal("{");
    bool first = true;
    for (const auto& [key, value] : object.items()) {
      if (!first) out_.add_literal(",");
      first = false;
      out_.add_literal(dumped(key) + ":");
      add(value);
    }
    out_.add_literal("}");
  }

  const SourceSpan& where_;
  const CompileContext& context_;
  TextTemplate out_;
};

}  // namespace

std::optional<std::size_t> Scope::find(std::string_view name) const {
  const auto found = slots_.find(name);
  if (found == slots_.end()) return std::nullopt;
  return found->second;
}

std::string Scope::suggestion_for(std::string_view name) const {
  std::vector<std::string> names;
  for (const auto& [known, slot] : slots_) names.push_back(known);
  return did_you_mean(name, std::span<const std::string>(names));
}

TextTemplate compile_text(const config::TemplateSpec& spec, Encoding encoding, const CompileContext& context,
                          LiteralRule literal) {
  TextTemplate out;
  for (const config::TextPart& part : spec.parts) {
    if (!part.variable.empty()) {
      add_reference(part.variable, part.span.file ? part.span : spec.span, encoding, context, out);
      continue;
    }
    std::string text = part.literal;
    if (literal != nullptr) {
      text.clear();
      literal(part.literal, text);
    }
    out.add_literal(text);
  }
  return out;
}

TextTemplate compile_json_string(const config::TemplateSpec& spec, const CompileContext& context) {
  TextTemplate out;
  add_json_string(spec.parts, spec.span, context, out);
  return out;
}

TextTemplate compile_json(const config::JsonValue& value, const SourceSpan& where,
                          const CompileContext& context) {
  JsonCompiler compiler(where, context);
  compiler.add(value.get());
  return compiler.take();
}

Value value_of(const config::JsonValue& value) {
  if (value.get().is_string()) return {value.get().get<std::string>(), false};
  return {dumped(value.get()), true};
}

}  // namespace assay::match
