#include "probes/tls_demands.h"

#include <algorithm>
#include <array>
#include <utility>

#include "config/choices.h"
#include "config/values.h"
#include "probes/address_key.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

using client::TlsVersion;
using config::in_quotes;
using config::MapReader;
using config::Node;
using config::ProbeReading;

constexpr std::string_view kExpectWords[] = {"min_version",    "accept",    "reject", "policy",
                                             "forbid_ciphers", "hostname",  "names",  "issuer",
                                             "chain",          "valid_for", "key",    "stapling"};
constexpr std::string_view kKeyWords[] = {"min_rsa", "min_ec"};
constexpr config::KeyTable kExpectKeys{"tls_expect", "expect of a tls probe", kExpectWords};
constexpr config::KeyTable kKeyKeys{"tls_key", "key", kKeyWords};

constexpr config::Choices<TlsVersion, 4> kVersions{{"1.0", "1.1", "1.2", "1.3"}};
constexpr config::Choices<TlsPolicy, 3> kPolicies{{"modern", "intermediate", "old"}};
constexpr config::Choices<ChainDemand, 3> kChains{{"trusted", "self-signed", "any"}};
constexpr config::Choices<StaplingDemand, 2> kStaplings{{"required", "valid-if-present"}};
constexpr config::Choices<Starttls, 5> kProtocols{{"none", "smtp", "imap", "pop3", "postgres"}};

constexpr config::DurationRange kValidRange{std::chrono::seconds(1), std::chrono::hours(24 * 3650)};

std::string version_text(TlsVersion version) { return "TLS " + std::string(name(version)); }

class DemandReader {
 public:
  DemandReader(const ProbeReading& reading, const MapReader& expect, TlsDemands& demands)
      : reading_(reading), expect_(expect), demands_(demands) {}

  void read() {
    read_minimum();
    read_policy();
    read_list("accept", true);
    read_list("reject", false);
    check_versions();
    read_ciphers();
    read_certificate();
    read_key();
    if (const Node* node = find("stapling"))
      demands_.stapling = read_choice(reading_.context, *node, "stapling", kStaplings);
  }

 private:
  // Also keeps its place, for the facts about it.
  const Node* find(std::string_view key) {
    const Node* node = expect_.find(key);
    if (node != nullptr) demands_.places[std::string(key)] = reading_.context.place(*node).location();
    return node;
  }

  void demand(const Node& node, std::string_view key, TlsVersion version, bool accepted) {
    auto& all = demands_.versions;
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.version >= version; });
    if (at == all.end() || at->version != version) {
      all.insert(at, {version, accepted, demands_.place(key)});
    } else if (at->accepted != accepted) {
      reading_.error(node, version_text(version) + " cannot be both accepted and refused",
                     "let min_version, policy, accept and reject agree");
    }
  }

  void demand_range(const Node& node, std::string_view key, TlsVersion lowest) {
    AnyVersionDemand any{{}, demands_.place(key)};
    for (const TlsVersion version : kTlsVersions) {
      if (version < lowest) demand(node, key, version, false);
      if (version >= lowest) any.versions.push_back(version);
    }
    demands_.any_version.push_back(std::move(any));
  }

  void read_minimum() {
    const Node* node = find("min_version");
    if (node == nullptr) return;
    const auto lowest = read_choice(reading_.context, *node, "min_version", kVersions);
    if (lowest) demand_range(*node, "min_version", *lowest);
  }

  void read_policy() {
    const Node* node = find("policy");
    if (node == nullptr) return;
    const auto policy = read_choice(reading_.context, *node, "policy", kPolicies);
    if (!policy) return;
    constexpr TlsVersion kLowest[] = {TlsVersion::tls1_3, TlsVersion::tls1_2, TlsVersion::tls1_0};
    demand_range(*node, "policy", kLowest[static_cast<std::size_t>(*policy)]);
    demands_.forbidden = suites_outside(*policy);
  }

  void read_list(std::string_view key, bool accepted) {
    const Node* node = find(key);
    if (node == nullptr) return;
    const auto add = [&](const Node& item) {
      if (const auto version = read_choice(reading_.context, item, key, kVersions))
        demand(item, key, *version, accepted);
    };
    if (!node->is_sequence()) return add(*node);
    if (!config::is_filled_list(reading_.context, *node, key, "write it like [\"1.2\", \"1.3\"]")) return;
    for (const Node* item : node->items) add(*item);
  }

  // What a minimum or a policy leaves may be refused, version by version, but not altogether.
  void check_versions() {
    std::vector<TlsVersion> left(std::begin(kTlsVersions), std::end(kTlsVersions));
    std::erase_if(left, [&](TlsVersion version) {
      const VersionDemand* demand = demands_.demand_for(version);
      return demand != nullptr && !demand->accepted;
    });
    if (!left.empty()) return;
    const Node* node = expect_.find("reject");
    reading_.error(node != nullptr ? *node : *reading_.find("expect"),
                   "no version of TLS is left to be accepted",
                   "a peer without TLS is told by a probe of kind tcp");
  }

  void read_ciphers() {
    const Node* node = find("forbid_ciphers");
    if (node == nullptr) return;
    if (!node->is_sequence()) return forbid(*node);
    if (!config::is_filled_list(reading_.context, *node, "forbid_ciphers", "write it like [rc4, 3des]"))
      return;
    for (const Node* item : node->items) forbid(*item);
  }

  void forbid(const Node& node) {
    const auto word = read_text(reading_.context, node, "forbid_ciphers");
    if (!word) return;
    const std::vector<TlsSuite> suites = suites_called(*word);
    if (suites.empty()) {
      std::string hint = did_you_mean(*word, tls_suite_words());
      if (hint.empty())
        hint =
            "name a cipher as OpenSSL does, or use one of null, anonymous, export, rc4, des, 3des, md5, cbc, "
            "cbc-sha1, no-forward-secrecy";
      reading_.error(node, "there is no cipher " + in_quotes(*word), std::move(hint));
    }
    for (const TlsSuite& suite : suites) {
      const bool known = std::any_of(demands_.forbidden.begin(), demands_.forbidden.end(),
                                     [&](const TlsSuite& one) { return one.number == suite.number; });
      if (!known) demands_.forbidden.push_back(suite);
    }
  }

  void read_certificate() {
    if (const Node* node = find("hostname"))
      config::assign(demands_.hostname, read_bool(reading_.context, *node, "hostname"));
    if (const Node* node = find("names")) read_names(*node);
    if (const Node* node = find("issuer")) {
      demands_.issuers = read_texts(reading_, *node, "issuer");
      for (const std::string& issuer : demands_.issuers)
        if (issuer.empty())
          reading_.error(*node, "an empty text is the beginning of every issuer", "name one");
    }
    if (const Node* node = find("chain"))
      demands_.chain = read_choice(reading_.context, *node, "chain", kChains);
    if (const Node* node = find("valid_for"))
      demands_.valid_for = read_duration(reading_.context, *node, "valid_for", kValidRange);
  }

  void read_names(const Node& node) {
    demands_.names = read_texts(reading_, node, "names");
    for (const std::string& one : demands_.names) {
      const std::string_view bare = std::string_view(one).substr(one.starts_with("*.") ? 2 : 0);
      const bool plain = std::all_of(bare.begin(), bare.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == ':';
      });
      if (bare.empty() || !plain)
        reading_.error(node, in_quotes(one) + " is not a name for a certificate",
                       "write a host name, an IP address or *.example.com; other letters as xn--...");
    }
  }

  void read_key() {
    const Node* node = find("key");
    if (node == nullptr) return;
    if (!config::is_filled_map(reading_.context, *node, "key",
                               "write it like { min_rsa: 2048, min_ec: 256 }"))
      return;
    const MapReader map(reading_.context, *node, kKeyKeys, "key");
    KeyDemand bits;
    if (const Node* least = map.find("min_rsa"))
      config::assign(bits.min_rsa, read_whole(reading_.context, *least, "min_rsa", {512, 16384}));
    if (const Node* least = map.find("min_ec"))
      config::assign(bits.min_ec, read_whole(reading_.context, *least, "min_ec", {112, 571}));
    demands_.key = bits;
  }

  const ProbeReading& reading_;
  const MapReader& expect_;
  TlsDemands& demands_;
};

void read_protocol(const ProbeReading& reading, TlsDemands& demands) {
  if (const Node* node = reading.find("starttls"))
    config::assign(demands.starttls, read_choice(reading.context, *node, "starttls", kProtocols));
  const bool speaks_http = !reading.spec.url.empty() && !reading.spec.secure;
  if (speaks_http && reading.find("address") == nullptr && demands.starttls == Starttls::none) {
    reading.error(*reading.find("kind"), "the target " + in_quotes(reading.spec.url) + " does not speak TLS",
                  "write where TLS is spoken: address: \"" + reading.spec.host + ":443\"");
    return;
  }
  read_address(reading, usual_port(demands.starttls));
}

}  // namespace

const VersionDemand* TlsDemands::demand_for(TlsVersion version) const {
  for (const VersionDemand& demand : versions)
    if (demand.version == version) return &demand;
  return nullptr;
}

std::string TlsDemands::place(std::string_view word) const {
  const auto found = places.find(word);
  return found == places.end() ? std::string() : found->second;
}

bool TlsDemands::looks_at_certificate() const {
  return hostname || !names.empty() || !issuers.empty() || chain || valid_for || key || stapling;
}

bool TlsDemands::demands_anything() const {
  return looks_at_certificate() || !versions.empty() || !any_version.empty() || !forbidden.empty();
}

std::shared_ptr<const config::ProbeSettings> read_tls_demands(const ProbeReading& reading) {
  auto demands = std::make_shared<TlsDemands>();
  read_protocol(reading, *demands);
  const Node* expect = reading.require(
      "expect", "write it like { min_version: \"1.2\", chain: trusted, hostname: true, valid_for: 14d }");
  if (expect == nullptr) return demands;
  const config::ErrorMark mark(reading.context);
  const MapReader map(reading.context, *expect, kExpectKeys, "expect");
  if (map.is_map()) DemandReader(reading, map, *demands).read();
  if (!demands->forbidden.empty() && reading.spec.every > Nanos(0))
    reading.error(*expect, "ciphers are never tried while load runs: that takes dozens of handshakes",
                  "use phase: pre or post for \"policy\" and \"forbid_ciphers\"");
  if (mark.clean() && !demands->demands_anything())
    reading.error(*expect, "this expects nothing", "name what must hold, as in { min_version: \"1.2\" }");
  return demands;
}

}  // namespace assay::probes
