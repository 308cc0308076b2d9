#include "cli/requirement_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "verdict/looks.h"
#include "verdict/wording.h"

namespace assay::cli {
namespace {

using config::Aggregate;
using config::CompareSpec;
using config::ThresholdSpec;

std::string metric_words(Metric metric) {
  std::string words(name(metric));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string quantile_words(double quantile) { return "p" + format_number(quantile * 100); }

std::string subject(const ThresholdSpec& threshold) {
  const std::string metric = metric_words(threshold.metric);
  switch (threshold.aggregate) {
    case Aggregate::quantile:
      return fmt::format("{} of the {}", quantile_words(threshold.quantile), metric);
    case Aggregate::max:
      return "the largest " + metric;
    case Aggregate::mean:
      return "the mean " + metric;
    case Aggregate::rate:
      return "the rate of requests";
    case Aggregate::count:
      return "the number of requests";
    case Aggregate::error_rate:
      return "the share of failed requests";
    case Aggregate::check_rate:
      return "the share of answers that pass their checks";
    case Aggregate::server_metric:
      return "the server metric " + threshold.server_metric;
    case Aggregate::received:
      break;
  }
  return "the received bytes per second";
}

std::string limit_text(const ThresholdSpec& threshold) {
  switch (threshold.aggregate) {
    case Aggregate::rate:
      return format_rate(threshold.limit);
    case Aggregate::count:
      return format_count(static_cast<std::uint64_t>(threshold.limit));
    case Aggregate::error_rate:
    case Aggregate::check_rate:
      return format_ratio(threshold.limit);
    case Aggregate::received:
      return format_data_rate(threshold.limit);
    case Aggregate::server_metric:
      return verdict::in_unit(threshold.limit, threshold.unit);
    case Aggregate::quantile:
    case Aggregate::max:
    case Aggregate::mean:
      break;
  }
  return format_duration(Nanos(static_cast<std::int64_t>(threshold.limit)));
}

std::string filter_text(const config::FilterSpec& filter) {
  std::string text;
  if (filter.scenario) text += fmt::format(" in scenario \"{}\"", *filter.scenario);
  if (filter.step) text += fmt::format(" of step \"{}\"", *filter.step);
  if (filter.status_class) {
    text += *filter.status_class == 0 ? " without a status"
                                      : fmt::format(" with status {}xx", *filter.status_class);
  }
  if (filter.arm) text += fmt::format(" of the {}", name(*filter.arm));
  return text;
}

constexpr std::string_view relation(config::Comparator comparator) {
  switch (comparator) {
    case config::Comparator::less:
      return "below";
    case config::Comparator::less_equal:
      return "at most";
    case config::Comparator::greater:
      return "above";
    case config::Comparator::greater_equal:
      break;
  }
  return "at least";
}

std::string margin_text(const CompareSpec& compare) {
  if (compare.floor_ns <= 0) return format_ratio(compare.margin);
  return fmt::format("{} or {}, whichever is more,", format_ratio(compare.margin),
                     format_duration(Nanos(static_cast<std::int64_t>(compare.floor_ns))));
}

}  // namespace

std::string threshold_text(const ThresholdSpec& threshold) {
  std::string text = fmt::format("{}{} must be {} {}", subject(threshold), filter_text(threshold.filter),
                                 relation(threshold.comparator), limit_text(threshold));
  if (threshold.window)
    text += fmt::format(", in every full window of {}", format_duration(*threshold.window));
  if (threshold.severity != Severity::blocker) text += fmt::format(" ({} only)", name(threshold.severity));
  return text;
}

std::string comparison_text(const CompareSpec& compare) {
  switch (compare.what) {
    case CompareSpec::What::quantile:
      return fmt::format("{} of the response time may be at most {} above the baseline's",
                         quantile_words(compare.quantile), margin_text(compare));
    case CompareSpec::What::tail5:
      return fmt::format("the slowest 5% of requests may be at most {} worse than the baseline's",
                         margin_text(compare));
    case CompareSpec::What::error_rate:
      return fmt::format("the error rate may be at most {} above the baseline's{}",
                         format_points(compare.margin),
                         compare.proving ? fmt::format(", outages of {} that were not seen reckoned with",
                                                       format_duration(*compare.proving))
                                         : "");
    case CompareSpec::What::throughput:
      return fmt::format("at most {} fewer requests a second may succeed than of the baseline",
                         format_ratio(compare.margin));
    case CompareSpec::What::stalls:
      break;
  }
  std::string text = "a stall that only the candidate shows keeps the run from passing";
  if (compare.proving)
    text += fmt::format("; stalls of {} must be proven to take at most 1% of the time more",
                        format_duration(*compare.proving));
  return text;
}

std::string comparison_text(const config::ServerCompareSpec& compare) {
  const std::string margin =
      compare.in_points() ? format_points(compare.margin) : format_ratio(compare.margin);
  return fmt::format("the server metric {} may be at most {}{} {} the baseline's", compare.metric, margin,
                     compare.floor > 0 ? fmt::format(" or {}, whichever is more,",
                                                     verdict::in_unit(compare.floor, compare.unit))
                                       : "",
                     compare.more_is_better ? "below" : "above");
}

std::vector<std::string> ending_texts(const config::GateSpec& gate) {
  std::vector<std::string> texts;
  const config::JudgementSpec& judgement = gate.judgement;
  const auto looks = verdict::planned_looks(gate);
  if (judgement.continuous) {
    texts.push_back(fmt::format(
        "the comparisons are looked at {} times from {} on, and whatever is proven then ends the run; proof "
        "that holds at all times takes four to eight times as long as that of one look",
        looks.size(), format_duration(looks.front().at)));
  } else if (looks.size() > 1) {
    std::string times;
    for (const verdict::PlannedLook& look : looks)
      times += (times.empty() ? "" : ", ") + format_duration(look.at);
    texts.push_back(fmt::format(
        "the comparisons are looked at after {}, and whatever is proven then ends the run", times));
  }
  if (judgement.abort.error_rate)
    texts.push_back(fmt::format("it is aborted once more than {} of the candidate's requests certainly fail",
                                format_ratio(*judgement.abort.error_rate)));
  if (judgement.abort.ratio)
    texts.push_back(
        fmt::format("it is aborted once the candidate certainly fails {} times as often as the baseline",
                    format_number(*judgement.abort.ratio)));
  switch (judgement.on_inconclusive) {
    case config::OnInconclusive::hold:
      break;
    case config::OnInconclusive::extend:
      texts.push_back(
          fmt::format("undecided, it goes on to at most {}", format_duration(judgement.max_duration)));
      break;
    case config::OnInconclusive::fail:
      texts.emplace_back("undecided, it fails");
      break;
    case config::OnInconclusive::pass:
      texts.emplace_back("undecided, it passes, unless data are missing");
      break;
  }
  return texts;
}

}  // namespace assay::cli
