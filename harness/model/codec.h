// RunRecord <-> the text of result.json (schema version 1; every field is described in README.md). The way
// there and back is exact. Pure functions: no file, no clock.
#pragma once
#include <string>
#include <string_view>

#include "base/expected.h"
#include "model/run_record.h"

namespace assay {

inline constexpr int kSchemaVersion = 1;

// Bytes that are not UTF-8 become the replacement character.
std::string to_json(const RunRecord& record);

// The error names the place and what is wrong there: "result.steps[2].timeout_ns: expected a number, found a
// string".
Expected<RunRecord, std::string> from_json(std::string_view text);

}  // namespace assay
