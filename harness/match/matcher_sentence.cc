// The failure sentences of matchers: actual and expected side by side.
#include <fmt/format.h>

#include "match/describe.h"
#include "match/matcher.h"

namespace assay::match {
namespace {

using Kind = Actual::Kind;

std::string rendered(const TextTemplate& text, const Context& context) {
  std::string out;
  text.render(context.variables, out);
  return out;
}

std::string_view words(Bound::Relation relation) {
  switch (relation) {
    case Bound::Relation::at_least:
      return "at least";
    case Bound::Relation::at_most:
      return "at most";
    case Bound::Relation::less:
      return "less than";
    case Bound::Relation::more:
      return "more than";
  }
  return "";
}

std::string counted(std::uint64_t count, std::string_view unit) {
  return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

struct Expected {
  const Actual& actual;
  const Context& context;

  std::string one(const Operand& operand) const {
    const std::string json = rendered(operand.json, context);
    const bool bare = actual.kind != Kind::json && json_type(json) == JsonType::string;
    return bare ? quoted(rendered(operand.text, context), context.secrets) : typed(json, context.secrets);
  }

  std::string operator()(const Equality& rule) const {
    std::string list;
    for (const Operand& operand : rule.any_of) list += (list.empty() ? "" : ", ") + one(operand);
    if (rule.negated) return "anything but " + list;
    return rule.list ? "one of " + list : list;
  }
  std::string operator()(const Pattern& rule) const {
    return fmt::format("text matching /{}/", shown(rendered(rule.source, context), context.secrets));
  }
  std::string operator()(const Containment& rule) const {
    const bool array = actual.kind == Kind::json && actual.text.starts_with('[');
    if (array && rule.where == Containment::Where::inside) return "an array containing " + one(rule.operand);
    const std::string text = quoted(rendered(rule.operand.text, context), context.secrets);
    if (rule.where == Containment::Where::start) return "text starting with " + text;
    return (rule.where == Containment::Where::end ? "text ending with " : "text containing ") + text;
  }
  std::string operator()(const Presence& rule) const { return rule.wanted ? "a value" : "nothing"; }
  std::string operator()(const Bound& rule) const {
    const std::string limit = rendered(rule.limit, context);
    if (!number_from(limit))
      return fmt::format("a number as limit, which {} is not", quoted(limit, context.secrets));
    const std::string_view unit = rule.of == Bound::Of::value   ? ""
                                  : rule.of == Bound::Of::items ? " item"
                                                                : " byte";
    const bool plural = !unit.empty() && number_from(limit) != 1.0;
    return fmt::format("{} {}{}{}", words(rule.relation), shown(limit, context.secrets), unit,
                       plural ? "s" : "");
  }
  std::string operator()(const TypeIs& rule) const { return fmt::format("type {}", name(rule.type)); }
};

std::string got(const Actual& actual, const Rule& rule, const Context& context) {
  if (actual.kind == Kind::absent) return "nothing";
  const auto* bound = std::get_if<Bound>(&rule);
  const bool is_text = actual.kind == Kind::text;
  if (bound != nullptr && bound->of == Bound::Of::bytes) {
    if (is_text) return counted(actual.bytes, "byte");
    if (json_type(actual.text) == JsonType::string) {
      std::string text;
      decode_json_string(actual.text, text);
      return counted(text.size(), "byte");
    }
  }
  const bool container = !is_text && (actual.text.starts_with('[') || actual.text.starts_with('{'));
  if (bound != nullptr && bound->of == Bound::Of::items && container) {
    return counted(json_item_count(actual.text), "item");
  }
  return is_text ? quoted(actual.text, context.secrets) : typed(actual.text, context.secrets);
}

}  // namespace

std::string Matcher::explain(const Actual& actual, const Context& context) const {
  return fmt::format("expected {}, got {}", std::visit(Expected{actual, context}, rule_),
                     got(actual, rule_, context));
}

}  // namespace assay::match
