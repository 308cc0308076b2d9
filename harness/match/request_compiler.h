// From a request as a user wrote it to templates of its target and body: what is the same for whoever sends
// it. Mistakes are collected in the context. Pure.
#pragma once
#include <string_view>

#include "config/gate_spec.h"
#include "match/template_compiler.h"

namespace assay::match {

// Path and query. What stands in the path as text keeps its own escapes.
TextTemplate compile_target(const config::RequestSpec& request, const CompileContext& context);

TextTemplate compile_body(const config::BodySpec& body, const CompileContext& context);
// What a body is sent as unless a header says otherwise; empty: there is none.
std::string_view content_type(const config::BodySpec& body);

}  // namespace assay::match
