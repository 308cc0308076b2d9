#include "model/early_stop.h"

#include "model/names.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, 5> kCauses = {"errors", "passed", "failed", "futile", "by_hand"};

}  // namespace

std::string_view name(StopCause cause) { return name_in(kCauses, cause); }
std::optional<StopCause> stop_cause_from(std::string_view text) {
  return value_named<StopCause>(kCauses, text);
}

}  // namespace assay
