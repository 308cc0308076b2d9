#include "probes/probe_grpc_health.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "base/units.h"
#include "probes/expectation.h"
#include "probes/grpc_frame.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"service", "headers"};
constexpr std::string_view kPath = "/grpc.health.v1.Health/Check";
constexpr std::array<std::string_view, 4> kServing{"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
constexpr std::size_t kLongestService = 1000;
constexpr std::int64_t kLongestTimeout = 99'999'999;  // gRPC writes eight digits at most

struct Settings final : config::ProbeSettings {
  std::vector<std::string> services{""};  // "": the server as a whole
  std::vector<client::Field> headers;
};

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* node = reading.find("service")) {
    settings->services = read_texts(reading, *node, "service");
    for (const std::string& service : settings->services)
      if (service.size() > kLongestService || service.find('/') != std::string::npos)
        reading.error(*node, config::in_quotes(service) + " is not the name of a service",
                      "write it like shop.v1.Orders, without a path");
  }
  if (const config::Node* headers = reading.find("headers"))
    settings->headers = read_header_fields(reading, *headers);
  return settings;
}

// The server may then stop working on what nobody waits for.
std::string grpc_timeout(Nanos timeout) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  return fmt::format("{}m", std::min<std::int64_t>(ms, kLongestTimeout));
}

client::Ask check_of(const Probe& probe, const std::string& service) {
  using Version = client::HttpAsk::Version;
  const auto& settings = probe.settings<Settings>();
  client::Ask ask = probe.http(kPath, "POST");
  ask.label = service.empty() ? "the server" : "service " + service;
  client::HttpAsk& sent = http(ask);
  sent.version = probe.spec.secure ? Version::http2 : Version::http2_prior_knowledge;
  sent.body = health_request(service);
  sent.keep_bytes = 64 << 10;
  sent.headers.insert(sent.headers.end(), settings.headers.begin(), settings.headers.end());
  sent.headers.insert(sent.headers.end(), {{"content-type", "application/grpc"},
                                           {"te", "trailers"},
                                           {"grpc-timeout", grpc_timeout(probe.spec.timeout)}});
  return ask;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  std::vector<client::Ask> asks;
  if (!so_far.empty()) return asks;
  for (const std::string& service : probe.settings<Settings>().services)
    asks.push_back(check_of(probe, service));
  return asks;
}

// What a status other than OK says about the health service itself.
std::string explained(const GrpcStatus& status) {
  std::string text = fmt::format("{} ({})", grpc_code_name(*status.code), *status.code);
  if (!status.message.empty()) text += ": " + status.message;
  switch (*status.code) {
    case 5:
      return text + "; the health service does not know this service";
    case 12:
      return text + "; there is no health service (grpc.health.v1)";
    case 7:
    case 16:
      return text + "; the health service wants credentials";
    default:
      return text;
  }
}

std::string message_says(const client::HttpAnswer& answer) {
  const Expected<std::string_view, std::string> message = only_message(answer.body);
  if (!message) return message.error();
  const std::optional<std::uint64_t> status = health_status(*message);
  if (!status) return "a message that is no HealthCheckResponse";
  return *status < kServing.size() ? std::string(kServing[static_cast<std::size_t>(*status)])
                                   : fmt::format("the unknown status {}", *status);
}

// "SERVING", or what is wrong, from the outermost layer inwards.
std::string outcome(const client::HttpAnswer& answer) {
  if (answer.version != "2")
    return fmt::format("an answer in HTTP/{}: gRPC needs HTTP/2 on every hop", answer.version);
  const GrpcStatus status = grpc_status(answer);
  if (status.code && *status.code != 0) return explained(status);
  if (answer.status != 200)
    return fmt::format("HTTP status {} from a hop that does not speak gRPC", answer.status);
  const std::string type = header_value(answer, "content-type");
  if (!type.starts_with("application/grpc") || type.starts_with("application/grpc-web"))
    return fmt::format("content-type \"{}\": no gRPC", type);
  if (!status.code) return "no grpc-status: a hop cut the trailers off";
  return message_says(answer);
}

void judge_one(const Probe& probe, const Exchange& exchange, Judgement& judgement) {
  const auto& [ask, answer] = exchange;
  if (answer.trouble == client::Trouble::timeout) {
    judgement.require(false, ask.label, "SERVING", "hang: " + answer.problem);
    return;
  }
  if (answer.trouble == client::Trouble::protocol && !probe.spec.secure) {
    judgement.require(false, ask.label, "SERVING",
                      fmt::format("protocol: {}; does it speak HTTP/2 without TLS?", answer.problem));
    return;
  }
  if (judgement.trouble(ask, answer, "SERVING")) return;
  std::string observed = outcome(*answer.http());
  judgement.require(observed == "SERVING", ask.label, "SERVING", observed);
}

Judgement judge(const Probe& probe, Exchanges all) {
  Judgement judgement;
  for (const Exchange& exchange : all) judge_one(probe, exchange, judgement);
  return judgement;
}

}  // namespace

const Kind kGrpcHealth{.form = {.name = "grpc-health", .keys = kKeys, .read = read},
                       .purpose = "grpc.health.v1.Health/Check says SERVING for the server and its services",
                       .next = next,
                       .judge = judge};

}  // namespace assay::probes
