// Text with references "${NAME}". A reference to a variable, a secret or an extracted value stays until the
// request is made; any other name is looked up in the environment while the gate file is read. "$${" is a
// literal "${".
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/gate_spec.h"

namespace assay::config {

// Splits text whose references all are run-time variables: the strings inside BodySpec::json. Spans stay
// empty.
std::vector<TextPart> split_references(std::string_view text);

// The inverse for a literal: every "${" becomes "$${".
std::string escape_references(std::string_view literal);

}  // namespace assay::config
