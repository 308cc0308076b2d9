// What an Alertmanager answers to the questions of its API v2, read with the distrust that every answer
// deserves. Pure. Version 0.25 has no `mutedBy`; keys may be missing or new.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "probes/prometheus_answers.h"

namespace assay::probes {

struct ManagedAlert {
  Labels labels;
  std::string state;  // "active", "suppressed", "unprocessed"
  std::vector<std::string> silenced_by, inhibited_by, receivers;
  std::optional<WallTime> starts_at, updated_at;
};
// Of /api/v2/alerts.
Read<std::vector<ManagedAlert>> read_managed_alerts(const client::HttpAnswer& answer);
// The configuration in /api/v2/status, as YAML.
Read<std::string> read_manager_config(const client::HttpAnswer& answer);

}  // namespace assay::probes
