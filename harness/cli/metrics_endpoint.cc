#include "cli/metrics_endpoint.h"

#include <fmt/format.h>
#include <prometheus/exposer.h>
#include <sys/resource.h>

#include <cerrno>
#include <exception>
#include <ostream>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "ui/listen_place.h"

namespace assay::cli {
namespace {

constexpr int kLowestPriority = 19;

struct Opened {
  std::unique_ptr<prometheus::Exposer> exposer;
  std::string problem;
};

Opened exposer_at(const std::string& address) {
  errno = 0;  // the library does not say why
  try {
    const std::vector<std::string> options = {
        "listening_ports",    address,
        "num_threads",        std::to_string(MetricsEndpoint::kThreads),
        "request_timeout_ms", std::to_string(MetricsEndpoint::kPatience.count()),
    };
    return {std::make_unique<prometheus::Exposer>(options), ""};
  } catch (const std::exception& error) {
    return {nullptr, errno != 0 ? std::generic_category().message(errno) : error.what()};
  }
}

// Threads have the priority of the one that makes them, and no thread may raise its own again; so it is a
// thread for this alone that makes those of the library.
Opened quiet_exposer_at(const std::string& address) {
  Opened opened;
  std::thread maker([&] {
    setpriority(PRIO_PROCESS, 0, kLowestPriority);  // on Linux, of the calling thread
    opened = exposer_at(address);
  });
  maker.join();
  return opened;
}

}  // namespace

std::unique_ptr<MetricsEndpoint> MetricsEndpoint::open(const Context& context, const std::string& address,
                                                       const std::weak_ptr<prometheus::Collectable>& what) {
  Opened opened = quiet_exposer_at(address);
  if (!opened.exposer) {
    context.err << fmt::format("assay: cannot listen on {}: {}\n", address, opened.problem);
    return nullptr;
  }
  opened.exposer->RegisterCollectable(what);
  context.err << "assay: metrics at http://" << address << "/metrics\n";
  return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(opened.exposer)));
}

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<prometheus::Exposer> exposer)
    : exposer_(std::move(exposer)) {}
MetricsEndpoint::~MetricsEndpoint() = default;

std::string is_place_to_listen(const std::string& text) {
  const auto place = ui::parse_listen_place(text);
  return place ? "" : place.error();
}

}  // namespace assay::cli
