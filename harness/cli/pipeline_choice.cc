#include "cli/pipeline_choice.h"

#include <CLI/CLI.hpp>
#include <array>

#include "cli/further_reports.h"
#include "cli/github_files.h"

namespace assay::cli {
namespace {

// By Pipeline.
constexpr std::array<const char*, 3> kNames = {"none", "github", "gitlab"};

// What `artifacts: reports:` of GitLab takes.
constexpr std::array<std::string_view, 5> kGitLabReports = {"junit", "codequality", "gitlab-annotations",
                                                            "dotenv", "openmetrics"};

void leave_with_gitlab(const Context& context, const RunRecord& record, const std::string& directory) {
  for (const std::string_view name : kGitLabReports)
    write_report(context, *reports::find_report_format(name), record, directory);
}

}  // namespace

void PipelineChoice::declare(CLI::App& parser) {
  parser
      .add_option(
          "--ci", given,
          "The pipeline that gets annotations, a summary and outputs (github), or report files (gitlab); "
          "auto: the one this runs in")
      ->check(CLI::IsMember({"auto", "github", "gitlab", "none"}).description(""))
      ->type_name("auto|github|gitlab|none");
}

Pipeline PipelineChoice::pipeline(const Context& context) const {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (given == kNames.at(i)) return static_cast<Pipeline>(i);
  if (context.environment("GITHUB_ACTIONS") == "true") return Pipeline::github;
  return context.environment("GITLAB_CI") == "true" ? Pipeline::gitlab : Pipeline::none;
}

void leave_with(Pipeline pipeline, const Context& context, const RunRecord& record,
                const std::string& directory) {
  if (pipeline == Pipeline::github) leave_with_github(context, record, directory);
  if (pipeline == Pipeline::gitlab) leave_with_gitlab(context, record, directory);
}

}  // namespace assay::cli
