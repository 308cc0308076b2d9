#include "config/references.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "config/template_text.h"

namespace assay::config {
namespace {

struct Piece {
  std::string text;  // a literal, or the name of a reference
  bool reference = false;
  std::optional<std::string> fallback;  // of "${NAME:-fallback}"
  SourceSpan span;
};

// "NAME" or "NAME:-fallback", without the braces.
std::optional<Piece> parse_reference(std::string_view inner) {
  const std::size_t separator = inner.find(":-");
  const std::string_view name = inner.substr(0, separator);
  if (!is_name(name)) return std::nullopt;
  Piece piece{std::string(name), true, std::nullopt, {}};
  if (separator != std::string_view::npos) piece.fallback = inner.substr(separator + 2);
  return piece;
}

class Splitter {
 public:
  Splitter(ReadContext& context, const Node& node) : context_(context), node_(node), text_(node.text) {}

  std::vector<Piece> split() {
    while (at_ < text_.size()) {
      const std::size_t found = std::min(text_.find("${", at_), text_.size());
      const bool escaped = found > at_ && found < text_.size() && text_[found - 1] == '$';
      add_literal(text_.substr(at_, found - at_ - (escaped ? 1U : 0U)));
      at_ = found;
      if (at_ >= text_.size()) break;
      if (escaped) {
        add_literal("${");
        at_ += 2;
      } else {
        take_reference();
      }
    }
    return std::move(pieces_);
  }

 private:
  void add_literal(std::string_view text) {
    if (text.empty()) return;
    if (pieces_.empty() || pieces_.back().reference) pieces_.push_back({});
    pieces_.back().text += text;
  }

  void take_reference() {
    const std::size_t close = text_.find('}', at_);
    if (close == std::string_view::npos) {
      context_.error(context_.part(node_, text_, at_, 2), "this reference is never closed",
                     "add \"}\", or write $${ for a literal ${");
      at_ = text_.size();
      return;
    }
    const SourceSpan span = context_.part(node_, text_, at_, close + 1 - at_);
    std::optional<Piece> piece = parse_reference(text_.substr(at_ + 2, close - at_ - 2));
    at_ = close + 1;
    if (!piece) {
      context_.error(span, "this is not a reference",
                     "write ${NAME} or ${NAME:-default}, with letters, digits and _");
      return;
    }
    piece->span = span;
    pieces_.push_back(std::move(*piece));
  }

  ReadContext& context_;
  const Node& node_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Piece> pieces_;
};

std::string undefined_hint(const ReadContext& context, const std::string& name) {
  const auto elsewhere = context.names.elsewhere.find(name);
  if (elsewhere != context.names.elsewhere.end()) return elsewhere->second;
  const std::vector<std::string> known = context.names.all();
  std::string meant = did_you_mean(name, std::span<const std::string>(known));
  if (!meant.empty()) return meant;
  return "declare it under \"variables\", set it in the environment, or write ${" + name + ":-default}";
}

std::string environment_value(ReadContext& context, const Piece& piece) {
  std::optional<std::string> value = context.environment(piece.text);
  if (piece.fallback && (!value || value->empty())) return *piece.fallback;
  if (value) return *value;
  context.error(piece.span, "undefined variable " + in_quotes(piece.text),
                undefined_hint(context, piece.text));
  return {};
}

std::string shown(const JsonValue& value) {
  return value.get().is_string() ? value.get().get<std::string>() : value.get().dump();
}

std::string plain_value(ReadContext& context, const Piece& piece, std::string_view label) {
  if (!piece.reference) return piece.text;
  if (context.names.secrets.contains(piece.text)) {
    context.error(piece.span, "a secret cannot be used in " + in_quotes(label),
                  "secrets may stand in steps and in the headers of targets, where they are never printed");
    return {};
  }
  const auto variable = context.names.variables.find(piece.text);
  return variable == context.names.variables.end() ? environment_value(context, piece)
                                                   : shown(variable->second);
}

void refuse_fallback(ReadContext& context, const Piece& piece) {
  if (!piece.fallback) return;
  context.error(piece.span, in_quotes(piece.text) + " is declared, so it takes no default",
                "defaults belong to environment variables; write ${" + piece.text + "}");
}

std::optional<std::string> kind_of(const Node& node) {
  if (node.is_null()) return "nothing is written here";
  if (node.is_map()) return "here is a map";
  if (node.is_sequence()) return "here is a list";
  return std::nullopt;
}

bool is_scalar(ReadContext& context, const Node& node, std::string_view label, std::string_view expected) {
  const std::optional<std::string> other = kind_of(node);
  if (other) context.error(node, in_quotes(label) + " must be " + std::string(expected), *other);
  return !other;
}

}  // namespace

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  const auto part = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), part);
}

std::optional<PlainText> read_plain(ReadContext& context, const Node& node, std::string_view label,
                                    std::string_view expected) {
  if (!is_scalar(context, node, label, expected)) return std::nullopt;
  const ErrorMark mark(context);
  PlainText plain{{}, !node.quoted};
  for (const Piece& piece : Splitter(context, node).split()) {
    plain.typed = plain.typed || piece.reference;
    plain.value += plain_value(context, piece, label);
  }
  if (!mark.clean()) return std::nullopt;
  return plain;
}

std::optional<TemplateSpec> read_template(ReadContext& context, const Node& node, std::string_view label) {
  if (!is_scalar(context, node, label, "text")) return std::nullopt;
  const ErrorMark mark(context);
  TemplateSpec spec{{}, context.span(node)};
  for (const Piece& piece : Splitter(context, node).split()) {
    if (piece.reference && context.names.is_runtime(piece.text)) {
      refuse_fallback(context, piece);
      spec.parts.push_back({{}, piece.text, piece.span});
      continue;
    }
    std::string literal = piece.reference ? environment_value(context, piece) : piece.text;
    if (spec.parts.empty() || !spec.parts.back().variable.empty())
      spec.parts.push_back({{}, {}, context.span(node)});
    spec.parts.back().literal += literal;
  }
  if (!mark.clean()) return std::nullopt;
  return spec;
}

std::string resolved(const TemplateSpec& text, const GateSpec& gate) {
  std::string made;
  for (const TextPart& part : text.parts) {
    made += part.literal;
    if (part.variable.empty()) continue;
    for (const VariableSpec& variable : gate.variables)
      if (variable.name == part.variable) made += shown(variable.value);
    for (const SecretSpec& secret : gate.secrets)
      if (secret.name == part.variable) made += secret.value;
  }
  return made;
}

std::string read_body_text(ReadContext& context, const Node& node) {
  std::string text;
  for (const Piece& piece : Splitter(context, node).split()) {
    if (piece.reference && context.names.is_runtime(piece.text)) {
      refuse_fallback(context, piece);
      text.append("${").append(piece.text).append("}");
    } else {
      text += escape_references(piece.reference ? environment_value(context, piece) : piece.text);
    }
  }
  return text;
}

std::string read_constant(ReadContext& context, const Node& node, std::string_view label) {
  std::string text;
  for (const Piece& piece : Splitter(context, node).split()) {
    if (piece.reference && context.names.is_runtime(piece.text)) {
      context.error(piece.span, in_quotes(piece.text) + " cannot be used in " + std::string(label),
                    "only environment variables are replaced here");
    } else {
      text += piece.reference ? environment_value(context, piece) : piece.text;
    }
  }
  return text;
}

}  // namespace assay::config
