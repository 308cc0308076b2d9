#include "probes/rule_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "probes/prometheus_answers.h"
#include "probes/prometheus_ask.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

// The question is its own label, so that two rules that ask the same ask once.
client::Ask ask_of(const Server& prometheus, const std::string& query) {
  return query_ask(prometheus, query, query);
}

std::string count_of(const SeriesSelector& selector) { return "count(" + selector.text() + ")"; }

// Whether any series of the metric has this label at all.
SeriesSelector with_label(const SeriesSelector& selector, const std::string& label) {
  return {selector.metric, {{label, "!=", ""}}};
}
SeriesSelector with_matcher(const SeriesSelector& selector, const LabelMatcher& matcher) {
  return {selector.metric, {matcher}};
}

// `x != ""` and the like are what one asks of a label that may be missing.
bool wants_label(const LabelMatcher& matcher) {
  return matcher.op == "=" ? !matcher.value.empty() : matcher.op == "=~";
}

enum class Found : std::uint8_t { unasked, unknown, none, some };

Found found(Exchanges all, const std::string& query, std::string* problem = nullptr) {
  const Exchange* exchange = labelled(all, query);
  if (exchange == nullptr) return Found::unasked;
  const client::Answer& answer = exchange->answer;
  const Read<PromResult> result =
      answer.ok() ? read_query(*answer.http()) : Read<PromResult>(Unexpected(answer.problem));
  if (result) return result->series.empty() ? Found::none : Found::some;
  if (problem != nullptr) *problem = result.error();
  return Found::unknown;
}

// absent(x) fires because there is no x.
bool waits_for_absence(std::string_view expr) {
  const auto words = promql_words(expr);
  return words && std::any_of(words->begin(), words->end(), [](const PromqlWord& word) {
           return word.kind == PromqlWord::Kind::name && word.text.starts_with("absent");
         });
}

// What the left side of `errors / all > 0.05` is now.
std::optional<std::string> measured_side(std::string_view expr) {
  const auto comparison = outermost_comparison(expr);
  return comparison && comparison->op != "==" && comparison->op != "!=" ? std::optional(comparison->left)
                                                                        : std::nullopt;
}

class Asker {
 public:
  Asker(const Server& prometheus, Exchanges so_far) : prometheus_(prometheus), so_far_(so_far) {}

  std::vector<client::Ask> asks(std::string_view expr) {
    const auto side = measured_side(expr);
    if (side) ask(*side);
    if (waits_for_absence(expr)) return std::move(asks_);
    for (const SeriesSelector& selector : selectors_of(expr)) {
      ask(count_of(selector));
      if (found(so_far_, count_of(selector)) == Found::none) ask_why(selector);
    }
    return std::move(asks_);
  }

 private:
  void ask_why(const SeriesSelector& selector) {
    if (selector.matchers.empty() || selector.metric.empty()) return;
    ask(count_of({selector.metric, {}}));
    for (const LabelMatcher& matcher : selector.matchers) {
      ask(count_of(with_matcher(selector, matcher)));
      if (wants_label(matcher)) ask(count_of(with_label(selector, matcher.label)));
    }
  }

  void ask(const std::string& query) {
    const bool is_new =
        std::none_of(asks_.begin(), asks_.end(), [&](const client::Ask& one) { return one.label == query; });
    if (is_new && labelled(so_far_, query) == nullptr) asks_.push_back(ask_of(prometheus_, query));
  }

  const Server& prometheus_;
  Exchanges so_far_;
  std::vector<client::Ask> asks_;
};

struct Absence {
  ProbeState state;
  std::string why;
};

// A metric or a label that nothing has: the alert can never fire. A value that nothing has now may come.
Absence absence(const SeriesSelector& selector, Exchanges all) {
  const std::string whole = selector.metric.empty() ? selector.text() : selector.metric;
  if (selector.matchers.empty() || selector.metric.empty() ||
      found(all, count_of({selector.metric, {}})) == Found::none)
    return {ProbeState::fail, "no series is called " + whole + ": it can never fire"};
  for (const LabelMatcher& matcher : selector.matchers)
    if (wants_label(matcher) && found(all, count_of(with_label(selector, matcher.label))) == Found::none)
      return {ProbeState::fail, fmt::format("no series of {} has the label {}: it can never fire",
                                            selector.metric, matcher.label)};
  for (const LabelMatcher& matcher : selector.matchers)
    if (found(all, count_of(with_matcher(selector, matcher))) == Found::none)
      return {matcher.op == "=" ? ProbeState::warn : ProbeState::pass,
              fmt::format("none now: no series of {} has {} yet", selector.metric,
                          SeriesSelector{"", {matcher}}.text())};
  return {ProbeState::warn, "none now: no series has all of these labels together"};
}

void judge_value(const std::string& side, const std::string& what, const std::string& location, Exchanges all,
                 Judgement& judgement) {
  const Exchange* exchange = labelled(all, side);
  if (exchange == nullptr || !exchange->answer.ok()) return;
  const Read<PromResult> result = read_query(*exchange->answer.http());
  if (!result || result->series.empty()) return;  // said of its selectors
  const auto& series = result->series;
  const auto is_nan = [](const PromSeries& one) {
    return !one.points.empty() && std::isnan(one.points[0].value);
  };
  const auto nans = static_cast<std::size_t>(std::count_if(series.begin(), series.end(), is_nan));
  judgement.advise(
      nans == 0, what + ": value now", "a number",
      nans == 0 ? (series.size() == 1 ? fmt::format("{}", series[0].points.at(0).value)
                                      : fmt::format("a number in all {} series", series.size()))
                : fmt::format("NaN in {} of {} series, as 0/0 is while nothing happens: it cannot fire then",
                              nans, series.size()),
      location);
}

}  // namespace

std::vector<client::Ask> series_asks(const Server& prometheus, std::string_view expr, Exchanges so_far) {
  return Asker(prometheus, so_far).asks(expr);
}

void judge_series(std::string_view expr, const std::string& what, const std::string& location, Exchanges all,
                  Judgement& judgement) {
  if (const auto side = measured_side(expr)) judge_value(*side, what, location, all, judgement);
  if (waits_for_absence(expr)) return;
  for (const SeriesSelector& selector : selectors_of(expr)) {
    const std::string label = fmt::format("{}: series {}", what, selector.text());
    std::string problem;
    const Found there = found(all, count_of(selector), &problem);
    if (there == Found::unknown || there == Found::unasked) {
      judgement.could_not(label, problem.empty() ? "it was not asked" : problem);
      continue;
    }
    const Absence why = there == Found::some ? Absence{ProbeState::pass, "there"} : absence(selector, all);
    judgement.add(why.state, label, "a series", why.why, location);
  }
}

}  // namespace assay::probes
