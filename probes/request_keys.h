// The keys `path`, `method`, `headers`, `body` and `http_version` that kinds which speak HTTP share.
#pragma once
#include <string>
#include <vector>

#include "client/ask.h"
#include "config/probe_form.h"
#include "probes/judgement.h"
#include "probes/probe.h"

namespace assay::probes {

struct Request {
  std::string method = "GET", path = "/";
  std::vector<client::Field> headers;
  std::string body;
  client::HttpAsk::Version version = client::HttpAsk::Version::http1_1;
};

Request read_request(const config::ProbeReading& reading);
client::Ask to_ask(const Request& request, const Probe& probe);
// A fact where HTTP/2 was demanded: libcurl falls back to 1.1 without a word.
void judge_http_version(const Request& request, const client::HttpAnswer& answer, Judgement& judgement);

// A path: starts with "/", nothing that cannot stand in a request line.
std::string read_path(const config::ProbeReading& reading, const config::Node& node, std::string_view label);
// One or a list of them.
std::vector<std::string> read_paths(const config::ProbeReading& reading, std::string_view key,
                                    std::vector<std::string> otherwise);
std::vector<std::string> read_texts(const config::ProbeReading& reading, const config::Node& node,
                                    std::string_view label);
std::vector<client::Field> read_header_fields(const config::ProbeReading& reading, const config::Node& node);

}  // namespace assay::probes
