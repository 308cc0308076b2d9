// The run directory: one folder a run, with everything that was measured in result.json. Files appear whole
// or not at all: a reader never meets a half-written one. No thread of its own; two writers of one directory
// are the user's mistake.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "base/system_error.h"
#include "model/codec.h"
#include "model/run_record.h"

namespace assay::store {

inline constexpr std::string_view kResultFile = "result.json";

// "assay-runs/20260214T090000Z-invoices-canary" of an ISO 8601 start and a name; letters that are not safe in
// file names become dashes.
std::filesystem::path default_directory(std::string_view started_utc, std::string_view name);

// Creates the directory with its parents; that it is there already is no error.
Expected<void, SystemError> make_directory(const std::filesystem::path& directory);

// Creates or replaces `file`, whole or not at all, and returns when it is on the disk.
Expected<void, SystemError> write_file(const std::filesystem::path& file, std::string_view text);
// The same for a text that is made piece by piece: the producer hands the pieces to its argument and returns
// what that returned last.
using TextProducer = std::function<bool(const TextSink&)>;
Expected<void, SystemError> write_file(const std::filesystem::path& file, const TextProducer& produce);
// What is larger than `most_bytes` is refused, a regular file without reading any of it.
Expected<std::string, SystemError> read_file(
    const std::filesystem::path& file, std::uint64_t most_bytes = std::numeric_limits<std::uint64_t>::max());

// Creates the directory where it is missing, and writes its result.json.
Expected<void, SystemError> write_run(const std::filesystem::path& directory, const RunRecord& record);

// From a run directory or the path of a result file.
Expected<RunRecord, SystemError> read_run(const std::filesystem::path& path);

}  // namespace assay::store
