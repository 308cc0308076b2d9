#include "reports/live_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/units.h"
#include "reports/blocks.h"
#include "reports/cells.h"
#include "reports/live_arms.h"
#include "reports/live_probes.h"
#include "reports/palette.h"
#include "reports/progress_line.h"

namespace assay::reports {
namespace {

// What is shown first where there is little room.
constexpr unsigned kVerdict = 0, kArms = 1, kTime = 2, kProbes = 3, kLoad = 4;

std::string time_text(Nanos time) {
  return format_duration(std::chrono::round<std::chrono::seconds>(std::max(time, Nanos{0})));
}

std::string labelled(std::string_view label, std::string_view words) {
  return fmt::format("{:<9} {}", label, words);
}

// How far a run of known length is, in as many cells.
std::string bar(const LiveSnapshot& now, std::size_t cells) {
  const double share = std::clamp(seconds(now.elapsed) / seconds(now.planned), 0.0, 1.0);
  const auto full = static_cast<std::size_t>(share * static_cast<double>(cells));
  std::string line;
  for (std::size_t i = 0; i < cells; ++i) line += i < full ? "━" : "─";
  return line;
}

Block time_block(const LiveRun& run, const ScreenForm& form, const Palette& palette) {
  constexpr std::size_t kShortestBar = 10, kLongestBar = 30, kLeastName = 12;
  const LiveSnapshot& now = run.now;
  std::string words = time_text(now.elapsed);
  if (now.planned > Nanos{0})
    words += fmt::format(" of {}, {} left", time_text(now.planned), time_text(now.planned - now.elapsed));
  if (now.warming_up) words += " (warming up)";
  const std::size_t beside = display_width(words) + 2;
  const std::size_t room = form.columns > beside ? form.columns - beside : 0;
  const std::string name = fitted(printable(run.gate), std::max(room, kLeastName));
  const std::size_t left = room > display_width(name) + 2 ? room - display_width(name) - 2 : 0;
  std::string line = painted(name, palette.strong) + "  " + words;
  if (now.planned > Nanos{0} && left >= kShortestBar) line += "  " + bar(now, std::min(left, kLongestBar));
  return {.rank = kTime, .head = {line}};
}

Block load_block(const LiveSnapshot& now, const Palette& palette) {
  if (!offers_load(now)) return {};
  const auto count = [](std::uint64_t number) { return format_count(number); };
  std::string words = now.intended_last_second == 0
                          ? fmt::format("{}/s started", count(now.started_last_second))
                          : fmt::format("{}/s intended, {}/s started", count(now.intended_last_second),
                                        count(now.started_last_second));
  if (now.waiting > 0) words += fmt::format(", {} waiting", count(now.waiting));
  if (now.shed > 0) words += painted(fmt::format(", {} shed", count(now.shed)), palette.bad);
  const std::string answers =
      fmt::format("{} requests/s, {} in flight", count(now.completed_last_second), count(now.in_flight));
  return {.rank = kLoad, .head = {labelled("load", words)}, .items = {{labelled("", answers)}}};
}

Block arms_block(const LiveRun& run, const ScreenForm& form, const Palette& palette) {
  Block block{.rank = kArms, .head = live_arms(run, form.columns, palette)};
  block.least = block.head.size();  // a head alone says nothing
  return block;
}

std::string due_text(const LiveRun& run) {
  if (run.next_look) {
    const Nanos left = *run.next_look - run.now.elapsed;
    return left > Nanos{0} ? fmt::format("the next look is due in {}", time_text(left))
                           : "the next look is due";
  }
  if (run.now.planned == Nanos{0}) return "it is given when the load is over";
  return fmt::format("it is given when the load is over, in {}",
                     time_text(run.now.planned - run.now.elapsed));
}

// A look that has decided ends the load; until the verdict is given it is none.
std::string look_words(const LookRow& look) {
  const bool decided = look.p_pass <= look.pass_bound || look.p_fail <= look.fail_bound;
  return fmt::format("none yet: look {} of {}, at {} of the time, {}", look.number, look.of,
                     format_ratio(look.fraction), decided ? "is past a bound" : "decided nothing");
}

std::string bound_words(std::string_view what, double needed, std::string_view which, double found) {
  return fmt::format("{} with p <= {}: the {} is {}", what, format_p_value(needed), which,
                     format_p_value(found));
}

Block verdict_block(const LiveRun& run, const Palette& palette) {
  Block block{.rank = kVerdict};
  const std::string label = painted(fmt::format("{:<9}", "verdict"), palette.strong) + " ";
  if (!run.judged) {
    block.head = {label + "none: this load is not judged by itself"};
    return block;
  }
  if (run.looks.empty()) {
    block.head = {label + "none yet: " + due_text(run)};
    return block;
  }
  const LookRow& look = run.looks.back();
  block.head = {label + look_words(look)};
  block.items = {{labelled("", bound_words("all pass", look.pass_bound, "largest", look.p_pass))},
                 {labelled("", bound_words("one fails", look.fail_bound, "smallest", look.p_fail))},
                 {labelled("", due_text(run))}};
  return block;
}

}  // namespace

std::vector<std::string> live_screen(const LiveRun& run, const ScreenForm& form) {
  if (form.rows < 2 || form.columns == 0) return {};
  const Palette palette = Palette::of(form.colour);
  const std::vector<Block> blocks = {time_block(run, form, palette), load_block(run.now, palette),
                                     arms_block(run, form, palette), verdict_block(run, palette),
                                     live_probes(run.probes, kProbes, palette)};
  std::vector<std::string> lines = laid_out(blocks, form.rows - 1);
  for (std::string& line : lines) {
    line = fitted(line, form.columns);
    if (!form.utf8) line = ascii_form(line);
  }
  return lines;
}

}  // namespace assay::reports
