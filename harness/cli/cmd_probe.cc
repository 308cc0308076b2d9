#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/gate_options.h"
#include "cli/interrupts.h"
#include "cli/metrics_endpoint.h"
#include "cli/output_options.h"
#include "cli/probe_watch.h"
#include "cli/report_options.h"
#include "client/client.h"
#include "model/codec.h"
#include "probes/addresses.h"
#include "probes/once.h"
#include "probes/registry.h"
#include "reports/junit_report.h"
#include "reports/palette.h"
#include "reports/probe_table.h"
#include "verdict/judge.h"

namespace assay::cli {
namespace {

std::string is_interval(const std::string& text) {
  const auto interval = parse_duration(text);
  if (!interval) return interval.error();
  return *interval >= std::chrono::milliseconds(100) ? "" : "\"" + text + "\" is too short: at least 100ms";
}

class ProbeCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    gate_.declare(parser);
    parser.add_option("--only", only_, "Carry out only the probe of this name; repeatable")
        ->allow_extra_args(false)
        ->type_name("NAME");
    parser.add_option("--format", format_, "What goes to standard output")
        ->check(CLI::IsMember({"table", "json", "junit"}).description(""))
        ->type_name("table|json|junit")
        ->capture_default_str();
    parser.add_flag("--watch", watch_,
                    "Go on until interrupted, and serve the results as Prometheus metrics");
    parser.add_option("--interval", interval_, "With --watch: how often, where a probe does not say it")
        ->check(is_interval, "")
        ->type_name("DURATION")
        ->capture_default_str();
    parser.add_option("--listen", watching_.listen, "With --watch: where metrics are served")
        ->check(is_place_to_listen, "")
        ->type_name("ADDRESS")
        ->capture_default_str();
  }

  ExitCode execute(const Context& context) override {
    const std::optional<Gate> gate = read_gate_file(context, gate_);
    if (!gate) return ExitCode::usage;
    const std::vector<probes::Probe> all = at_every_address(chosen_of(context, *gate));
    if (all.empty()) return ExitCode::usage;
    std::vector<const probes::Probe*> chosen;
    for (const probes::Probe& probe : all) chosen.push_back(&probe);
    if (watch_) {
      watching_.interval = parse_duration(interval_).value();
      return watch_probes(context, chosen, watching_);
    }
    const auto guardian = probes::guardian_for(chosen);  // before any thread
    const auto client = client::Client::create();
    if (!client || !guardian) {
      context.err << "assay: " << (client ? guardian.error() : client.error()).message() << '\n';
      return ExitCode::invalid;
    }
    (*client)->guard_by(guardian->get());
    Interrupts interrupts;
    RunResult result;
    result.load_withheld = "`assay probe` offers none";
    result.probes = probes::run_once(chosen, *client.value(), {}, interrupts.fd());
    const int signal = interrupts.came() ? interrupts.take() : 0;
    if (signal != 0) result.interrupted_by = signal;
    result.name = gate->spec.name;
    result.gate_path = gate->spec.source->path();
    RunRecord record{.result = std::move(result), .verdict = std::nullopt};
    record.verdict = verdict::judge(record.result, gate->spec);
    write(context, record);
    return exit_code_of(record);
  }

 private:
  std::vector<probes::Probe> chosen_of(const Context& context, const Gate& gate) const {
    std::vector<probes::Probe> chosen = probes::make_probes(gate.spec);
    std::vector<std::string> names;
    for (const probes::Probe& probe : chosen) names.push_back(probe.spec.name);
    if (names.empty()) context.err << "assay: " << gate_.path << " has no probes\n";
    for (const std::string& wanted : only_) {
      if (std::find(names.begin(), names.end(), wanted) != names.end()) continue;
      const std::string hint = did_you_mean(wanted, std::span<const std::string>(names));
      context.err << fmt::format("assay: there is no probe \"{}\"{}{}\n", wanted, hint.empty() ? "" : ": ",
                                 hint);
      return {};
    }
    if (only_.empty()) return chosen;
    std::erase_if(chosen, [&](const probes::Probe& probe) {
      return std::find(only_.begin(), only_.end(), probe.spec.name) == only_.end();
    });
    return chosen;
  }

  void write(const Context& context, const RunRecord& record) const {
    const std::vector<ProbeResult>& results = record.result.probes;
    if (format_ == "json") {
      context.out << to_json(results);
    } else if (format_ == "junit") {
      context.out << reports::write_junit_report(record, report_options(context, record, ""));
    } else {
      const auto palette = reports::Palette::of(context.out_in_colour());
      context.out << reports::probe_table(results, palette) << reports::probe_counts(results) << "; verdict "
                  << name(record.verdict->grade) << '\n';
    }
  }

  GateOptions gate_;
  std::vector<std::string> only_;
  std::string format_ = "table";
  bool watch_ = false;
  std::string interval_ = "15s";
  ProbeWatchOptions watching_;
};

}  // namespace

std::unique_ptr<Command> make_probe_command() { return std::make_unique<ProbeCommand>(); }

}  // namespace assay::cli
