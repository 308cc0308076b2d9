#include "client/ask.h"

#include <array>

namespace assay::client {
namespace {

constexpr std::array<std::string_view, 4> kTlsVersions{"1.0", "1.1", "1.2", "1.3"};
constexpr std::array<std::string_view, 7> kRecordTypes{"A", "AAAA", "CNAME", "TXT", "CAA", "MX", "NS"};
constexpr std::array<std::string_view, 11> kTroubles{"none",     "name",      "refused", "unreachable",
                                                     "timeout",  "reset",     "closed",  "tls",
                                                     "protocol", "too large", "local"};

}  // namespace

std::string_view name(TlsVersion version) { return kTlsVersions[static_cast<std::size_t>(version)]; }
std::string_view name(RecordType type) { return kRecordTypes[static_cast<std::size_t>(type)]; }
std::string_view name(Trouble trouble) { return kTroubles[static_cast<std::size_t>(trouble)]; }

}  // namespace assay::client
