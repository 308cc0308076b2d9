#include "probes/judgement.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::probes {
namespace {

int weight(ProbeState state) {
  switch (state) {
    case ProbeState::skip:
      return 0;
    case ProbeState::pass:
      return 1;
    case ProbeState::warn:
      return 2;
    case ProbeState::error:
      return 3;
    case ProbeState::fail:
      break;
  }
  return 4;
}

}  // namespace

bool is_ours(client::Trouble trouble) {
  return trouble == client::Trouble::name || trouble == client::Trouble::unreachable ||
         trouble == client::Trouble::local;
}

std::string listed(const std::vector<std::string>& words) {
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", "));
}

ProbeState worst(ProbeState a, ProbeState b) { return weight(a) >= weight(b) ? a : b; }

void Judgement::add(ProbeState state, std::string what, std::string expected, std::string observed,
                    std::string location) {
  facts_.push_back({state, std::move(what), std::move(expected), std::move(observed), std::move(location)});
}

void Judgement::require(bool holds, std::string what, std::string expected, std::string observed,
                        std::string location) {
  add(holds ? ProbeState::pass : ProbeState::fail, std::move(what), std::move(expected), std::move(observed),
      std::move(location));
}

void Judgement::advise(bool holds, std::string what, std::string expected, std::string observed,
                       std::string location) {
  add(holds ? ProbeState::pass : ProbeState::warn, std::move(what), std::move(expected), std::move(observed),
      std::move(location));
}

void Judgement::could_not(std::string what, std::string why) {
  add(ProbeState::error, std::move(what), "a measurement", std::move(why));
}

bool Judgement::trouble(const client::Ask& ask, const client::Answer& answer, std::string expected) {
  if (answer.ok()) return false;
  add(is_ours(answer.trouble) ? ProbeState::error : ProbeState::fail, ask.label, std::move(expected),
      fmt::format("{}: {}", name(answer.trouble), answer.problem));
  return true;
}

bool Judgement::no_witness(const client::Ask& ask, const client::Answer& answer) {
  if (answer.ok()) return false;
  could_not(ask.label, fmt::format("{}: {}", name(answer.trouble), answer.problem));
  return true;
}

ProbeState Judgement::state() const {
  if (facts_.empty()) return ProbeState::error;
  ProbeState state = ProbeState::skip;
  for (const ProbeFact& fact : facts_) state = worst(state, fact.state);
  return state;
}

std::string Judgement::reason() const {
  if (facts_.empty()) return "it looked at nothing";
  const ProbeState state = this->state();
  const auto is_cause = [&](const ProbeFact& fact) { return fact.state == state; };
  const auto first = std::find_if(facts_.begin(), facts_.end(), is_cause);
  const auto count = std::count_if(facts_.begin(), facts_.end(), is_cause);
  if (state == ProbeState::pass)
    return count == 1 ? fmt::format("{}: {}", first->what, first->observed)
                      : fmt::format("all {} facts hold", count);
  const bool alone = state == ProbeState::skip || state == ProbeState::error || first->expected.empty();
  std::string reason =
      alone ? fmt::format("{}: {}", first->what, first->observed)
            : fmt::format("{}: expected {}, got {}", first->what, first->expected, first->observed);
  return count == 1 ? reason : fmt::format("{} (and {} more)", reason, count - 1);
}

}  // namespace assay::probes
