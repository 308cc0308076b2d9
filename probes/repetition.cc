#include "probes/repetition.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utc.h"

namespace assay::probes {
namespace {

bool speaks_http(const Probe& probe) {
  const std::vector<client::Ask> asks = probe.kind->next(probe, {});
  return std::any_of(asks.begin(), asks.end(), [](const client::Ask& ask) {
    return std::holds_alternative<client::HttpAsk>(ask.what);
  });
}

bool is_good(ProbeState state) { return state == ProbeState::pass || state == ProbeState::warn; }

// Groups failures by what can be seen of them from afar.
std::string cause_of(const Session& session, const Judgement& judgement) {
  if (is_good(judgement.state())) return "";
  for (const auto& [ask, answer] : session.exchanges()) {
    if (!answer.ok()) return std::string(name(answer.trouble));
    if (const auto* http = answer.http(); http != nullptr && http->status >= 400)
      return fmt::format("status {}", http->status);
  }
  return "not as expected";
}

bool was_stale(const Session& session) {
  return std::any_of(session.exchanges().begin(), session.exchanges().end(), [](const Exchange& exchange) {
    return exchange.answer.http() != nullptr && exchange.answer.http()->stale_retry;
  });
}

}  // namespace

Repetition::Repetition(const Probe& probe, client::Client& client, const Epoch& epoch, ProbeBoard* board)
    : probe_(probe),
      client_(client),
      epoch_(epoch),
      board_(board),
      on_kept_connections_(speaks_http(probe) && !probe.kind->new_connections),
      sample_(result_of(probe)) {
  sample_.state = ProbeState::skip;
}

void Repetition::begin() {
  next_due_ = Clock::now();
  sample_.started_utc = utc_text(std::chrono::system_clock::now());
  sample_.at = next_due_ - epoch_.moment;
  schedule();
}

void Repetition::stop() {
  stopped_ = true;
  tick(Clock::now());
}

void Repetition::schedule() {
  client_.at(next_due_, [this] {
    if (stopped_) return;
    const TimePoint due = next_due_;
    next_due_ += probe_.spec.every;
    schedule();
    tick(due);
  });
}

void Repetition::tick(TimePoint due) {
  start(due, false);
  if (on_kept_connections_) start(due, true);
}

void Repetition::start(TimePoint due, bool reused) {
  const std::uint64_t id = ++ids_;
  const auto done = [this, id, due, reused](Session&) { ended(id, due, reused); };
  const auto [entry, added] =
      under_way_.emplace(id, std::make_unique<Session>(probe_, client_, reused, done));
  entry->second->begin();
}

void Repetition::ended(std::uint64_t id, TimePoint due, bool reused) {
  const auto found = under_way_.find(id);
  const std::unique_ptr<Session> session = std::move(found->second);
  under_way_.erase(found);
  const Judgement& judgement = session->judgement();
  ticks_.push_back({.due = due - epoch_.moment,
                    .started = session->started() - epoch_.moment,
                    .ended = Clock::now() - epoch_.moment,
                    .reused = reused,
                    .state = judgement.state(),
                    .cause = cause_of(*session, judgement),
                    .stale_retry = was_stale(*session),
                    .measures = judgement.measures()});
  if (board_ != nullptr) board_->ticked(probe_, judgement.state(), ticks_.back().cause);
  keep_evidence(*session, judgement);
}

void Repetition::keep_evidence(const Session& session, const Judgement& judgement) {
  const bool first = sample_.state == ProbeState::skip && sample_.facts.empty();
  const bool first_bad = is_good(sample_.state) && !is_good(judgement.state());
  if (!first && !first_bad) return;
  put_judgement(probe_, judgement, epoch_, sample_);
  sample_.exchanges = evidence_of(probe_, session.exchanges(), 1, epoch_);
}

ProbeResult Repetition::result(const Surroundings& surroundings) const {
  ProbeResult result = sample_;
  Judgement judgement;
  const auto failures = surroundings.failures.find(probe_.spec.arm);
  const bool same_place = failures != surroundings.failures.end() && !probe_.spec.elsewhere;
  // What the kind itself makes of its ticks goes first: it names the cause, an outage only the effect.
  const auto load = surroundings.load.find(probe_.spec.arm);
  if (probe_.kind->over_time != nullptr)
    probe_.kind->over_time(probe_, ticks_, load == surroundings.load.end() ? LoadFacts{} : load->second,
                           judgement);
  for (const bool reused : {false, true}) {
    if (reused && !on_kept_connections_) continue;
    std::vector<Tick> ticks;
    std::copy_if(ticks_.begin(), ticks_.end(), std::back_inserter(ticks),
                 [&](const Tick& tick) { return tick.reused == reused; });
    const std::string connection = !on_kept_connections_ ? "" : reused ? "reused" : "new";
    result.series.push_back(series_of(
        ticks, {connection, probe_.spec.every, probe_.spec.timeout}, surroundings.marks,
        same_place ? std::span<const LoadFailures>(failures->second) : std::span<const LoadFailures>()));
    judge_series(probe_.spec.tolerate, result.series.back(), judgement);
  }
  std::vector<ProbeFact> of_one_tick = std::move(result.facts);
  put_judgement(probe_, judgement, epoch_, result);
  // What one tick said is evidence beside the judgement over all of them; it no longer decides.
  std::move(of_one_tick.begin(), of_one_tick.end(), std::back_inserter(result.facts));
  for (const Tick& tick : ticks_) result.duration = std::max(result.duration, tick.ended - sample_.at);
  return result;
}

}  // namespace assay::probes
