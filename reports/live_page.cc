#include "reports/live_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "reports/html_ink.h"
#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"

namespace assay::reports {
namespace {

constexpr std::size_t kMostBytes = 1'200'000;  // of all fragments together

// ---- the head: how it stands, never a verdict

std::string_view stage_word(LiveStage stage) {
  if (stage == LiveStage::before_load) return "STARTING";
  return stage == LiveStage::load ? "RUNNING" : "LOAD IS OVER";
}

std::string outlook(const LiveRun& run) {
  if (run.next_look) return "The next look is at " + format_duration(*run.next_look) + ".";
  return run.looks.empty() ? "It is judged once, at its end." : "The next word is the verdict, at its end.";
}

std::string standing_sentence(const LiveRun& run, LiveStage stage) {
  if (stage == LiveStage::before_load) return "The load has not begun: what is due before it goes on.";
  if (stage == LiveStage::after_load)
    return "No verdict yet: what is due after the load goes on, then it is judged.";
  if (run.standing.empty()) return "No verdict yet. " + outlook(run);
  return "No verdict yet. Last " + run.standing + ". " + outlook(run);
}

Markup progress(const LiveRun& run) {
  const std::string elapsed = format_duration(std::chrono::round<std::chrono::seconds>(run.now.elapsed));
  if (run.now.planned <= Nanos{0})
    return element("p", {{"class", "note"}}, text(elapsed + "; its iterations end it"));
  const double share = std::clamp(seconds(run.now.elapsed) / seconds(run.now.planned), 0.0, 1.0);
  return element(
      "p", {{"class", "note"}},
      element("progress", {{"max", "1"}, {"value", coordinate(share)}, {"aria-label", "of its load"}}) +
          text(fmt::format(" {} of {}{}", elapsed, format_duration(run.now.planned),
                           run.now.warming_up ? ", warming up" : "")));
}

Markup head(const LiveRun& run, const RunView& view, LiveStage stage) {
  const Markup word = element(
      "span", {{"class", "word"}},
      element("span", {{"aria-hidden", "true"}}, text("▷")) + text(" " + std::string(stage_word(stage))));
  Markup content =
      element("h1", word + text(" ") + element("span", {{"class", "gate"}}, text(clipped(run.gate, 200)))) +
      element("p", {{"class", "reason"}}, text(clipped(standing_sentence(run, stage), 1200)));
  if (stage == LiveStage::load) content += progress(run);
  return element("header", {{"class", "verdict v-running"}}, content + identity_of_run(view));
}

// ---- the last second

std::string time_text(Nanos time) { return time > Nanos{0} ? format_duration(time) : ""; }

Markup arms_table(const LiveRun& run) {
  HtmlTable table("Response time of the last second; requests since the start, warm-up included",
                  {{"arm"},
                   {"requests", Align::right},
                   {"failed", Align::right},
                   {"p50", Align::right},
                   {"p95", Align::right},
                   {"p99", Align::right}});
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    if (arm == Arm::baseline && !run.now.has_baseline) continue;
    const LiveArm& live = run.now.arms[static_cast<std::size_t>(arm)];
    table.add({name(arm), format_count(live.requests), format_count(live.errors), time_text(live.p50),
               time_text(live.p95), time_text(live.p99)},
              live.errors > 0 ? "has-errors" : "");
  }
  return table.markup();
}

Markup now_section(const LiveRun& run, LiveStage stage) {
  if (stage == LiveStage::before_load) return {};
  const LiveSnapshot& now = run.now;
  FactList facts;
  if (now.intended_last_second > 0)
    facts.add("due in the last second", format_count(now.intended_last_second));
  facts.add("answered in the last second", format_count(now.completed_last_second));
  facts.add("in flight", format_count(now.in_flight));
  facts.add("waiting for a user", format_count(now.waiting));
  if (now.shed > 0) facts.add("never sent", format_count(now.shed));
  return section("now", "Now", facts.markup() + arms_table(run));
}

// ---- what is not in a result before its end

Markup probes_so_far(const LiveRun& run) {
  if (run.probes.empty()) return {};
  HtmlTable table(
      "Probes so far",
      {{"probe"}, {"state"}, {"found"}, {"phase"}, {"ticks", Align::right}, {"failed", Align::right}});
  const std::size_t shown = std::min(run.probes.size(), kMostNames);
  for (std::size_t i = 0; i < shown; ++i) {
    const LiveProbe& probe = run.probes[i];
    const Markup state = probe.state ? state_words(*probe.state) : text("nothing yet");
    table.add({probe.name, state, probe.words, name(probe.phase), format_count(probe.ticks),
               format_count(probe.failed)},
              probe.failed > 0 ? "has-errors" : "");
  }
  return section("probes", "Probes", table.markup() + more_text(run.probes.size() - shown, "probes"));
}

Markup looks_so_far(const LiveRun& run) {
  const Markup table = looks_table(run.looks);
  if (table.empty()) return {};
  return section("judgement", "How it stands",
                 element("p", text("A look decides only where p is not above what is needed.")) + table);
}

// ---- all of it

Markup limits_of_hand(const LiveRun& run) {
  Markup made;
  if (!run.stop_refused.empty())
    made += element("p", text("It cannot be stopped here: " + run.stop_refused + "."));
  if (!run.extend_refused.empty())
    made += element("p", text("It cannot be extended: " + run.extend_refused + "."));
  return made;
}

LiveFragment fragment(std::string_view id, const Markup& html) { return {std::string(id), html.str()}; }

// What would make the page too large to open is left out whole.
void bound(std::vector<LiveFragment>& fragments) {
  std::size_t bytes = 0;
  for (LiveFragment& one : fragments) {
    if (bytes + one.html.size() > kMostBytes)
      one.html =
          element("p", {{"class", "note"}},
                  text("Left out because its texts are too long for a page; the run directory will have it."))
              .str();
    bytes += one.html.size();
  }
}

Markup controls() {
  const auto button = [](const char* id, const char* words) {
    return element("button", {{"type", "button"}, {"id", id}}, text(words));
  };
  return element(
      "section", {{"id", "control"}, {"hidden", "hidden"}},
      element("h2", text("By hand")) +
          element(
              "p",
              button("live-stop", "Stop the run") +
                  text(" Nothing more is offered, and what was measured is judged. Whoever stops a run has "
                       "seen its numbers, so it can fail but not pass (with continuous looks it can).")) +
          element("p",
                  button("live-extend", "Extend the run") +
                      text(" A run that is undecided goes on by itself up to its longest time, unless a look "
                           "finds "
                           "that no later one could decide. Extended by hand, it is not given up then.")) +
          element("p", {{"id", "live-said"}, {"role", "status"}}));
}

Markup without_script() {
  return element("noscript",
                 element("p", {{"class", "note"}},
                         element("a", {{"href", ""}}, text("Reload")) +
                             text(" to see how it stands now: without a script this page stays as it is.")));
}

}  // namespace

std::vector<LiveFragment> live_fragments(const LiveRun& run, const RunRecord& so_far, LiveStage stage) {
  const RunView view = view_of(so_far);
  std::vector<LiveFragment> made = {fragment("live-now", now_section(run, stage)),
                                    fragment("live-latency", latency_section(view)),
                                    fragment("live-judgement", looks_so_far(run)),
                                    fragment("live-percentiles", percentiles_section(view)),
                                    fragment("live-errors", errors_section(view)),
                                    fragment("live-throughput", throughput_section(view)),
                                    fragment("live-steps", steps_section(view)),
                                    fragment("live-probes", probes_so_far(run)),
                                    fragment("live-generator", generator_section(view)),
                                    fragment("live-plan", plan_section(view))};
  bound(made);
  std::string sections;
  for (const LiveFragment& one : made) sections += one.html;
  const Markup contents = page_contents(Markup::trusted(std::move(sections)));
  const Markup hand = element("div", {{"class", "note"}}, limits_of_hand(run));
  made.insert(made.begin(), {fragment("live-head", head(run, view, stage)),
                             fragment("live-contents", contents), fragment("live-hand", hand)});
  return made;
}

std::string live_page(const LiveRun& run, const std::vector<LiveFragment>& fragments,
                      const std::string& version) {
  Markup body =
      element("p", {{"id", "live-link"}, {"class", "note"}, {"role", "status"}, {"data-version", version}}) +
      without_script();
  for (const LiveFragment& one : fragments) {
    if (one.id == "live-hand") body += controls();
    body += element("div", {{"id", one.id}, {"class", "live"}}, Markup::trusted(one.html));
  }
  return live_html_page("Running: " + clipped(run.gate, 200) + " (assay)", body);
}

}  // namespace assay::reports
