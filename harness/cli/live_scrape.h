// A run that goes on, for a Prometheus that scrapes it.
#pragma once
#include <memory>
#include <string>

#include "cli/context.h"
#include "cli/live_sink.h"
#include "cli/metrics_endpoint.h"

namespace assay::cli {

class LiveScrape final : public LiveSink {
 public:
  // Null after an error, which is said.
  static std::unique_ptr<LiveScrape> open(const Context& context, const std::string& address);
  ~LiveScrape() override;

  void show(const LiveRun& run, const ResultSoFar& result) override;

 private:
  class Latest;
  LiveScrape(std::shared_ptr<Latest> latest, std::unique_ptr<MetricsEndpoint> endpoint);

  std::shared_ptr<Latest> latest_;  // shared, because prometheus-cpp wants to share it
  std::unique_ptr<MetricsEndpoint> endpoint_;
};

}  // namespace assay::cli
