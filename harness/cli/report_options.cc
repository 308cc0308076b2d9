#include "cli/report_options.h"

#include <filesystem>

#include "cli/output_options.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

// As the kernel sees it: a runner may keep its projects behind a symbolic link. A relative path is none.
std::string real_path(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error || !fs::path(path).is_absolute() ? "" : real.string();
}

// Empty: there is none, as in directories of older runs.
std::string page_in(const std::string& directory) {
  const fs::path page = fs::path(directory) / reports::kPageFile;
  std::error_code unreadable;
  return fs::exists(page, unreadable) ? page.string() : "";
}

std::string here() {
  std::error_code error;
  const fs::path current = fs::current_path(error);
  return error ? "" : current.string();
}

}  // namespace

reports::ReportOptions report_options(const Context& context, const RunRecord& record,
                                      const std::string& directory) {
  reports::ReportOptions options;
  options.directory = directory;
  options.page = page_in(directory);
  options.exit_code = static_cast<int>(exit_code_of(record));
  auto root = context.environment("GITHUB_WORKSPACE");
  if (!root) root = context.environment("CI_PROJECT_DIR");
  if (root) options.root = real_path(*root);
  options.here = here();
  if (const auto job = context.environment("CI_JOB_URL")) options.artifacts_url = *job + "/artifacts/file";
  return options;
}

}  // namespace assay::cli
