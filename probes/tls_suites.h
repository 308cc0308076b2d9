// The cipher suites of TLS: their numbers and names, the classes that a gate file may forbid, and what
// Mozilla's guidelines allow. Constant data.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::probes {

struct TlsSuite {
  std::uint16_t number = 0;
  std::string_view name;  // OpenSSL's

  bool is_tls13() const { return number >> 8 == 0x13; }
};

enum class TlsPolicy : std::uint8_t { modern, intermediate, old };

std::span<const TlsSuite> tls_suites();
std::string tls_suite_name(std::uint16_t number);  // "0x00ff" where it is not known

std::vector<TlsSuite> suites_outside(TlsPolicy policy);
// Of a class ("rc4", "cbc-sha1") or of one name. Empty: there is none.
std::vector<TlsSuite> suites_called(std::string_view word);
std::span<const std::string_view> tls_suite_words();  // all that suites_called() knows

}  // namespace assay::probes
