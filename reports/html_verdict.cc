// The head of the page: the verdict, its reason, whether the run itself was sound, what was compared with
// what, and how to do it again.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/units.h"
#include "reports/bar_row.h"
#include "reports/command_text.h"
#include "reports/html_ink.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/number_text.h"
#include "reports/probe_table.h"
#include "reports/target_text.h"

namespace assay::reports {
namespace {

constexpr std::size_t kMostReasons = 6, kSentenceBytes = 1200;

Markup place_of(const Finding& finding) {
  if (finding.location.empty()) return {};
  return text(" ") + element("code", {{"class", "place"}}, text(clipped(finding.location, 200)));
}

Markup headline(const RunView& view) {
  const std::string shape(view.record.verdict ? shape_of(view.record.verdict->grade) : "◇");
  const Markup word = element(
      "span", {{"class", "word"}},
      element("span", {{"aria-hidden", "true"}}, text(shape)) + text(" " + headline_word(view.record)));
  return element(
      "h1", word + text(" ") + element("span", {{"class", "gate"}}, text(clipped(view.result.name, 200))));
}

// What keeps the run from passing and is not the sentence above it already.
Markup reasons(const RunView& view, const std::string& reason) {
  std::vector<const Finding*> all;
  for (const Finding* finding : view.summary.reasons)
    if (!reason.starts_with(finding->sentence)) all.push_back(finding);
  std::stable_sort(all.begin(), all.end(),
                   [](const Finding* a, const Finding* b) { return urgency(a->state) < urgency(b->state); });
  Markup first, rest;
  for (std::size_t i = 0; i < std::min(all.size(), kMostNames); ++i) {
    const Markup item =
        element("li", state_words(all[i]->state) + text(" ") +
                          text(clipped(all[i]->sentence, kSentenceBytes)) + place_of(*all[i]));
    (i < kMostReasons ? first : rest) += item;
  }
  if (first.empty()) return {};
  Markup made = element("ul", {{"class", "reasons"}}, first);
  if (!rest.empty())
    made += folded(fmt::format("and {} more", all.size() - kMostReasons),
                   element("ul", {{"class", "reasons"}}, rest));
  return made;
}

// "2 failed, 1 inconclusive, 3 passed": of everything that can decide.
std::string counts_text(const Verdict& verdict) {
  struct Count {
    const char* word;
    std::size_t count = 0;
  };
  std::array<Count, 6> counts = {
      {{"failed"}, {"invalid"}, {"without enough data"}, {"inconclusive"}, {"passed"}, {""}}};
  for (const Finding& finding : verdict.findings)
    if (finding.kind != FindingKind::breakdown)
      ++counts[static_cast<std::size_t>(urgency(finding.state))].count;
  std::string words;
  for (const Count& count : counts)
    if (count.count > 0 && *count.word != '\0')
      words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count.count, count.word);
  return words;
}

// About the run, not about the target: what is well is sound, and what is said beside it a note.
Markup sound_item(FindingState state, const std::string& sentence) {
  const std::string_view word = state == FindingState::pass   ? "sound"
                                : state == FindingState::info ? "note"
                                                              : name(state);
  return element("li", state_words(ink_of(state), shape_of(state), word) + text(" ") +
                           text(clipped(sentence, kSentenceBytes)));
}

std::string sound_sentence(const RunView& view) {
  if (view.summary.watched)
    return fmt::format("Other traffic was watched for {}; nothing was offered.",
                       duration_text(view.summary.judged_seconds * 1e9));
  const HealthSummary& health = view.summary.health;
  const std::string due =
      health.intended == 0 ? "" : fmt::format(" of {} due", format_count(health.intended));
  return fmt::format(
      "{} iterations{} started, the generator's own lateness p99 {}, {} requests judged in "
      "{}.",
      format_count(health.started), due, duration_text(health.lag_p99), format_count(view.summary.requests),
      duration_text(view.summary.judged_seconds * 1e9));
}

Markup limits_of(const RunView& view) {
  if (!view.record.verdict) return {};
  Markup items;
  for (const Limit& limit : view.record.verdict->limits)
    items += element("li", element("b", text("Limit: " + std::string(title(limit.resource)))) +
                               text(clipped(" (" + limit.evidence + "); " + limit.advice, kSentenceBytes)));
  return items;
}

Markup soundness(const RunView& view) {
  const RunResult& result = view.result;
  bool sound = view.record.verdict.has_value() && !result.could_not_run &&
               (view.has_load() || view.summary.watched) && !result.load_withheld;
  Markup items;
  for (const Finding* finding : view.summary.validity) {
    const bool quiet = finding->state == FindingState::info || finding->state == FindingState::pass;
    sound = sound && quiet;
    // What blocks stands among the reasons already.
    if (quiet ? finding->state == FindingState::info : finding->severity != Severity::blocker)
      items += sound_item(finding->state, finding->sentence);
  }
  if (result.could_not_run)
    items += sound_item(FindingState::invalid, "No load could be offered: " + *result.could_not_run);
  if (result.load_withheld)
    items += sound_item(FindingState::info, "No load was offered: " + *result.load_withheld);
  if (result.interrupted_by)
    items +=
        sound_item(FindingState::invalid, fmt::format("Interrupted by signal {}.", *result.interrupted_by));
  if (result.early_stop)
    items += sound_item(FindingState::info,
                        fmt::format("Ended early, after {}: {}", format_duration(result.early_stop->at),
                                    result.early_stop->reason));
  if (sound) items = sound_item(FindingState::pass, sound_sentence(view)) + items;
  items += limits_of(view);
  if (!result.probes.empty()) items += element("li", text(probe_counts(result.probes)));
  return items.empty() ? Markup() : element("ul", {{"class", "soundness"}}, items);
}

std::string css_of(const RunRecord& record) {
  return "verdict v-" + std::string(record.verdict ? name(record.verdict->grade) : "inconclusive");
}

}  // namespace

Markup identity_of_run(const RunView& view) {
  const RunResult& result = view.result;
  FactList facts;
  for (const TargetFacts& target : result.targets) facts.add(name(target.arm), short_target_text(target));
  facts.add("started", result.started_utc);
  if ((view.has_load() || view.summary.watched) && !result.load_withheld)
    facts.add("judged", duration_text(view.summary.judged_seconds * 1e9));
  facts.add("gate file", result.gate_path);
  facts.add("seed", std::to_string(result.seed));
  if (result.segment.count > 1)
    facts.add("segment", fmt::format("{} of {}", result.segment.index, result.segment.count));
  if (result.same_build) facts.add("A/A", "both arms are known to be one build");
  Markup made = facts.markup();
  const std::string command = command_text(result);
  if (!command.empty())
    made += element("p", {{"class", "again"}},
                    text("Run it again: ") + element("code", text(clipped(command, 2000))));
  return made;
}

Markup verdict_section(const RunView& view) {
  const std::string reason = headline_reason(view.record);
  Markup place;
  for (const Finding* finding : view.summary.reasons)
    if (place.empty() && reason.starts_with(finding->sentence)) place = place_of(*finding);
  const std::string counts = view.record.verdict ? counts_text(*view.record.verdict) : "";
  Markup content = headline(view);
  if (!counts.empty())
    content = element("div", {{"class", "headline"}},
                      content + element("p", {{"class", "note"}}, text("Checks: " + counts)));
  content += element("p", {{"class", "reason"}}, text(clipped(reason, kSentenceBytes)) + place);
  content += reasons(view, reason);
  if (view.record.verdict && view.record.verdict->grade == Grade::invalid)
    content += element("p", {{"class", "note"}},
                       text("The numbers below were measured, but they prove nothing: the run "
                            "itself cannot be trusted."));
  content += soundness(view) + identity_of_run(view);
  return element("header", {{"class", css_of(view.record)}}, content);
}

}  // namespace assay::reports
