#include "generators/plain_service.h"

#include <cmath>
#include <utility>

#include "generators/course.h"

namespace assay::statistics {
namespace {

constexpr Drift kSharedDrift{0.20, 10};
constexpr Bursts kSharedBursts{60, 1.0, 3};
constexpr double kOwnDeviation = 0.05;
constexpr Bursts kOwnBursts{40, 0.8, 4};

double lognormal(double median, double sigma, Draws& draws) {
  return median * std::exp(sigma * draws.normal());
}

double undisturbed(Family family, Draws& draws) {
  switch (family) {
    case Family::bimodal:
      return lognormal(draws.uniform() < 0.9 ? 0.020 : 0.200, 0.3, draws);
    case Family::heavy_tail:
      if (draws.uniform() < 0.95) return lognormal(0.050, 0.5, draws);
      return 0.150 * std::exp(draws.exponential(1 / 1.8));  // Pareto with index 1.8
    case Family::shared_weather:
    case Family::own_weather:
      return lognormal(0.050, 0.4, draws);
    default:
      return lognormal(0.050, 0.5, draws);
  }
}

class PlainService final : public Instance {
 public:
  explicit PlainService(Family family) : family_(family) {}
  double response_seconds(double, Draws& draws) override { return undisturbed(family_, draws); }

 private:
  Family family_;
};

class WeatheredService final : public Instance {
 public:
  WeatheredService(Family family, Course course) : family_(family), course_(std::move(course)) {}
  double response_seconds(double at, Draws& draws) override {
    return undisturbed(family_, draws) * std::exp(course_.log_factor(at));
  }

 private:
  Family family_;
  Course course_;
};

}  // namespace

std::array<std::unique_ptr<Instance>, kArmCount> make_plain_services(Family family,
                                                                     const Surroundings& surroundings,
                                                                     Draws& draws) {
  std::array<std::unique_ptr<Instance>, kArmCount> instances;
  if (family != Family::shared_weather && family != Family::own_weather) {
    for (auto& instance : instances) instance = std::make_unique<PlainService>(family);
    return instances;
  }
  Course shared(surroundings.seconds);
  shared.add(kSharedDrift, draws);
  shared.add(kSharedBursts, draws);
  for (auto& instance : instances) {
    Course course = shared;
    if (family == Family::own_weather) {
      course.add(Drift{kOwnDeviation, surroundings.own_seconds}, draws);
      course.add(kOwnBursts, draws);
    }
    instance = std::make_unique<WeatheredService>(family, std::move(course));
  }
  return instances;
}

}  // namespace assay::statistics
