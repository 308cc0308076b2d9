#include "generators/managed_runtime.h"

#include <cmath>

namespace assay::statistics {
namespace {

struct Endpoint {
  double share;  // of the requests
  double hit_median, miss_median, hit_share;
};
constexpr std::array<Endpoint, 4> kEndpoints{{
    {0.50, 0.015, 0.060, 0.90},
    {0.30, 0.030, 0.090, 0.70},
    {0.15, 0.060, 0.180, 0.50},
    {0.05, 0.200, 0.400, 0.20},
}};
constexpr double kSigma = 0.25;

constexpr double kUncompiled = 0.3;  // slower by so much when judging begins
constexpr double kCompileSeconds = 10, kCompileScatter = 0.2;
constexpr double kHeapSeconds = 4, kHeapScatter = 0.1;  // from one minor collection to the next
constexpr double kFullHeap = 0.08;                      // slower by so much just before one
constexpr double kMinorPause = 0.030, kMajorPause = 0.200;
constexpr std::uint64_t kMinorsBetweenMajors = 8;

double scattered(double middle, double scatter, Draws& draws) {
  return middle * (1 + scatter * (2 * draws.uniform() - 1));
}

const Endpoint& pick_endpoint(Draws& draws) {
  double left = draws.uniform();
  for (const Endpoint& endpoint : kEndpoints) {
    left -= endpoint.share;
    if (left < 0) return endpoint;
  }
  return kEndpoints.back();
}

// Collections one after the other; only the running one is kept.
class Collector {
 public:
  explicit Collector(Draws& draws)
      : seconds_(scattered(kHeapSeconds, kHeapScatter, draws)),
        started_(-seconds_ * draws.uniform()),
        collections_(draws.below(kMinorsBetweenMajors)) {}

  void advance(double at, Draws& draws) {
    while (at >= started_ + seconds_) {
      started_ += seconds_;
      const bool major = ++collections_ % kMinorsBetweenMajors == 0;
      pause_ends_ = started_ + (major ? kMajorPause : kMinorPause) * std::exp(kSigma * draws.normal());
      seconds_ = scattered(kHeapSeconds, kHeapScatter, draws);
    }
  }
  double heap_share(double at) const { return (at - started_) / seconds_; }
  double wait(double at) const { return std::fmax(0, pause_ends_ - at); }

 private:
  double seconds_, started_, pause_ends_ = 0;
  std::uint64_t collections_;
};

class ManagedRuntime final : public Instance {
 public:
  explicit ManagedRuntime(Draws& draws)
      : compile_seconds_(scattered(kCompileSeconds, kCompileScatter, draws)), collector_(draws) {}

  double response_seconds(double at, Draws& draws) override {
    collector_.advance(at, draws);
    const Endpoint& endpoint = pick_endpoint(draws);
    const bool hit = draws.uniform() < endpoint.hit_share;
    const double work =
        (hit ? endpoint.hit_median : endpoint.miss_median) * std::exp(kSigma * draws.normal());
    const double compiling = 1 + kUncompiled * std::exp(-at / compile_seconds_);
    return work * compiling * (1 + kFullHeap * collector_.heap_share(at)) + collector_.wait(at);
  }

 private:
  double compile_seconds_;
  Collector collector_;
};

}  // namespace

std::array<std::unique_ptr<Instance>, kArmCount> make_managed_runtimes(const Surroundings&, Draws& draws) {
  std::array<std::unique_ptr<Instance>, kArmCount> instances;
  for (auto& instance : instances) instance = std::make_unique<ManagedRuntime>(draws);
  return instances;
}

}  // namespace assay::statistics
