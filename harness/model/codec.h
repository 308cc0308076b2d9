// RunRecord <-> the text of result.json (schema version 1; every field is described in README.md). The way
// there and back is exact. Pure functions: no file, no clock.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "model/run_record.h"

namespace assay {

inline constexpr int kSchemaVersion = 1;

// Takes the text piece by piece; false: it takes no more, and nothing further is written.
using TextSink = std::function<bool(std::string_view)>;

// Bytes that are not UTF-8 become the replacement character. The slots of a long run are most of the text, so
// that it is made slot by slot and never exists as a whole. Returns what the sink returned last.
bool write_json(const RunRecord& record, const TextSink& sink);
std::string to_json(const RunRecord& record);  // the same in one piece

// Probes alone, as they stand in a result: a JSON array, indented.
std::string to_json(const std::vector<ProbeResult>& probes);

// The error names the place and what is wrong there: "result.steps[2].timeout_ns: expected a number, found a
// string".
Expected<RunRecord, std::string> from_json(std::string_view text);

// The schema version of a result that a newer assay wrote. Absent: this assay knows its version, or the text
// says none.
std::optional<int> newer_version(std::string_view text);

}  // namespace assay
