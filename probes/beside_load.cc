#include "probes/beside_load.h"

#include <utility>

#include "base/utc.h"

namespace assay::probes {

BesideLoad::BesideLoad(std::span<const Probe* const> probes, client::Client& client, const Epoch& epoch,
                       ProbeBoard* board)
    : probes_(probes), client_(client), epoch_(epoch), board_(board), results_(probes.size()) {}

void BesideLoad::begin() { next(); }

void BesideLoad::next() {
  if (closed_ || next_ == probes_.size()) return;
  const std::size_t index = next_++;
  const auto done = [this, index](ProbeResult result) {
    results_[index] = std::move(result);
    // From the loop: this is called by what would be destroyed.
    client_.at(Clock::now(), [this] {
      under_way_.reset();
      next();
    });
  };
  under_way_ = std::make_unique<Attempts>(*probes_[index], client_, epoch_, done);
  under_way_->show_on(board_);
  under_way_->load_runs(true);
  under_way_->begin();
}

void BesideLoad::load_ended() {
  closed_ = true;
  if (under_way_) under_way_->load_runs(false);
}

void BesideLoad::give_up() {
  closed_ = true;
  if (under_way_) under_way_->give_up();
}

std::vector<ProbeResult> BesideLoad::results() const {
  std::vector<ProbeResult> results;
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    if (results_[i]) {
      results.push_back(*results_[i]);
      continue;
    }
    ProbeResult late = result_of(*probes_[i]);
    late.state = ProbeState::skip;
    late.reason = "its time never came: the load was over before";
    late.started_utc = utc_text(std::chrono::system_clock::now());
    results.push_back(std::move(late));
  }
  return results;
}

}  // namespace assay::probes
