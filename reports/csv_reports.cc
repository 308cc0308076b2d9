#include "reports/csv_reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "reports/check_list.h"
#include "reports/check_words.h"
#include "reports/csv_text.h"
#include "reports/time_bins.h"

namespace assay::reports {
namespace {

constexpr std::uint32_t kMostRows = 24 * 60 * 60;  // of seconds
constexpr std::array<double, 5> kQuantiles = {0.5, 0.9, 0.95, 0.99, 1};
constexpr double kNanosPerMillisecond = 1e6;

// Whole slots that are a second together, or so much longer that a long run stays within bounds.
TimeGrid grid_of_seconds(const RunResult& result) {
  using namespace std::chrono_literals;
  const TimeGrid slots = grid_of(result, std::numeric_limits<std::uint32_t>::max(), 0);
  if (slots.empty()) return slots;
  const auto second =
      static_cast<std::uint32_t>(std::max<std::int64_t>(1, (1s + slots.bin - 1ns) / slots.bin));
  const TimeGrid seconds = coarser(slots, second);
  return coarser(seconds, (seconds.bins + kMostRows - 1) / kMostRows);
}

// The cells that rows of one second share.
struct Second {
  std::string run;
  std::string_view arm;
  std::string at, length;

  std::string row(std::string_view metric, std::string_view quantile, double value, std::string_view unit,
                  std::uint64_t count) const {
    return csv_row({run, arm, at, length, metric, quantile, csv_number(value), unit, fmt::to_string(count)});
  }
};

std::string rows_of(const Second& second, const LatencyBin& bin) {
  std::string rows = second.row("requests", "", static_cast<double>(bin.count), "count", bin.count) +
                     second.row("failed", "", static_cast<double>(bin.failed), "count", bin.count);
  for (const double q : kQuantiles)
    rows += second.row("response_time", csv_number(q),
                       static_cast<double>(bin.response_time.quantile(q)) / kNanosPerMillisecond, "ms",
                       bin.response_time.count());
  return rows;
}

}  // namespace

std::string write_series_csv(const RunRecord& record, const ReportOptions&) {
  const RunResult& result = record.result;
  const TimeGrid grid = grid_of_seconds(result);
  std::string text =
      csv_row({"run", "arm", "at_s", "length_s", "metric", "quantile", "value", "unit", "count"});
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    const std::vector<LatencyBin> bins = latency_bins(result, arm, grid);
    for (std::uint32_t i = 0; i < bins.size(); ++i) {
      // Requests are counted where they were due, so a second without any had none to send.
      if (bins[i].count == 0) continue;
      text += rows_of({csv_text(result.id), name(arm), csv_number(seconds(grid.begin_of(i))),
                       csv_number(seconds(grid.bin))},
                      bins[i]);
    }
  }
  return text;
}

std::string write_checks_csv(const RunRecord& record, const ReportOptions& options) {
  std::string text = csv_row({"run", "gate", "class", "check", "outcome", "blocks", "value", "limit",
                              "baseline", "candidate", "change", "low", "high", "margin", "unit", "samples",
                              "file", "line", "sentence"});
  const std::string run = csv_text(record.result.id), gate = csv_text(record.result.name);
  const Finding none{};
  for (const Check& check : check_list(record).checks) {
    const Finding& finding = check.finding == nullptr ? none : *check.finding;
    text += csv_row({run, gate, csv_text(class_of(check)), csv_text(check.name), name(check.state),
                     check.blocks ? "yes" : "no", csv_number(finding.value), csv_number(finding.limit),
                     csv_number(finding.baseline), csv_number(finding.candidate), csv_number(finding.change),
                     csv_number(finding.low), csv_number(finding.high), csv_number(finding.margin),
                     finding.unit == Unit::none ? "" : name(finding.unit),
                     finding.samples == 0 ? "" : fmt::to_string(finding.samples),
                     csv_text(shown_path(check.place.file, options)),
                     check.place.known() ? fmt::to_string(check.place.line) : "", csv_text(check.sentence)});
  }
  return text;
}

}  // namespace assay::reports
