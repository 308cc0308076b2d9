// What a probe of kind `tls` demands of its peer, read from the gate file.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "config/probe_form.h"
#include "probes/starttls.h"
#include "probes/tls_suites.h"

namespace assay::probes {

enum class ChainDemand : std::uint8_t { trusted, self_signed, any };
enum class StaplingDemand : std::uint8_t { required, valid_if_present };

struct VersionDemand {
  client::TlsVersion version = client::TlsVersion::tls1_2;
  bool accepted = false;  // or refused
  std::string place;
};

// At least one of these must be accepted: what a minimum or a policy leaves.
struct AnyVersionDemand {
  std::vector<client::TlsVersion> versions;
  std::string place;
};

struct KeyDemand {
  std::uint32_t min_rsa = 0, min_ec = 0;  // bits; 0: any
};

struct TlsDemands final : config::ProbeSettings {
  Starttls starttls = Starttls::none;
  std::vector<VersionDemand> versions;  // ascending, each at most once
  std::vector<AnyVersionDemand> any_version;
  std::vector<TlsSuite> forbidden;  // by policy or by name
  bool hostname = false;
  std::vector<std::string> names;
  std::vector<std::string> issuers;  // one of them
  std::optional<ChainDemand> chain;
  std::optional<Nanos> valid_for;
  std::optional<KeyDemand> key;
  std::optional<StaplingDemand> stapling;
  std::map<std::string, std::string, std::less<>> places;  // of the keys of `expect`: "gate.yaml:31:5"

  const VersionDemand* demand_for(client::TlsVersion version) const;
  std::string place(std::string_view word) const;
  bool looks_at_certificate() const;
  bool demands_anything() const;
};

std::shared_ptr<const config::ProbeSettings> read_tls_demands(const config::ProbeReading& reading);

inline constexpr std::string_view kTlsKeys[] = {"address", "starttls", "expect"};
inline constexpr client::TlsVersion kTlsVersions[] = {client::TlsVersion::tls1_0, client::TlsVersion::tls1_1,
                                                      client::TlsVersion::tls1_2, client::TlsVersion::tls1_3};

}  // namespace assay::probes
