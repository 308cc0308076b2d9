#include "schedule/open_schedule.h"

#include <cmath>

#include "base/random.h"

namespace assay::schedule {
namespace {

// A sum of steps such as 0.1 + 0.2 may end a hair below the whole number that it means: that is not one more
// arrival.
constexpr double kRounding = 1e-6;

}  // namespace

OpenSchedule::OpenSchedule(const RateCurve& curve, const Options& options)
    : curve_(curve), options_(options), total_(curve.total()), number_(options.lane.offset) {}

std::optional<Arrival> OpenSchedule::next() {
  const double at = point(number_);
  if (at >= total_ - kRounding) return std::nullopt;
  const Arrival arrival{number_, curve_.time_of(at)};
  number_ += options_.lane.stride;
  return arrival;
}

double OpenSchedule::point(std::uint64_t number) {
  if (options_.spacing == Spacing::uniform) return static_cast<double>(number);
  while (summed_ <= number && point_ < total_) {
    point_ -= std::log1p(-unit_interval(draw(options_.seed, options_.stream, summed_)));
    ++summed_;
  }
  return point_;
}

}  // namespace assay::schedule
