#include "probes/dialogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "match/answer.h"
#include "match/describe.h"

namespace assay::probes {
namespace {

std::vector<std::string> sorted_lower(const std::vector<std::string>& words) {
  std::vector<std::string> sorted;
  for (const std::string& word : words) sorted.push_back(match::lower_case(word));
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

std::vector<std::string> without(const std::vector<std::string>& all, const std::vector<std::string>& less) {
  std::vector<std::string> rest;
  std::set_difference(all.begin(), all.end(), less.begin(), less.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

client::Ask dial(const Probe& probe, std::string label, std::vector<client::Move> moves) {
  return {std::move(label), client::DialAsk{probe.spec.host, probe.spec.port, std::move(moves)}};
}

std::string_view heard(const client::Answer& answer, std::size_t index) {
  const client::DialAnswer* dial = answer.dial();
  return dial != nullptr && index < dial->heard.size() ? std::string_view(dial->heard[index])
                                                       : std::string_view();
}

bool is_hang_up(const client::Answer& answer) {
  return answer.trouble == client::Trouble::closed || answer.trouble == client::Trouble::reset;
}

// Whole, though it may be long: the runner redacts what is whole only, and clips afterwards.
std::string stranger(std::string_view heard) {
  if (heard.empty()) return "nothing";
  std::string quoted = "\"" + std::string(heard) + "\"";
  if (heard.size() >= 2 && (heard[0] == '\x15' || heard[0] == '\x16') && heard[1] == '\x03')
    return "a TLS record: this port speaks TLS from the start";
  if (heard.starts_with("HTTP/")) return "an HTTP answer: " + quoted;
  if (heard.starts_with("SSH-")) return "an SSH banner: " + quoted;
  return quoted;
}

void judge_no_reply(const Exchange& exchange, std::string_view heard, std::string expected,
                    Judgement& judgement) {
  const auto& [ask, answer] = exchange;
  if (heard.empty()) {
    if (judgement.trouble(ask, answer, expected)) return;
    judgement.add(ProbeState::fail, ask.label, std::move(expected), "nothing");
    return;
  }
  std::string observed = stranger(heard);
  if (!answer.ok()) observed += fmt::format(", then {}", name(answer.trouble));
  judgement.add(ProbeState::fail, ask.label, std::move(expected), std::move(observed));
}

void judge_exact_set(std::string what, const std::vector<std::string>& wanted,
                     const std::vector<std::string>& offered, Judgement& judgement) {
  const std::vector<std::string> want = sorted_lower(wanted), have = sorted_lower(offered);
  const std::vector<std::string> missing = without(want, have), surplus = without(have, want);
  std::string observed = listed(offered);
  if (!surplus.empty()) observed += fmt::format(" (not wanted: {})", listed(surplus));
  if (!missing.empty()) observed += fmt::format(" (missing: {})", listed(missing));
  judgement.require(missing.empty() && surplus.empty(), std::move(what), listed(wanted), std::move(observed));
}

bool line_ended(std::string_view heard) { return heard.find('\n') != std::string_view::npos; }

std::string_view first_line(std::string_view heard) {
  std::string_view line = heard.substr(0, heard.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace assay::probes
