// MatcherSpec -> Matcher. What does not fit (a pattern that RE2 cannot read, item counts of a header) is the
// user's mistake and is collected with its place.
#pragma once
#include <cstdint>
#include <optional>

#include "config/gate_spec.h"
#include "match/matcher.h"
#include "match/template_compiler.h"

namespace assay::match {

enum class Subject : std::uint8_t { text, json, body };  // body: a text whose size may be all that is known

std::optional<Matcher> compile(const config::MatcherSpec& spec, Subject subject,
                               const CompileContext& context);

}  // namespace assay::match
