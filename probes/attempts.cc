#include "probes/attempts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/utc.h"

namespace assay::probes {
namespace {

constexpr auto kBeforeRetry = std::chrono::milliseconds(500);

}  // namespace

Attempts::Attempts(const Probe& probe, client::Client& client, const Epoch& epoch,
                   std::function<void(ProbeResult)> done)
    : probe_(probe), client_(client), epoch_(epoch), done_(std::move(done)), result_(result_of(probe)) {}

void Attempts::begin() {
  started_ = Clock::now();
  result_.started_utc = utc_text(std::chrono::system_clock::now());
  result_.at = started_ - epoch_.moment;
  attempt();
}

void Attempts::give_up() {
  gave_up_ = true;
  if (session_) session_->give_up();
}

void Attempts::load_runs(bool runs) {
  load_runs_ = runs;
  if (session_) session_->load_runs(runs);
}

void Attempts::attempt() {
  session_ = std::make_unique<Session>(probe_, client_, false, [this](Session& session) { ended(session); });
  session_->show_on(board_);
  if (gave_up_) session_->give_up();
  if (load_runs_) session_->load_runs(*load_runs_);
  session_->begin();
}

void Attempts::ended(Session& session) {
  auto evidence = evidence_of(probe_, session.exchanges(), result_.attempts, epoch_);
  std::move(evidence.begin(), evidence.end(), std::back_inserter(result_.exchanges));
  put_judgement(probe_, session.judgement(), epoch_, result_);
  result_.duration = Clock::now() - started_;
  const bool bad = result_.state == ProbeState::fail || result_.state == ProbeState::error;
  if (bad && result_.attempts <= probe_.spec.retries && !gave_up_) {
    if (first_reason_.empty()) first_reason_ = result_.reason;
    ++result_.attempts;
    return client_.at(Clock::now() + kBeforeRetry, [this] { attempt(); });
  }
  if (result_.state == ProbeState::pass && result_.attempts > 1) {
    result_.state = ProbeState::warn;
    result_.reason = fmt::format("passed at attempt {} only; before: {}", result_.attempts, first_reason_);
  }
  if (board_ != nullptr) board_->ended(result_);
  const auto done = std::move(done_);  // it may destroy this
  done(std::move(result_));
}

}  // namespace assay::probes
