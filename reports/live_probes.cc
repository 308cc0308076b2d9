#include "reports/live_probes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/units.h"
#include "reports/cells.h"
#include "reports/shapes.h"

namespace assay::reports {
namespace {

// What is shown first.
enum class Trouble : unsigned char { now, under_way, before, none };

Trouble trouble_of(const LiveProbe& probe) {
  if (!probe.state) return probe.words.empty() ? Trouble::none : Trouble::under_way;
  if (*probe.state == ProbeState::pass || *probe.state == ProbeState::skip)
    return probe.failed > 0 ? Trouble::before : Trouble::none;
  return Trouble::now;
}

std::string ticks_text(const LiveProbe& probe) {
  if (probe.failed == 0) return {};
  return fmt::format(", {} of {} ticks failed", format_count(probe.failed), format_count(probe.ticks));
}

std::string line_of(const LiveProbe& probe, const Palette& palette) {
  const std::string words = printable(probe.words);
  if (!probe.state)
    return "  " + painted(fmt::format("· {}: {}", printable(probe.name), words), palette.doubtful);
  const std::string why = *probe.state == ProbeState::pass || words.empty() ? "" : ": " + words;
  return "  " + painted(fmt::format("{} {} {}{}{}", shape_of(*probe.state), name(*probe.state),
                                    printable(probe.name), ticks_text(probe), why),
                        palette.of(*probe.state));
}

std::string counts_text(const std::vector<LiveProbe>& probes) {
  constexpr std::array kStates = {ProbeState::fail, ProbeState::error, ProbeState::warn, ProbeState::pass,
                                  ProbeState::skip};
  std::string text;
  const auto add = [&](std::optional<ProbeState> state, std::string_view word) {
    const auto count = std::count_if(probes.begin(), probes.end(),
                                     [&](const LiveProbe& probe) { return probe.state == state; });
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  };
  for (const ProbeState state : kStates) add(state, name(state));
  add(std::nullopt, "not known yet");
  return text;
}

}  // namespace

Block live_probes(const std::vector<LiveProbe>& probes, unsigned rank, const Palette& palette) {
  if (probes.empty()) return {};
  std::vector<const LiveProbe*> shown;
  for (const LiveProbe& probe : probes)
    if (trouble_of(probe) != Trouble::none) shown.push_back(&probe);
  std::stable_sort(shown.begin(), shown.end(), [](const LiveProbe* a, const LiveProbe* b) {
    return std::pair(trouble_of(*a), a->severity) < std::pair(trouble_of(*b), b->severity);
  });
  Block block{.rank = rank, .least = shown.empty() ? 1U : 2U, .what = "probe"};
  block.head = {fmt::format("{:<9} {}", "probes", counts_text(probes))};
  for (const LiveProbe* probe : shown) block.items.push_back({line_of(*probe, palette)});
  return block;
}

}  // namespace assay::reports
