#include "generators/queue.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "generators/course.h"

namespace assay::statistics {
namespace {

constexpr double kServiceSeconds = 0.020, kSigma = 0.5;  // median and spread of one piece of work
constexpr double kUse = 0.65;                            // of the workers, on average, as it is planned
constexpr Drift kSharedLoad{0.12, 20};
constexpr double kOwnDeviation = 0.02;

class Queue final : public Instance {
 public:
  Queue(std::size_t workers, Course course) : free_at_(workers), course_(std::move(course)) {}

  double response_seconds(double at, Draws& draws) override {
    const auto next = std::min_element(free_at_.begin(), free_at_.end());
    const double work = kServiceSeconds * std::exp(kSigma * draws.normal() + course_.log_factor(at));
    *next = std::max(*next, at) + work;
    return *next - at;
  }

 private:
  std::vector<double> free_at_;  // by worker
  Course course_;
};

}  // namespace

std::array<std::unique_ptr<Instance>, kArmCount> make_queues(const Surroundings& surroundings, Draws& draws) {
  const double mean_work = kServiceSeconds * std::exp(kSigma * kSigma / 2);
  const double busy_workers = surroundings.per_second / kArmCount * mean_work;
  const auto workers = static_cast<std::size_t>(std::max(1.0, std::ceil(busy_workers / kUse)));
  Course shared(surroundings.seconds);
  shared.add(kSharedLoad, draws);
  std::array<std::unique_ptr<Instance>, kArmCount> instances;
  for (auto& instance : instances) {
    Course course = shared;
    course.add(Drift{kOwnDeviation, surroundings.own_seconds}, draws);
    instance = std::make_unique<Queue>(workers, std::move(course));
  }
  return instances;
}

}  // namespace assay::statistics
