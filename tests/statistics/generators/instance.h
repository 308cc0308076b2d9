// One running copy of a simulated service, and the families of services that the bench knows. README.md of
// the folder above says what each family stands for and which of them the method was tuned on.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "generators/draws.h"
#include "model/arm.h"

namespace assay::statistics {

class Instance {
 public:
  virtual ~Instance() = default;
  // Called with ascending `at` (seconds since the start of the run); the response time in seconds.
  virtual double response_seconds(double at, Draws& draws) = 0;
};

enum class Family : std::uint8_t {
  lognormal,        // LN
  bimodal,          // BI
  heavy_tail,       // HT
  shared_weather,   // ACS
  own_weather,      // ACO
  queue,            // QUE
  managed_runtime,  // JIT
};
std::string_view name(Family family);
std::optional<Family> family_from(std::string_view text);
// Two instances of the same build differ for seconds at a time.
bool has_own_noise(Family family);

struct Surroundings {
  double seconds = 60;      // of the run
  double per_second = 200;  // requests, both instances together
  double own_seconds = 5;   // for how long the own drift of one instance lasts
  double placement = 0;     // deviation of the log factor by which each instance differs for the whole run
};

// Both instances of one run, by Arm: the same build in the same surroundings.
std::array<std::unique_ptr<Instance>, kArmCount> make_instances(Family family,
                                                                const Surroundings& surroundings,
                                                                Draws& draws);

}  // namespace assay::statistics
