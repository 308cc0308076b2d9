// The keys with the URL of another server than the target: a Prometheus, an Alertmanager, a Grafana, the API
// of Kubernetes. The target's headers, certificates and trust are not meant for it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "config/probe_form.h"
#include "probes/probe.h"

namespace assay::probes {

struct Server {
  std::string base;        // what paths are appended to: without a "/" at its end
  std::string connect_to;  // of the server alone: "unix:/path", or empty

  // GET, for JSON. `path` with its query, encoded. Over the probe's own access, where it is its main server.
  client::Ask get(std::string label, std::string_view path, std::vector<client::Field> headers = {}) const;
};

// Of a URL that parse_url() accepts (config/url.h).
Server server_at(const std::string& url);
// The server that the probe looks at in place of its target: the spec then names it.
Server read_server(const config::ProbeReading& reading, const config::Node& node, std::string_view label);
// One more beside that. Its asks need other_access().
Server read_other_server(const config::ProbeReading& reading, const config::Node& node,
                         std::string_view label);
// As the probe reaches its main server, but without that one's address, name and client certificate.
client::Access other_access(const Probe& probe, const Server& server);

// A value of a query in a URL.
std::string url_encoded(std::string_view text);

}  // namespace assay::probes
