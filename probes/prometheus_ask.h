// Questions to a Prometheus and to its Alertmanager, and what their kinds of probes share. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "config/probe_form.h"
#include "probes/server_key.h"

namespace assay::probes {

// The key `prometheus`, which every one of these kinds requires.
Server read_prometheus(const config::ProbeReading& reading);

// "query of Prometheus" as the label, or another one.
client::Ask query_ask(const Server& prometheus, std::string_view query, std::string label = "query",
                      std::vector<client::Field> headers = {});
// Moments of the server's clock, since 1970.
struct MomentRange {
  double from_s = 0, until_s = 0, step_s = 0;
};
// At each of these moments. By POST, because the query may be longer than a URL may be.
client::Ask range_ask(const Server& prometheus, std::string_view query, const MomentRange& range,
                      std::vector<client::Field> headers = {});
client::Ask rules_ask(const Server& prometheus);
client::Ask targets_ask(const Server& prometheus);
// All alerts of that name that an Alertmanager has.
client::Ask managed_alerts_ask(const Server& alertmanager, const std::string& alert, std::string label);

}  // namespace assay::probes
