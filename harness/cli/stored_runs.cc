#include "cli/stored_runs.h"

#include <filesystem>
#include <ostream>
#include <utility>

#include "reports/registry.h"
#include "store/run_directory.h"

namespace assay::cli {
namespace {

void report(const Context& context, const SystemError& error) {
  context.err << "assay: " << error.message() << '\n';
}

// It is made of the result alone, so a run without it has lost nothing: `assay report` makes it again.
void write_page(const Context& context, const RunRecord& record, const std::string& directory) {
  const std::string page = reports::find_report_format("html")->write(record, {});
  const auto written = store::write_file(std::filesystem::path(directory) / reports::kPageFile, page);
  if (!written) report(context, written.error());
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
  if (written) write_page(context, record, directory);
  return written.has_value();
}

}  // namespace assay::cli
