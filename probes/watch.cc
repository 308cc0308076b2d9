#include "probes/watch.h"

#include <utility>

namespace assay::probes {

Watch::Watch(std::span<const Probe* const> probes, client::Client& client, const Epoch& epoch, Nanos interval,
             std::function<void(const ProbeResult&)> on_result)
    : probes_(probes.begin(), probes.end()),
      client_(client),
      epoch_(epoch),
      interval_(interval),
      on_result_(std::move(on_result)),
      under_way_(probes.size()) {}

void Watch::begin() {
  for (std::size_t i = 0; i < probes_.size(); ++i) start(i);
}

// The next one is due an interval after this one began, but never while this one is under way: what is
// watched for days must not pile up on a server that hangs.
void Watch::start(std::size_t index) {
  const Nanos every = probes_[index]->spec.every > Nanos(0) ? probes_[index]->spec.every : interval_;
  const TimePoint due = Clock::now() + every;
  under_way_[index] = std::make_unique<Attempts>(*probes_[index], client_, epoch_,
                                                 [this, index, due](const ProbeResult& result) {
                                                   on_result_(result);
                                                   client_.at(due, [this, index] { start(index); });
                                                 });
  under_way_[index]->begin();
}

}  // namespace assay::probes
