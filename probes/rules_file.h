// Alerting rules as they were reviewed: a rules file of Prometheus, or the PrometheusRule of a Kubernetes
// operator.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/probe_form.h"
#include "probes/prometheus_answers.h"

namespace assay::probes {

// What is absent is not compared.
struct WantedRule {
  std::string alert, group;  // group empty: any
  std::optional<std::string> expr;
  std::optional<Nanos> hold, keep_firing;
  std::optional<Labels> labels, annotations;
  bool exactly = false;  // no further label or annotation; else those named must be there
  std::string location;
};

// The file that `node` names. Mistakes are reported at their place in that file.
std::vector<WantedRule> read_rules_file(const config::ProbeReading& reading, const config::Node& node);

}  // namespace assay::probes
