#include "cli/arm_planner.h"

#include <utility>

#include "config/url.h"
#include "match/secret_search.h"

namespace assay::cli {
namespace {

using Addresses = Expected<std::vector<net::Address>, SystemError>;

Addresses unix_addresses(const std::string& path) {
  Expected<net::Address, SystemError> address = net::unix_address(path);
  if (!address) return Unexpected(std::move(address).error());
  return std::vector<net::Address>{std::move(address).value()};
}

// The gate reader has checked the form of both texts.
config::Url parsed(const std::string& url) { return config::parse_url(url).value(); }

Addresses addresses_of(const config::TargetSpec& target) {
  constexpr std::string_view kUnix = "unix:";
  if (target.connect_to.starts_with(kUnix)) return unix_addresses(target.connect_to.substr(kUnix.size()));
  const config::Url url = parsed(target.connect_to.empty() ? target.url : "http://" + target.connect_to);
  if (url.scheme == config::Url::Scheme::http_unix) return unix_addresses(url.host);
  const auto pinned = target.resolve.find(url.host);
  return net::resolve(pinned == target.resolve.end() ? url.host : pinned->second, url.port);
}

net::TlsOptions tls_options(const config::TlsSpec& tls) {
  return {.verify = tls.verify,
          .ca_file = tls.ca,
          .certificate_file = tls.certificate,
          .key_file = tls.key,
          .min_version = tls.min_version,
          .max_version = tls.max_version,
          .resume = tls.resume};
}

}  // namespace

Expected<engine::ArmPlan, SystemError> plan_arm(const config::TargetSpec& target,
                                                const config::GateSpec& gate) {
  Addresses addresses = addresses_of(target);
  if (!addresses) return Unexpected(std::move(addresses).error());
  const config::Url url = parsed(target.url);
  const config::TimeoutsSpec& limits = target.timeouts;
  return engine::ArmPlan{.arm = target.arm,
                         .url = redacted(target.url, gate),
                         .addresses = std::move(addresses).value(),
                         .use_tls = url.scheme == config::Url::Scheme::https,
                         .tls = tls_options(target.tls),
                         .server_name = target.tls.server_name.empty() ? url.host : target.tls.server_name,
                         .timeouts = {limits.connect, limits.tls, limits.first_byte, limits.total}};
}

std::string redacted(std::string_view text, const config::GateSpec& gate) {
  return match::without_secrets(text, match::secret_values(gate.secrets));
}

}  // namespace assay::cli
