#include "engine/live_view.h"

namespace assay::engine {

LiveView::LiveView(const RunPlan& plan) {
  total_.planned = plan.planned_length();
  total_.has_baseline = plan.arms.size() > 1;
}

LiveSnapshot LiveView::add(const std::vector<WorkerSecond>& parts) {
  total_.elapsed += parts.front().length;
  total_.warming_up = false;
  total_.intended_last_second = total_.started_last_second = total_.completed_last_second = 0;
  total_.in_flight = total_.waiting = 0;
  for (const WorkerSecond& part : parts) {
    total_.warming_up |= part.warming_up;
    total_.intended_last_second += part.intended;
    total_.started_last_second += part.started;
    total_.completed_last_second += part.completed;
    total_.in_flight += part.in_flight;
    total_.waiting += part.waiting;
    total_.shed += part.shed;
  }
  for (std::size_t arm = 0; arm < kArmCount; ++arm) {
    stats::Histogram times;
    for (const WorkerSecond& part : parts) {
      total_.arms[arm].requests += part.arms[arm].requests;
      total_.arms[arm].errors += part.arms[arm].errors;
      times.merge(part.arms[arm].response_time);
    }
    total_.arms[arm].response_time_sum_s += times.sum() / 1e9;
    total_.arms[arm].p50 = Nanos{times.quantile(0.5)};
    total_.arms[arm].p95 = Nanos{times.quantile(0.95)};
    total_.arms[arm].p99 = Nanos{times.quantile(0.99)};
  }
  return total_;
}

}  // namespace assay::engine
