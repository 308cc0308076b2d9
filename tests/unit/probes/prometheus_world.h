// A Prometheus and an Alertmanager made up: answers by the question, as those two give them.
#pragma once
#include <map>
#include <string>

#include "tests/unit/probes/kind_fixture.h"

namespace assay::probes {

struct PrometheusWorld {
  std::string rules = "[]", targets = "[]";    // of "data": groups and activeTargets
  std::map<std::string, std::string> queries;  // the query -> "result" of its vector
  std::map<std::string, std::string> formats;  // an expression -> as Prometheus writes it
  std::string external_labels;                 // YAML below "external_labels:"
  std::string alertmanager;                    // its configuration, YAML
  std::string retention = "15d";

  client::Answer operator()(const client::Ask& ask) const;
};

// One series of a vector: `{"metric":{"job":"shop"},"value":[1,"3"]}`.
std::string vector_series(const std::string& labels, const std::string& value);

}  // namespace assay::probes
