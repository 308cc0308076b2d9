// The JSON Schema (draft 2020-12) of gate files, as scenarios/schema/gate.schema.json holds it; built into
// the program.
#pragma once
#include <string_view>

namespace assay::config {

std::string_view gate_schema();

}  // namespace assay::config
