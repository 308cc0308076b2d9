#include "scenario/extractor.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::scenario {
namespace {

bool take_json(const match::JsonPointer& pointer, const match::Answer& answer, match::Value& into) {
  if (!answer.is_json()) return false;
  const match::Actual actual = answer.json(pointer);
  if (actual.kind == match::Actual::Kind::absent) return false;
  const match::JsonType type = match::json_type(actual.text);
  if (type == match::JsonType::null) return false;
  into.is_json = type != match::JsonType::string;
  if (into.is_json) {
    into.text.assign(actual.text);
  } else {
    match::decode_json_string(actual.text, into.text);
  }
  return true;
}

bool take_header(const HeaderSource& source, const match::Answer& answer, match::Value& into) {
  const auto headers = answer.response().headers;
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const HeaderField& field) {
    return match::same_name(field.name, source.name);
  });
  if (found == headers.end()) return false;
  into.is_json = false;
  into.text.assign(found->value);
  return true;
}

}  // namespace

bool Extractor::extract(const match::Answer& answer, match::Value& into) const {
  if (const auto* header = std::get_if<HeaderSource>(&source)) return take_header(*header, answer, into);
  return take_json(std::get<match::JsonPointer>(source), answer, into);
}

std::string Extractor::explain(const match::Answer& answer, const match::Context& context) const {
  if (const auto* header = std::get_if<HeaderSource>(&source)) {
    return fmt::format("header {}: expected a value for ${{{}}}, got nothing", header->name, variable);
  }
  const auto& pointer = std::get<match::JsonPointer>(source);
  std::string problem = answer.json_problem(context);
  if (problem.empty()) {
    const bool is_null = answer.json(pointer).kind != match::Actual::Kind::absent;
    problem = fmt::format("expected a value for ${{{}}}, got {}", variable, is_null ? "null" : "nothing");
  }
  return fmt::format("json {}: {}", pointer.shown(), problem);
}

}  // namespace assay::scenario
