#include "match/request_compiler.h"

#include <algorithm>
#include <string>

namespace assay::match {
namespace {

bool has_query(const config::TemplateSpec& path) {
  return std::any_of(path.parts.begin(), path.parts.end(), [](const config::TextPart& part) {
    return part.variable.empty() && part.literal.find('?') != std::string::npos;
  });
}

}  // namespace

TextTemplate compile_target(const config::RequestSpec& request, const CompileContext& context) {
  TextTemplate out = compile_text(request.path, Encoding::url_component, context, &append_path);
  char separator = has_query(request.path) ? '&' : '?';
  for (const config::FieldSpec& field : request.query) {
    std::string name(1, separator);
    append_component(field.name, name);
    out.add_literal(name + "=");
    out.append(compile_text(field.value, Encoding::url_component, context, &append_component));
    separator = '&';
  }
  return out;
}

TextTemplate compile_body(const config::BodySpec& body, const CompileContext& context) {
  switch (body.kind) {
    case config::BodySpec::Kind::none:
      return {};
    case config::BodySpec::Kind::text:
      return compile_text(body.text, Encoding::plain, context);
    case config::BodySpec::Kind::json:
      return compile_json(body.json, body.span, context);
  }
  return {};
}

std::string_view content_type(const config::BodySpec& body) {
  switch (body.kind) {
    case config::BodySpec::Kind::none:
      return {};
    case config::BodySpec::Kind::text:
      return "text/plain; charset=utf-8";
    case config::BodySpec::Kind::json:
      return "application/json";
  }
  return {};
}

}  // namespace assay::match
