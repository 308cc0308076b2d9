#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "config/parts.h"
#include "config/values.h"

namespace assay::config {
namespace {

using Kind = MatcherKind;
constexpr Kind kHeaderKinds[] = {Kind::equals,      Kind::not_equals, Kind::one_of,   Kind::matches,
                                 Kind::starts_with, Kind::ends_with,  Kind::contains, Kind::present,
                                 Kind::absent,      Kind::min,        Kind::max,      Kind::less_than,
                                 Kind::more_than,   Kind::min_size,   Kind::max_size};
constexpr Kind kBodyKinds[] = {Kind::equals,   Kind::not_equals,  Kind::one_of,
                               Kind::matches,  Kind::starts_with, Kind::ends_with,
                               Kind::contains, Kind::min_size,    Kind::max_size};
constexpr std::array<std::string_view, 7> kTypes{"null",   "boolean", "integer", "number",
                                                 "string", "array",   "object"};

bool allowed(MatcherPlace place, Kind kind) {
  if (place == MatcherPlace::json) return true;
  const std::span<const Kind> kinds =
      place == MatcherPlace::header ? std::span<const Kind>(kHeaderKinds) : kBodyKinds;
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::string_view word(MatcherPlace place) {
  constexpr std::array<std::string_view, 3> kWords{"a header", "a JSON value", "the body"};
  return kWords[static_cast<std::size_t>(place)];
}

JsonValue text_value(std::string text) { return JsonValue(nlohmann::ordered_json(std::move(text))); }

class MatcherReader {
 public:
  MatcherReader(ReadContext& context, MatcherPlace place) : context_(context), place_(place) {}

  std::optional<MatcherSpec> read(Kind kind, const Node& node) {
    const ErrorMark mark(context_);
    MatcherSpec matcher;
    matcher.kind = kind;
    matcher.span = context_.span(node);
    read_operand(node, matcher);
    if (!mark.clean()) return std::nullopt;
    return matcher;
  }

 private:
  void read_operand(const Node& node, MatcherSpec& matcher) {
    const std::string_view label = name(matcher.kind);
    switch (matcher.kind) {
      case Kind::equals:
      case Kind::not_equals:
        return read_value(node, matcher);
      case Kind::starts_with:
      case Kind::ends_with:
      case Kind::contains:
        return read_text_operand(node, matcher);
      case Kind::one_of:
        return read_one_of(node, matcher);
      case Kind::matches:
        return read_pattern(node, matcher);
      case Kind::present:
      case Kind::absent:
        return read_flag(node, matcher);
      case Kind::min:
      case Kind::max:
      case Kind::less_than:
      case Kind::more_than:
        return read_number(node, matcher);
      case Kind::min_items:
      case Kind::max_items:
        return keep(matcher, read_whole(context_, node, label, {}));
      case Kind::min_size:
      case Kind::max_size:
        return keep(matcher, read_size(context_, node, label));
      case Kind::type:
        return read_type(node, matcher);
    }
  }

  static void keep(MatcherSpec& matcher, const std::optional<std::uint64_t>& value) {
    if (value) matcher.operand = JsonValue(nlohmann::ordered_json(*value));
  }

  void read_text_operand(const Node& node, MatcherSpec& matcher) {
    std::optional<TemplateSpec> text = read_template(context_, node, name(matcher.kind));
    if (!text) return;
    matcher.operand = text_value(text->source_text());
    matcher.text = std::move(*text);
  }

  // Headers and bodies are text; a JSON value is what JSON would make of it, unless a reference keeps it
  // open.
  void read_value(const Node& node, MatcherSpec& matcher) {
    if (place_ != MatcherPlace::json) return read_text_operand(node, matcher);
    if (!node.is_scalar()) {
      assign(matcher.operand, read_json(context_, node, "a nested value", JsonUse::constant));
      return;
    }
    read_text_operand(node, matcher);
    if (node.quoted || !matcher.text.is_static()) return;
    matcher.operand =
        typed_scalar(matcher.operand.get().is_string() ? matcher.operand.get().get<std::string>() : "");
    if (!matcher.operand.get().is_string()) matcher.text = {};
  }

  void read_one_of(const Node& node, MatcherSpec& matcher) {
    if (!is_filled_list(context_, node, "one_of", "write it like [a, b]")) return;
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Node* item : node.items) {
      const bool as_text = place_ != MatcherPlace::json && item->is_scalar();
      const std::optional<JsonValue> value = as_text
                                                 ? text_value(read_constant(context_, *item, "one_of"))
                                                 : read_json(context_, *item, "one_of", JsonUse::constant);
      if (value) list.push_back(value->get());
    }
    matcher.operand = JsonValue(std::move(list));
  }

  void read_pattern(const Node& node, MatcherSpec& matcher) {
    if (!node.is_scalar())
      return context_.error(node, "\"matches\" must be text", "write a regular expression");
    const ErrorMark mark(context_);
    std::string pattern = read_constant(context_, node, "matches");
    if (!mark.clean()) return;
    const re2::RE2 compiled(pattern, re2::RE2::Quiet);
    if (!compiled.ok()) {
      const std::size_t at = pattern.find(compiled.error_arg());
      const SourceSpan span =
          context_.part(node, pattern, at == std::string::npos ? 0 : at, compiled.error_arg().size());
      context_.error(span.begin == span.end ? context_.span(node) : span, "this is not a regular expression",
                     compiled.error());
    }
    matcher.operand = text_value(pattern);
    matcher.text = {{{pattern, {}, matcher.span}}, matcher.span};
  }

  void read_flag(const Node& node, MatcherSpec& matcher) {
    const std::optional<bool> value = read_bool(context_, node, name(matcher.kind));
    if (!value) return;
    const Kind opposite = matcher.kind == Kind::present ? Kind::absent : Kind::present;
    if (!*value) {
      context_.error(matcher.span, in_quotes(name(matcher.kind)) + " can only be true",
                     "write \"" + std::string(name(opposite)) + ": true\"");
    }
    matcher.operand = JsonValue(nlohmann::ordered_json(true));
  }

  void read_number(const Node& node, MatcherSpec& matcher) {
    const std::optional<PlainText> text = read_plain(context_, node, name(matcher.kind), "a number");
    if (!text) return;
    const JsonValue value = typed_scalar(text->value);
    if (text->typed && value.get().is_number()) {
      matcher.operand = value;
    } else {
      context_.error(matcher.span, in_quotes(name(matcher.kind)) + " must be a number",
                     "write digits without quotes or unit");
    }
  }

  void read_type(const Node& node, MatcherSpec& matcher) {
    const std::string text = node.is_null() ? "null" : read_text(context_, node, "type").value_or("");
    if (text.empty()) return;
    if (std::find(kTypes.begin(), kTypes.end(), text) == kTypes.end()) {
      context_.error(matcher.span, "\"type\" cannot be " + in_quotes(text),
                     "use null, boolean, integer, number, string, array or object");
    }
    matcher.operand = text_value(text);
  }

  ReadContext& context_;
  MatcherPlace place_;
};

const MatcherSpec* find(const std::vector<MatcherSpec>& matchers, Kind kind) {
  const auto found =
      std::find_if(matchers.begin(), matchers.end(), [&](const MatcherSpec& m) { return m.kind == kind; });
  return found == matchers.end() ? nullptr : &*found;
}

void check_contradictions(ReadContext& context, const std::vector<MatcherSpec>& matchers) {
  constexpr std::array<std::pair<Kind, Kind>, 3> kBounds{
      {{Kind::min, Kind::max}, {Kind::min_items, Kind::max_items}, {Kind::min_size, Kind::max_size}}};
  const MatcherSpec* absent = find(matchers, Kind::absent);
  if (absent != nullptr && matchers.size() > 1) {
    context.error(absent->span, "\"absent\" contradicts the other matchers",
                  "a value that is absent has no other property");
  }
  for (const auto& [low, high] : kBounds) {
    const MatcherSpec* least = find(matchers, low);
    const MatcherSpec* most = find(matchers, high);
    if (least == nullptr || most == nullptr || least->operand.get() <= most->operand.get()) continue;
    context.error(least->span, in_quotes(name(low)) + " is above " + in_quotes(name(high)),
                  "no value can satisfy both");
  }
}

// Unquoted "present" and "absent" read like the matchers of that name.
std::optional<Kind> bare_word(const Node& node, MatcherPlace place) {
  if (!node.is_scalar() || node.quoted || place == MatcherPlace::body) return std::nullopt;
  if (node.text == "present") return Kind::present;
  if (node.text == "absent") return Kind::absent;
  return std::nullopt;
}

void unknown_matcher(ReadContext& context, const Node& key, MatcherPlace place) {
  const std::optional<Kind> kind = kMatcherKinds.find(key.text);
  if (kind) {
    context.error(
        key, in_quotes(key.text) + " cannot check " + std::string(word(place)),
        place == MatcherPlace::body ? "check a JSON value with json: { /pointer: ... }" : "headers are text");
    return;
  }
  std::string hint = did_you_mean(key.text, std::span<const std::string_view>(kMatcherKinds.words));
  if (hint.empty()) hint = "to compare with an object, write equals: { ... }";
  context.error(key, "unknown matcher " + in_quotes(key.text), std::move(hint));
}

// { contains: text, ... }: one matcher for each key.
std::vector<MatcherSpec> read_named(ReadContext& context, const Node& node, MatcherPlace place) {
  std::vector<MatcherSpec> matchers;
  MatcherReader reader(context, place);
  for (const Node::Entry& entry : node.entries) {
    const std::optional<Kind> kind = kMatcherKinds.find(entry.key->text);
    if (!kind || !allowed(place, *kind)) {
      unknown_matcher(context, *entry.key, place);
    } else if (std::optional<MatcherSpec> matcher = reader.read(*kind, *entry.value)) {
      matchers.push_back(std::move(*matcher));
    }
  }
  return matchers;
}

}  // namespace

std::vector<MatcherSpec> read_matchers(ReadContext& context, const Node& node, std::string_view label,
                                       MatcherPlace place) {
  std::vector<MatcherSpec> matchers;
  if (const std::optional<Kind> bare = bare_word(node, place)) {
    matchers.push_back({*bare, JsonValue(nlohmann::ordered_json(true)), {}, context.span(node)});
  } else if (!node.is_map()) {
    if (auto matcher = MatcherReader(context, place).read(Kind::equals, node))
      matchers.push_back(std::move(*matcher));
  } else if (is_filled_map(context, node, label, "name a matcher, like { contains: text }")) {
    matchers = read_named(context, node, place);
  }
  check_contradictions(context, matchers);
  return matchers;
}

}  // namespace assay::config
