#include "probes/tls_hello_ask.h"

#include <string>
#include <utility>

#include "client/address.h"
#include "probes/starttls.h"
#include "probes/tls_demands.h"
#include "probes/tls_hello.h"

namespace assay::probes {
namespace {

constexpr std::size_t kMostBytes = 32 << 10;  // of the answer

}  // namespace

client::Ask hello_ask(const Probe& probe, std::string_view label, std::span<const TlsSuite> suites,
                      client::TlsVersion highest) {
  const std::string& name = probe.access.server_name.empty() ? probe.spec.host : probe.access.server_name;
  const bool is_address = client::literal_address(name, 0).has_value();
  client::DialAsk ask{probe.spec.host, probe.spec.port,
                      starttls_moves(probe.settings<TlsDemands>().starttls)};
  ask.moves.emplace_back(client::Say{client_hello(suites, is_address ? "" : name, highest)});
  ask.moves.emplace_back(client::Hear{is_hello_answered, kMostBytes});
  return {std::string(label), std::move(ask)};
}

}  // namespace assay::probes
