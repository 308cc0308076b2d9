#include "reports/terminal_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "reports/evidence_text.h"
#include "reports/look_rows.h"
#include "reports/number_text.h"
#include "reports/palette.h"
#include "reports/probe_table.h"
#include "reports/shapes.h"
#include "reports/summary.h"
#include "reports/table.h"
#include "reports/target_text.h"
#include "reports/terminal_summary.h"

namespace assay::reports {
namespace {

constexpr std::string_view kNothing = "-";

std::string text_or_nothing(const std::optional<double>& value, Unit unit) {
  return value ? value_text(*value, unit) : std::string(kNothing);
}

std::string state_cell(const Finding& finding) {
  return fmt::format("{} {}", shape_of(finding.state), name(finding.state));
}

// Everything, section by section.
class FullReport {
 public:
  FullReport(const RunRecord& record, const ReportOptions& options)
      : record_(record),
        result_(record.result),
        options_(options),
        palette_(Palette::of(options.colour)),
        summary_(summarise(record)) {}

  std::string text() {
    headline();
    run();
    if (!result_.could_not_run && !result_.load_withheld) measurements();
    probes();
    footer();
    return std::move(text_);
  }

 private:
  void measurements() {
    arms();
    looks();
    comparisons();
    breakdowns();
    thresholds();
    steps();
    failures();
    if (!summary_.watched) generator();
  }

  void probes() {
    if (result_.probes.empty()) return;
    section("Probes");
    text_ += fmt::format("  {}\n", probe_counts(result_.probes)) + probe_table(result_.probes, palette_);
  }

  void section(std::string_view title) { text_ += "\n" + painted(title, palette_.strong) + "\n"; }
  void line(std::string_view label, std::string_view value, std::string_view paint = {}) {
    text_ += fmt::format("  {:<11}{}\n", label, painted(printable(value), paint));
  }

  void headline() {
    const std::string word = headline_word(record_);
    const std::string marked =
        record_.verdict ? fmt::format("{} {}", shape_of(record_.verdict->grade), word) : word;
    const std::string_view paint = record_.verdict ? palette_.of(record_.verdict->grade) : palette_.doubtful;
    text_ +=
        fmt::format("{}  {}\n", painted(marked, paint), painted(printable(result_.name), palette_.strong));
    const std::string reason = headline_reason(record_);
    std::string rest;
    std::string place;
    for (const Finding* finding : summary_.reasons) {
      if (reason.starts_with(finding->sentence)) {
        place = place_text(*finding);
      } else {
        rest += fmt::format("  {} {}{}\n", painted(state_cell(*finding) + ":", palette_.of(finding->state)),
                            printable(finding->sentence), place_text(*finding));
      }
    }
    text_ += fmt::format("  {}{}\n{}", printable(reason), place, rest);
  }

  std::string place_text(const Finding& finding) const {
    if (finding.location.empty()) return {};
    return painted(fmt::format("  ({})", printable(finding.location)), palette_.faint);
  }

  void run() {
    section("Run");
    if (result_.could_not_run) line("not run", *result_.could_not_run);
    if (result_.interrupted_by) line("interrupted", fmt::format("by signal {}", *result_.interrupted_by));
    if (result_.early_stop)
      line("stopped", fmt::format("after {}: {}", duration_text(seconds(result_.early_stop->at) * 1e9),
                                  result_.early_stop->reason));
    result_.load_withheld ? line("when", result_.started_utc) : offered();
    soundness();
    limits();
  }

  void offered() {
    line("when", fmt::format("{}, {} judged, seed {}", result_.started_utc,
                             duration_text(summary_.judged_seconds * 1e9), result_.seed));
    if (!summary_.watched)
      line("requests",
           fmt::format("{} judged, {} failed; {} more while warming up", format_count(summary_.requests),
                       format_count(summary_.failed), format_count(result_.warm_up_requests)));
    for (const LoadPhaseFacts& phase : result_.load) line("load", load_text(phase));
    for (const TargetFacts& target : result_.targets) line(name(target.arm), target_text(target));
  }

  // What would lift it stands on a line of its own: that is what one comes back for.
  void limits() {
    if (!record_.verdict) return;
    for (const Limit& limit : record_.verdict->limits) {
      line("limit", fmt::format("{} ({})", title(limit.resource), limit.evidence), palette_.doubtful);
      line("", limit.advice, palette_.doubtful);
    }
  }

  void soundness() {
    bool sound = record_.verdict.has_value() && !result_.could_not_run && !result_.load_withheld;
    for (const Finding* finding : summary_.validity) {
      const bool is_note = finding->state == FindingState::info;
      const std::string state = is_note ? "" : state_cell(*finding) + ": ";
      line(is_note ? "note" : "soundness", state + finding->sentence, palette_.of(finding->state));
      sound = sound && is_note;
    }
    if (!sound || summary_.watched) return;
    line("soundness", sound_text(summary_.health), palette_.good);
  }

  void arms() {
    if (summary_.metrics.empty()) return;
    section(summary_.watched ? "Server metrics" : "Response time and errors");
    return summary_.has_baseline ? both_arms() : one_arm();
  }

  void one_arm() {
    Table table({Align::left, Align::right});
    table.add({"", "candidate"}, palette_.faint);
    for (const MetricRow& row : summary_.metrics)
      table.add({row.label, text_or_nothing(row.shown(Arm::candidate), row.unit)});
    text_ += table.text();
  }

  void both_arms() {
    Table table(
        {Align::left, Align::right, Align::right, Align::right, Align::left, Align::right, Align::left});
    table.add({"", "baseline", "candidate", "change", "interval", "margin", ""}, palette_.faint);
    for (const MetricRow& row : summary_.metrics) add_comparison(table, row);
    text_ += table.text();
    if (record_.verdict) compared_note();
    for (const Finding* finding : summary_.stalls) {
      text_ += painted(fmt::format("  stalls: {}: {}\n", state_cell(*finding), printable(finding->sentence)),
                       palette_.of(finding->state));
    }
  }

  // What passed, in a sentence; what did not has its sentence at the top, and here what it rests on.
  void comparisons() {
    if (summary_.comparisons.empty()) return;
    section("What the comparisons rest on");
    for (const Finding* finding : summary_.comparisons) {
      const bool passed = finding->state == FindingState::pass;
      text_ += painted(fmt::format("  {} {}\n", shape_of(finding->state),
                                   printable(passed ? finding->sentence : finding->subject)),
                       palette_.of(finding->state));
      if (passed) continue;
      for (const std::string& line : evidence_lines(*finding))
        text_ += painted(fmt::format("    {}\n", printable(line)), palette_.faint);
    }
  }

  // How the chance of a wrong decision was spent.
  void looks() {
    if (!record_.verdict || record_.verdict->looks.empty()) return;
    section("Looks");
    Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right,
                 Align::right, Align::right});
    for (auto& row : look_rows(*record_.verdict))
      table.add(std::move(row), table.empty() ? palette_.faint : std::string_view{});
    text_ += table.text();
  }

  void breakdowns() {
    if (summary_.breakdowns.empty()) return;
    section("Parts that stand out; they decide nothing by themselves");
    const std::size_t shown = std::min(summary_.breakdowns.size(), kMostSteps);
    for (std::size_t i = 0; i < shown; ++i) {
      const Finding& finding = *summary_.breakdowns[i];
      text_ += painted(fmt::format("  {} {}\n", shape_of(finding.state), printable(breakdown_text(finding))),
                       palette_.of(finding.state));
    }
    if (shown < summary_.breakdowns.size())
      text_ += fmt::format("  and {} more parts\n", format_count(summary_.breakdowns.size() - shown));
  }

  void compared_note() {
    const bool compared = std::any_of(summary_.metrics.begin(), summary_.metrics.end(),
                                      [](const MetricRow& row) { return row.comparison != nullptr; });
    if (!compared || summary_.watched) return;
    text_ += painted(
        fmt::format("  compared is calm time, and a failed request counts with its timeout; each end of an "
                    "interval holds with {:.0f} % confidence\n",
                    record_.verdict->confidence * 100),
        palette_.faint);
  }

  void add_comparison(Table& table, const MetricRow& row) const {
    std::vector<std::string> cells = {row.label, text_or_nothing(row.shown(Arm::baseline), row.unit),
                                      text_or_nothing(row.shown(Arm::candidate), row.unit)};
    const Finding* finding = row.comparison;
    if (finding == nullptr) return table.add(std::move(cells));
    cells.push_back(finding->change ? change_text(*finding->change, row.unit) : std::string(kNothing));
    const bool has_interval = finding->low && finding->high;
    cells.push_back(has_interval ? fmt::format("{} .. {}", change_text(*finding->low, row.unit),
                                               change_text(*finding->high, row.unit))
                                 : std::string(kNothing));
    cells.push_back(finding->margin ? margin_text(*finding->margin, row.unit) : std::string(kNothing));
    cells.push_back(state_cell(*finding));
    table.add(std::move(cells), palette_.of(finding->state));
  }

  void thresholds() {
    if (summary_.thresholds.empty()) return;
    section("Thresholds");
    Table table({Align::left, Align::left, Align::right, Align::left});
    table.add({"", "", "observed", "where"}, palette_.faint);
    for (const Finding* finding : summary_.thresholds) {
      const std::string severity =
          finding->severity == Severity::blocker ? "" : fmt::format(" [{}]", name(finding->severity));
      table.add({state_cell(*finding), finding->subject + severity,
                 text_or_nothing(finding->value, finding->unit), finding->location},
                palette_.of(finding->state));
    }
    text_ += table.text();
  }

  void steps() {
    if (summary_.steps.empty()) return;
    section("Steps");
    Table table({Align::left, Align::left, Align::left, Align::right, Align::right, Align::right,
                 Align::right, Align::right, Align::right, Align::right});
    table.add({"scenario", "step", "arm", "requests", "rate", "p50", "p95", "p99", "max", "errors"},
              palette_.faint);
    const std::vector<const StepRow*> shown = noteworthy_steps(summary_, kMostSteps);
    for (const StepRow* row : shown) add_step(table, *row);
    text_ += table.text();
    const std::size_t left_out = (summary_.steps.size() - shown.size()) / summary_.rows_per_step();
    if (left_out > 0)
      text_ += fmt::format("  and {} more steps with fewer failures or requests\n", format_count(left_out));
  }

  void add_step(Table& table, const StepRow& row) const {
    if (row.requests == 0)
      return table.add({row.scenario, row.step, std::string(name(row.arm)), "0"}, palette_.faint);
    const double errors = static_cast<double>(row.failed) / static_cast<double>(row.requests);
    table.add({row.scenario, row.step, std::string(name(row.arm)), format_count(row.requests),
               format_rate(row.per_s), duration_text(row.p50), duration_text(row.p95), duration_text(row.p99),
               duration_text(row.max), format_ratio(errors)},
              row.failed > 0 ? palette_.bad : std::string_view{});
  }

  void failures() {
    if (result_.failures.empty()) return;
    section("Failures, one example of each kind");
    Table table({Align::left, Align::right, Align::left, Align::left, Align::left, Align::left});
    const std::vector<const FailureExample*> shown = noteworthy_failures(result_, kMostSteps);
    for (const FailureExample* failure : shown) {
      const bool known = failure->step < result_.steps.size();
      table.add({std::string(name(failure->outcome)), format_count(failure->count) + " x",
                 std::string(name(failure->arm)), known ? result_.steps[failure->step].name : "",
                 failure->detail, failure->location});
    }
    text_ += table.text();
    if (shown.size() < result_.failures.size())
      text_ += fmt::format("  and {} more kinds of failures, less frequent\n",
                           format_count(result_.failures.size() - shown.size()));
  }

  void generator() {
    const HealthSummary& health = summary_.health;
    section("Generator");
    line("arrivals",
         fmt::format("{} intended, {} iterations started, {} shed, {} had to wait for a virtual user",
                     format_count(health.intended), format_count(health.started), format_count(health.shed),
                     format_count(health.waited)));
    line("lateness",
         fmt::format("own part of the send lag: p50 {}, p99 {}, max {}", duration_text(health.lag_p50),
                     duration_text(health.lag_p99), duration_text(health.lag_max)));
    const std::string limit =
        health.max_in_flight == 0 ? "" : fmt::format(" of at most {}", format_count(health.max_in_flight));
    line("resources",
         fmt::format("{} worker{}, busiest second {} of a core, {} in flight at the peak{}", health.workers,
                     health.workers == 1 ? "" : "s", format_ratio(health.busiest_worker_ratio),
                     format_count(health.peak_in_flight), limit));
  }

  void footer() {
    const std::string place = place_of_the_rest(options_);
    if (!place.empty()) text_ += "\n" + place;
  }

  const RunRecord& record_;
  const RunResult& result_;
  const ReportOptions& options_;
  Palette palette_;
  Summary summary_;
  std::string text_;
};

}  // namespace

std::string write_terminal_report(const RunRecord& record, const ReportOptions& options) {
  const std::string text =
      options.detail == Detail::full ? FullReport(record, options).text() : terminal_summary(record, options);
  return options.utf8 ? text : ascii_form(text);
}

}  // namespace assay::reports
