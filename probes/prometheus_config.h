// What probes need to know of the configuration of a Prometheus, as /api/v1/status/config shows it. Pure.
#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "probes/prometheus_answers.h"

namespace assay::probes {

// Added to every alert that is sent; empty where there are none.
Labels external_labels_in(const std::string& yaml);
// The longest of `global`, where it is a minute if it is not said, and of its jobs. Absent: this is no
// configuration.
std::optional<Nanos> scrape_interval_in(const std::string& yaml);

}  // namespace assay::probes
