#include "cli/live_scrape.h"

#include <mutex>
#include <utility>
#include <vector>

#include "reports/live_metrics.h"
#include "reports/prometheus_families.h"

namespace assay::cli {

// Made on the main thread once a second, whoever asks how often; a scrape only copies it.
class LiveScrape::Latest final : public prometheus::Collectable {
 public:
  void put(std::vector<prometheus::MetricFamily> families) {
    const std::lock_guard lock(mutex_);
    families_.swap(families);
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    const std::lock_guard lock(mutex_);
    return families_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<prometheus::MetricFamily> families_;
};

std::unique_ptr<LiveScrape> LiveScrape::open(const Context& context, const std::string& address) {
  auto latest = std::make_shared<Latest>();
  auto endpoint = MetricsEndpoint::open(context, address, latest);
  if (!endpoint) return nullptr;
  return std::unique_ptr<LiveScrape>(new LiveScrape(std::move(latest), std::move(endpoint)));
}

LiveScrape::LiveScrape(std::shared_ptr<Latest> latest, std::unique_ptr<MetricsEndpoint> endpoint)
    : latest_(std::move(latest)), endpoint_(std::move(endpoint)) {}
LiveScrape::~LiveScrape() = default;

void LiveScrape::show(const LiveRun& run, const ResultSoFar& /*result*/) {
  latest_->put(reports::prometheus_families(reports::live_metrics(run)));
}

}  // namespace assay::cli
