#include <CLI/CLI.hpp>
#include <ostream>
#include <utility>

#include "cli/command.h"
#include "cli/gate_options.h"
#include "cli/metric_servers.h"
#include "cli/run_output.h"
#include "cli/saving.h"
#include "cli/stored_runs.h"
#include "model/merge.h"
#include "verdict/judge.h"

namespace assay::cli {
namespace {

class MergeCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("RUN", runs_, "The run directories of all segments, in any order")
        ->required()
        ->type_name("");
    parser.add_option("--out", out_, "The run directory to write")
        ->type_name("DIR")
        ->default_str("assay-runs/<utc>-<name>");
    saving_.declare(parser);
    report_.declare(parser);
    servers_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    const auto receivers = receivers_of(context, servers_);
    if (!receivers) return ExitCode::usage;
    std::vector<RunResult> parts;
    for (const std::string& run : runs_) {
      std::optional<RunRecord> record = load_run(context, run);
      if (!record) return ExitCode::usage;
      parts.push_back(std::move(record->result));
    }
    Expected<RunResult, std::string> merged = merge(std::move(parts));
    if (!merged) {
      context.err << "assay: these runs cannot be merged: " << merged.error() << '\n';
      return ExitCode::usage;
    }
    return judge_merged(context, std::move(merged).value(), *receivers);
  }

 private:
  ExitCode judge_merged(const Context& context, RunResult merged,
                        std::span<const MetricReceiver> receivers) const {
    const std::optional<Gate> gate = read_judging_gate(context, merged, "");
    if (!gate) return ExitCode::usage;
    RunRecord record{.result = std::move(merged), .verdict = std::nullopt};
    verdict::Earlier earlier;
    if (saving_.wanted(gate->spec))
      earlier = read_earlier(saving_.location(context, gate->spec), store::Missing::create, record.result,
                             gate->spec);
    record.verdict = verdict::judge(record.result, gate->spec, earlier);
    const auto directory = prepare_directory(context, out_, {record.result.started_utc, record.result.name});
    if (!directory || !store_run(context, record, *directory)) return ExitCode::invalid;
    report_.write(context, record, *directory);
    keep_run(context, record, gate->spec, saving_, *directory);
    send_metrics(context, record, receivers);
    return exit_code_of(record);
  }

  std::vector<std::string> runs_;
  std::string out_;
  SaveOptions saving_;
  RunOutput report_;
  MetricServers servers_;
};

}  // namespace

std::unique_ptr<Command> make_merge_command() { return std::make_unique<MergeCommand>(); }

}  // namespace assay::cli
