#include "store/run_directory.h"

#include <algorithm>
#include <cctype>

namespace assay::store {
namespace {

namespace fs = std::filesystem;
using Failure = Unexpected<SystemError>;

constexpr std::uint64_t kMostResultBytes = std::uint64_t{4} << 30U;  // what the reader of JSON takes
constexpr std::size_t kLongestName = 80;  // file systems allow 255 bytes; listings should stay readable

bool is_safe(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte < 0x80 && (std::isalnum(byte) != 0 || letter == '.' || letter == '_' || letter == '-');
}

std::string file_safe(std::string_view name) {
  std::string safe(name.substr(0, kLongestName));
  std::replace_if(
      safe.begin(), safe.end(), [](char letter) { return !is_safe(letter); }, '-');
  return safe.empty() ? "run" : safe;
}

// "2026-02-14T09:00:00.125Z" -> "20260214T090000Z": sorts by time and has no colon, which Windows shares
// refuse.
std::string compact_time(std::string_view iso) {
  std::string compact;
  for (const char letter : iso.substr(0, iso.find('.'))) {
    if (letter != '-' && letter != ':') compact += letter;
  }
  if (!compact.ends_with('Z')) compact += 'Z';
  return file_safe(compact);
}

}  // namespace

fs::path default_directory(std::string_view started_utc, std::string_view name) {
  return fs::path("assay-runs") / (compact_time(started_utc) + "-" + file_safe(name));
}

Expected<void, SystemError> make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error && !fs::is_directory(directory, error) && !error)
    error = make_error_code(std::errc::not_a_directory);
  if (!error) return {};
  return Failure(system_error("create", directory.string(), error.value(),
                              "choose a folder that you may write to with --out"));
}

Expected<void, SystemError> write_run(const fs::path& directory, const RunRecord& record) {
  auto created = make_directory(directory);
  if (!created) return created;
  return write_file(directory / kResultFile, [&](const TextSink& sink) { return write_json(record, sink); });
}

Expected<RunRecord, SystemError> read_run(const fs::path& path) {
  std::error_code ignored;
  const fs::path file = fs::is_directory(path, ignored) ? path / kResultFile : path;
  auto text = read_file(file, kMostResultBytes);
  if (!text) return Failure(std::move(text).error());
  auto record = from_json(*text);
  if (record) return *std::move(record);
  return Failure(SystemError{.operation = "read",
                             .subject = file.string(),
                             .reason = record.error(),
                             .hint = newer_version(*text)
                                         ? "a newer assay wrote it: use that one, or measure again"
                                         : "the file is damaged or not a result of assay; copy it again, or "
                                           "measure again"});
}

}  // namespace assay::store
