#include "tests/support/sample_traffic.h"

#include <algorithm>
#include <array>

#include "base/random.h"

namespace assay::test_support {
namespace {

using namespace std::chrono_literals;

constexpr std::array<Nanos, 3> kUsualTime = {18ms, 9ms, 35ms};  // by step
constexpr Nanos kStallStart = 35s, kStallEnd = 35800ms;
constexpr std::uint16_t kList = 0, kRead = 1, kCreate = 2;

// Whole microseconds: no rounding of the last digits of a logarithm can reach a golden file.
Nanos scaled(Nanos time, double factor) {
  return std::chrono::microseconds(static_cast<std::int64_t>(seconds(time) * factor * 1e6));
}

class ArmTraffic {
 public:
  ArmTraffic(std::uint64_t seed, Arm arm) : random_(seed, static_cast<std::uint64_t>(arm)), arm_(arm) {}

  std::vector<SyntheticRequest> take() {
    for (Nanos at = gap(); at < kSampleLength; at += gap()) {
      if (random_.below(10) >= 8) {
        send(kCreate, at);
        continue;
      }
      const Nanos listed = send(kList, at);
      if (requests_.back().outcome == Outcome::ok) send(kRead, listed + 200ms);
    }
    return std::move(requests_);
  }

 private:
  Nanos gap() { return scaled(10ms, random_.exponential()); }

  Nanos send(std::uint16_t step, Nanos at) {
    SyntheticRequest request{.step = step, .arm = arm_, .intended = at};
    request.send_lag = scaled(20us, 1 + random_.exponential());
    const double slower = arm_ == Arm::candidate && step == kCreate ? 1.3 : 1.0;
    request.service_time = scaled(kUsualTime[step], (0.4 + 0.6 * random_.exponential()) * slower);
    request.new_connection = at < 200ms || random_.below(500) == 0;
    if (arm_ == Arm::candidate) stall(request);
    if (request.outcome == Outcome::ok) fail_sometimes(request);
    requests_.push_back(request);
    return request.done();
  }

  void stall(SyntheticRequest& request) {
    if (request.intended < kStallStart || request.intended >= kStallEnd) return;
    request.service_time += kStallEnd - request.intended;
    if (random_.below(12) != 0) return;
    request.outcome = Outcome::shed;
    request.status = 0;
    request.send_lag = kStallEnd - request.intended;
    request.service_time = 0ns;
  }

  void fail_sometimes(SyntheticRequest& request) {
    const std::uint64_t unavailable_per_mille = arm_ == Arm::candidate && request.step == kCreate ? 25 : 1;
    const std::uint64_t chance = random_.below(1000);
    if (chance < unavailable_per_mille) {
      request.outcome = Outcome::status;
      request.status = 503;
    } else if (arm_ == Arm::candidate && request.step == kRead && chance == 999) {
      request.outcome = Outcome::response_timeout;
      request.status = 0;
      request.service_time = 2s;
    }
  }

  Random random_;
  Arm arm_;
  std::vector<SyntheticRequest> requests_;
};

}  // namespace

std::vector<SyntheticRequest> sample_traffic(std::uint64_t seed) {
  std::vector<SyntheticRequest> traffic = ArmTraffic(seed, Arm::candidate).take();
  const auto baseline = ArmTraffic(seed, Arm::baseline).take();
  traffic.insert(traffic.end(), baseline.begin(), baseline.end());
  std::stable_sort(traffic.begin(), traffic.end(),
                   [](const auto& a, const auto& b) { return a.intended < b.intended; });
  return traffic;
}

}  // namespace assay::test_support
