#include "cli/stored_runs.h"

#include <ostream>
#include <utility>

#include "store/run_directory.h"

namespace assay::cli {
namespace {

void report(const Context& context, const SystemError& error) {
  context.err << "assay: " << error.message() << '\n';
}

}  // namespace

std::optional<RunRecord> load_run(const Context& context, const std::string& path) {
  Expected<RunRecord, SystemError> record = store::read_run(path);
  if (record) return std::move(record).value();
  report(context, record.error());
  return std::nullopt;
}

std::optional<std::string> prepare_directory(const Context& context, const std::string& out,
                                             const RunName& name) {
  const std::filesystem::path directory =
      out.empty() ? store::default_directory(name.started_utc, name.name) : std::filesystem::path(out);
  const auto made = store::make_directory(directory);
  if (made) return directory.string();
  report(context, made.error());
  return std::nullopt;
}

bool store_run(const Context& context, const RunRecord& record, const std::string& directory) {
  const auto written = store::write_run(directory, record);
  if (!written) report(context, written.error());
  return written.has_value();
}

}  // namespace assay::cli
