#include "cli/gate_options.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <ostream>
#include <utility>

#include "base/units.h"
#include "probes/metric_queries.h"
#include "probes/registry.h"
#include "scenario/compiler.h"
#include "store/run_directory.h"

namespace assay::cli {
namespace {

constexpr std::string_view kTargetMark = "--target ";
constexpr const char* kBaselineMark = "--baseline";
constexpr const char* kWatchMark = "--watch";

std::string needs_equals(const std::string& text) {
  const std::size_t at = text.find('=');
  return at != std::string::npos && at > 0 ? "" : "\"" + text + "\" must be written as name=value";
}

std::pair<std::string, std::string> split(const std::string& assignment) {
  const std::size_t at = assignment.find('=');
  return {assignment.substr(0, at), assignment.substr(at + 1)};
}

std::map<std::string, std::string> as_map(const std::vector<std::string>& assignments) {
  std::map<std::string, std::string> map;
  for (const std::string& assignment : assignments)
    map.insert_or_assign(split(assignment).first, split(assignment).second);
  return map;
}

std::optional<std::string> read_text(const Context& context, const std::string& path) {
  Expected<std::string, SystemError> text = store::read_file(path);
  if (text) return std::move(text).value();
  context.err << "assay: " << text.error().message() << '\n';
  return std::nullopt;
}

std::map<std::string, std::string> remembered(const config::ReadOptions& options) {
  std::map<std::string, std::string> overrides = options.variables;
  for (const auto& [arm, url] : options.targets) overrides.emplace(std::string(kTargetMark) + arm, url);
  if (options.stored_baseline) overrides.emplace(kBaselineMark, "stored");
  if (options.watch) overrides.emplace(kWatchMark, format_duration(*options.watch));
  return overrides;
}

}  // namespace

void GateOptions::declare(CLI::App& parser) {
  parser.add_option("GATE", path, "The gate file (YAML or JSON)")->required()->type_name("");
  parser.add_option("--target", targets, "Replace or add the URL of an arm; repeatable")
      ->allow_extra_args(false)
      ->check(needs_equals, "")
      ->type_name("ARM=URL");
  parser.add_option("--var", variables, "Replace the value of a declared variable; repeatable")
      ->allow_extra_args(false)
      ->check(needs_equals, "")
      ->type_name("NAME=VALUE");
}

void GateOptions::declare_arms(CLI::App& parser) {
  CLI::Option* twice = parser.add_flag(
      "--aa", same_build,
      "A/A run: both arms are the candidate's build, at one URL or also at --target baseline=URL");
  parser
      .add_option("--baseline", baseline,
                  "live: the gate's baseline target; stored: earlier runs in the store instead of it")
      ->check(CLI::IsMember({"live", "stored"}).description(""))
      ->type_name("live|stored")
      ->excludes(twice);
}

std::optional<Gate> read_gate_text(const Context& context, const std::string& path, std::string text,
                                   config::ReadOptions options) {
  options.probe_forms = probes::forms();
  const auto refuse = [&](const ConfigErrors& errors) {
    context.err << errors.render(context.err_in_colour());
    return std::nullopt;
  };
  auto spec = config::read_gate(std::make_shared<const SourceFile>(path, std::move(text)), options);
  if (!spec) return refuse(spec.error());
  if (spec->server_metrics)
    if (const auto mistakes = probes::server_metric_mistakes(*spec->server_metrics); !mistakes.empty())
      return refuse(mistakes);
  auto scenarios = scenario::compile(spec.value());
  if (!scenarios) return refuse(scenarios.error());
  return Gate{std::move(spec).value(), std::move(scenarios).value(), remembered(options), options.same_build};
}

std::optional<Gate> read_gate_file(const Context& context, const GateOptions& options) {
  std::optional<std::string> text = read_text(context, options.path);
  if (!text) return std::nullopt;
  return read_gate_text(context, options.path, *std::move(text),
                        {.environment = context.environment,
                         .variables = as_map(options.variables),
                         .targets = as_map(options.targets),
                         .same_build = options.same_build,
                         .stored_baseline = options.baseline == "stored",
                         .watch = options.watch,
                         .folder = std::filesystem::path(options.path).parent_path().string(),
                         .probe_forms = {}});
}

std::optional<Gate> read_judging_gate(const Context& context, const RunResult& result,
                                      const std::string& path) {
  const std::string& shown_path = path.empty() ? result.gate_path : path;
  config::ReadOptions options;
  options.folder = std::filesystem::path(shown_path).parent_path().string();
  options.environment = [&](std::string_view name) -> std::optional<std::string> {
    return context.environment(name).value_or("not-set-here");
  };
  for (const TargetFacts& target : result.targets) options.targets.emplace(name(target.arm), target.url);
  options.stored_baseline = result.overrides.contains(kBaselineMark);
  if (const auto watch = result.overrides.find(kWatchMark); watch != result.overrides.end()) {
    const auto duration = parse_duration(watch->second);
    options.watch = duration ? *duration : Nanos{0};
  }
  if (!path.empty()) {
    std::optional<std::string> text = read_text(context, path);
    return text ? read_gate_text(context, path, *std::move(text), options) : std::nullopt;
  }
  for (const auto& [name, value] : result.overrides) {
    if (!name.starts_with("--")) options.variables.emplace(name, value);
  }
  return read_gate_text(context, shown_path, result.gate_text, options);
}

}  // namespace assay::cli
