// ExpectSpec -> Checks, for the steps of a scenario and for probes. What does not fit is the user's mistake
// and is collected with its place.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "config/gate_spec.h"
#include "match/check.h"
#include "match/template_compiler.h"

namespace assay::match {

// The status first, also where none was written: then 2xx and 3xx are accepted.
std::vector<Check> compile_checks(const config::ExpectSpec& expect, const CompileContext& context);

std::optional<JsonPointer> compile_pointer(std::string_view text, const SourceSpan& where,
                                           const CompileContext& context);

}  // namespace assay::match
