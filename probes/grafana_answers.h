// What a Grafana answers to the questions of its HTTP API, read with the distrust that every answer deserves.
// Pure. After https://grafana.com/docs/grafana/latest/developers/http_api/.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "probes/prometheus_answers.h"

namespace assay::probes {

struct FoundDashboard {
  std::string uid, title;
};
// Of /api/search.
Read<std::vector<FoundDashboard>> read_search(const client::HttpAnswer& answer);

struct Panel {
  std::string title, type;
  nlohmann::json targets =
      nlohmann::json::array();  // as /api/ds/query takes them; without those that are hidden
  std::string unknown;          // a variable that has no value; empty: none
};
struct Dashboard {
  std::string title;
  std::vector<Panel> panels;  // those in rows as well; without rows and texts
};
// Of /api/dashboards/uid/UID. Variables are replaced by their current values, "All" by a pattern for all.
Read<Dashboard> read_dashboard(const client::HttpAnswer& answer);

// How many values that are no gaps there are, in all frames of /api/ds/query.
Read<std::size_t> count_values(const client::HttpAnswer& answer);

}  // namespace assay::probes
