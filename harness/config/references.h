// Reads texts that may hold "${NAME}": templates (in steps and headers, where variables stay references) and
// plain texts (everywhere else, where they are replaced at once). Mistakes go to the context; a secret's
// value is never looked at.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "config/document.h"
#include "config/gate_spec.h"
#include "config/read_context.h"

namespace assay::config {

// A text after substitution. `typed`: it may mean a number or a boolean, because it has no quotes or because
// a reference stands in it (JSON cannot write one without quotes).
struct PlainText {
  std::string value;
  bool typed = false;
};

// Any scalar; `expected` names what was wanted when it is none: "text", "a duration". Variables are replaced
// by their values, secrets are refused.
std::optional<PlainText> read_plain(ReadContext& context, const Node& node, std::string_view label,
                                    std::string_view expected);

std::optional<TemplateSpec> read_template(ReadContext& context, const Node& node, std::string_view label);
// With the values of variables and secrets, for what is sent without a scenario.
std::string resolved(const TemplateSpec& text, const GateSpec& gate);

// The text of a JSON string in a body: environment references replaced, run-time references kept, the rest
// escaped.
std::string read_body_text(ReadContext& context, const Node& node);

// Environment references only; run-time references are mistakes, because `label` is not a template.
std::string read_constant(ReadContext& context, const Node& node, std::string_view label);

bool is_name(std::string_view text);  // [A-Za-z_][A-Za-z0-9_]*

}  // namespace assay::config
