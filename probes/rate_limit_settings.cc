#include "probes/rate_limit_settings.h"

#include <algorithm>
#include <cmath>

#include "config/keys.h"
#include "config/map_reader.h"
#include "config/values.h"

namespace assay::probes {
namespace {

using config::Node;
using config::ProbeReading;

constexpr std::string_view kKeys[] = {"path",          "method",   "headers",  "body",     "http_version",
                                      "limit",         "window",   "burst",    "requests", "at_once",
                                      "reject_status", "recovers", "identity", "token",    "control_path"};
constexpr std::string_view kIdentityWords[] = {"header", "value", "values"};
constexpr config::KeyTable kIdentityKeys{"identity", "identity", kIdentityWords};
constexpr std::uint64_t kMostRequests = 5000;
constexpr config::WholeRange kLimitRange{1, kMostRequests - 1};
constexpr config::WholeRange kBurstRange{0, kMostRequests - 1};
constexpr config::WholeRange kAtOnceRange{1, 100};
constexpr config::DurationRange kWindowRange{std::chrono::milliseconds(10), std::chrono::hours(24)};
// Longer windows are waited for only where the gate file asks for it.
constexpr Nanos kUsualWait = std::chrono::minutes(5);

void read_numbers(const ProbeReading& reading, RateLimitSettings& settings) {
  if (const Node* node = reading.require("limit", "write it like limit: 100"))
    config::assign(settings.limit, config::read_whole(reading.context, *node, "limit", kLimitRange));
  if (const Node* node = reading.require("window", "write it like window: 1m"))
    config::assign(settings.window, config::read_duration(reading.context, *node, "window", kWindowRange));
  if (const Node* node = reading.find("burst"))
    config::assign(settings.burst, config::read_whole(reading.context, *node, "burst", kBurstRange));
  if (const Node* node = reading.find("at_once"))
    config::assign(settings.at_once, config::read_whole(reading.context, *node, "at_once", kAtOnceRange));
}

// A window that counts from fixed moments lets through twice its limit where such a moment lies within the
// test, so that much must be sent before it can be said that there is no limit.
void read_requests(const ProbeReading& reading, RateLimitSettings& settings) {
  const std::uint64_t enough = 2 * settings.limit + settings.burst;
  settings.requests =
      std::min(enough + std::max<std::uint64_t>(enough / 10, settings.at_once), kMostRequests);
  const Node* node = reading.find("requests");
  if (node != nullptr) {
    config::assign(settings.requests,
                   config::read_whole(reading.context, *node, "requests", {1, kMostRequests}));
  }
  if (settings.limit == 0 || settings.requests > settings.promised()) return;
  reading.error(node != nullptr ? *node : *reading.find("limit"),
                "so few requests cannot go beyond the limit",
                "more than " + std::to_string(settings.promised()) + " are needed, at most 5,000 are sent");
}

void read_identity(const ProbeReading& reading, const Node& node, RateLimitSettings& settings) {
  const config::MapReader map(reading.context, node, kIdentityKeys, "identity");
  if (!map.is_map()) return;
  if (const Node* header =
          map.require("header", "write it like { header: X-Forwarded-For, value: 203.0.113.7 }"))
    settings.identity_header = read_header_name(reading, *header, "header");
  const Node* value = map.find("value");
  const Node* values = map.find("values");
  if ((value == nullptr) == (values == nullptr)) {
    reading.error(node, "an identity is one value or several",
                  "write value: 203.0.113.7, or values: [one, other]");
    return;
  }
  settings.identities = read_texts(reading, *(value != nullptr ? value : values), "identity");
  if (settings.identities.size() > 2)
    reading.error(node, "more than two identities", "the first is used up, the second is the control");
  if (settings.identities.size() == 2 && settings.identities[0] == settings.identities[1])
    reading.error(node, "the same identity twice", "the second must be another client");
}

void read_who(const ProbeReading& reading, RateLimitSettings& settings) {
  const Node* identity = reading.find("identity");
  const Node* token = reading.find("token");
  if (identity != nullptr) read_identity(reading, *identity, settings);
  if (token == nullptr) return;
  if (identity != nullptr) reading.error(*token, "a token is an identity as well", "write one of them");
  settings.identity_header = "Authorization";
  settings.identities = {"Bearer " + reading.text(*token, "token").value_or("")};
}

void read_rejection(const ProbeReading& reading, RateLimitSettings& settings) {
  const Node* node = reading.find("reject_status");
  if (node == nullptr) return;
  settings.rejected = read_statuses(reading, *node, "reject_status");
  for (int status = 200; status < 400; ++status) {
    if (!settings.rejected.holds(status)) continue;
    reading.error(*node, std::to_string(status) + " is no rejection", "use 429 or 503");
    return;
  }
}

}  // namespace

const std::span<const std::string_view> kRateLimitKeys = kKeys;

std::uint64_t RateLimitSettings::refilled(Nanos elapsed) const {
  const double share = seconds(elapsed) / seconds(window);
  return static_cast<std::uint64_t>(std::ceil(static_cast<double>(limit) * std::max(0.0, share)));
}

std::shared_ptr<const config::ProbeSettings> read_rate_limit(const ProbeReading& reading) {
  auto settings = std::make_shared<RateLimitSettings>();
  settings->request = read_request(reading);
  read_numbers(reading, *settings);
  read_requests(reading, *settings);
  read_rejection(reading, *settings);
  read_who(reading, *settings);
  settings->recovers = settings->window <= kUsualWait;
  if (const Node* node = reading.find("recovers")) {
    settings->recovery_written = true;
    config::assign(settings->recovers, config::read_bool(reading.context, *node, "recovers"));
  }
  if (const Node* node = reading.find("control_path"))
    settings->control = read_path(reading, *node, "control_path");
  if (const Node* retries = reading.find("retries"); retries != nullptr && reading.spec.retries > 0)
    reading.error(*retries, "a second attempt would find the limit used up", "remove \"retries\"");
  return settings;
}

}  // namespace assay::probes
