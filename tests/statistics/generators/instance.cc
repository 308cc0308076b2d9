#include "generators/instance.h"

#include <algorithm>

#include "generators/managed_runtime.h"
#include "generators/plain_service.h"
#include "generators/queue.h"

namespace assay::statistics {
namespace {

struct Named {
  Family family;
  std::string_view name;
  bool own_noise;
};

constexpr std::array<Named, 7> kFamilies{{
    {Family::lognormal, "LN", false},
    {Family::bimodal, "BI", false},
    {Family::heavy_tail, "HT", false},
    {Family::shared_weather, "ACS", false},
    {Family::own_weather, "ACO", true},
    {Family::queue, "QUE", true},
    {Family::managed_runtime, "JIT", true},
}};

}  // namespace

std::string_view name(Family family) { return kFamilies[static_cast<std::size_t>(family)].name; }

std::optional<Family> family_from(std::string_view text) {
  const auto found = std::find_if(kFamilies.begin(), kFamilies.end(),
                                  [text](const Named& each) { return each.name == text; });
  if (found == kFamilies.end()) return std::nullopt;
  return found->family;
}

bool has_own_noise(Family family) { return kFamilies[static_cast<std::size_t>(family)].own_noise; }

std::array<std::unique_ptr<Instance>, kArmCount> make_instances(Family family,
                                                                const Surroundings& surroundings,
                                                                Draws& draws) {
  switch (family) {
    case Family::queue:
      return make_queues(surroundings, draws);
    case Family::managed_runtime:
      return make_managed_runtimes(surroundings, draws);
    default:
      return make_plain_services(family, surroundings, draws);
  }
}

}  // namespace assay::statistics
