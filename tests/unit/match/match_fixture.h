// Hand-made matcher specs, as the gate reader would make them. For the tests of match and scenario.
#pragma once
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

#include "config/template_text.h"
#include "match/compiler.h"

namespace assay::match {

using config::MatcherKind;
using Json = nlohmann::ordered_json;

// "${name}" in the text is a reference to a variable.
inline config::TemplateSpec text(std::string_view source) { return {config::split_references(source), {}}; }

inline config::MatcherSpec constant(MatcherKind kind, Json operand) {
  return {kind, config::JsonValue(std::move(operand)), {}, {}};
}
inline config::MatcherSpec templated(MatcherKind kind, std::string_view source) {
  return {kind, config::JsonValue(Json(std::string(source))), text(source), {}};
}

// Compiles with the variables "number" (JSON 5), "word" (text a"b) and "secret" (s3cr3t-token), then tries
// values.
class Tried {
 public:
  explicit Tried(const config::MatcherSpec& spec, Subject subject = Subject::json) {
    Scope scope;
    scope.declare("number", 0);
    scope.declare("word", 1);
    scope.declare("secret", 2);
    matcher_ = compile(spec, subject, {scope, errors_});
  }

  const ConfigErrors& errors() const { return errors_; }
  const Matcher& matcher() const { return *matcher_; }
  bool json(std::string_view value) const { return matcher_->accepts(Actual::of_json(value), context()); }
  bool text(std::string_view value) const { return matcher_->accepts(Actual::of_text(value), context()); }
  bool absent() const { return matcher_->accepts(Actual::absent(), context()); }
  std::string json_sentence(std::string_view value) const {
    return matcher_->explain(Actual::of_json(value), context());
  }
  std::string text_sentence(std::string_view value) const {
    return matcher_->explain(Actual::of_text(value), context());
  }
  std::string absent_sentence() const { return matcher_->explain(Actual::absent(), context()); }

 private:
  Context context() const { return {variables_, secrets_}; }

  std::vector<Value> variables_{{"5", true}, {"a\"b", false}, {"s3cr3t-token", false}};
  std::vector<std::string> secrets_{"s3cr3t-token"};
  ConfigErrors errors_;
  std::optional<Matcher> matcher_;
};

}  // namespace assay::match
