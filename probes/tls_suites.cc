#include "probes/tls_suites.h"

#include <algorithm>
#include <array>

namespace assay::probes {
namespace {

// IANA's numbers, by number, with OpenSSL's names, also of what OpenSSL itself has long dropped. Left out:
// suites that need a secret shared beforehand (PSK, SRP, Kerberos), which no server accepts from a stranger.
constexpr TlsSuite kSuites[] = {
    {0x0001, "NULL-MD5"},
    {0x0002, "NULL-SHA"},
    {0x0003, "EXP-RC4-MD5"},
    {0x0004, "RC4-MD5"},
    {0x0005, "RC4-SHA"},
    {0x0006, "EXP-RC2-CBC-MD5"},
    {0x0007, "IDEA-CBC-SHA"},
    {0x0008, "EXP-DES-CBC-SHA"},
    {0x0009, "DES-CBC-SHA"},
    {0x000A, "DES-CBC3-SHA"},
    {0x0011, "EXP-DHE-DSS-DES-CBC-SHA"},
    {0x0012, "DHE-DSS-DES-CBC-SHA"},
    {0x0013, "DHE-DSS-DES-CBC3-SHA"},
    {0x0014, "EXP-DHE-RSA-DES-CBC-SHA"},
    {0x0015, "DHE-RSA-DES-CBC-SHA"},
    {0x0016, "DHE-RSA-DES-CBC3-SHA"},
    {0x0017, "EXP-ADH-RC4-MD5"},
    {0x0018, "ADH-RC4-MD5"},
    {0x0019, "EXP-ADH-DES-CBC-SHA"},
    {0x001A, "ADH-DES-CBC-SHA"},
    {0x001B, "ADH-DES-CBC3-SHA"},
    {0x002F, "AES128-SHA"},
    {0x0032, "DHE-DSS-AES128-SHA"},
    {0x0033, "DHE-RSA-AES128-SHA"},
    {0x0034, "ADH-AES128-SHA"},
    {0x0035, "AES256-SHA"},
    {0x0038, "DHE-DSS-AES256-SHA"},
    {0x0039, "DHE-RSA-AES256-SHA"},
    {0x003A, "ADH-AES256-SHA"},
    {0x003B, "NULL-SHA256"},
    {0x003C, "AES128-SHA256"},
    {0x003D, "AES256-SHA256"},
    {0x0040, "DHE-DSS-AES128-SHA256"},
    {0x0041, "CAMELLIA128-SHA"},
    {0x0044, "DHE-DSS-CAMELLIA128-SHA"},
    {0x0045, "DHE-RSA-CAMELLIA128-SHA"},
    {0x0046, "ADH-CAMELLIA128-SHA"},
    {0x0062, "EXP1024-DES-CBC-SHA"},
    {0x0064, "EXP1024-RC4-SHA"},
    {0x0067, "DHE-RSA-AES128-SHA256"},
    {0x006A, "DHE-DSS-AES256-SHA256"},
    {0x006B, "DHE-RSA-AES256-SHA256"},
    {0x006C, "ADH-AES128-SHA256"},
    {0x006D, "ADH-AES256-SHA256"},
    {0x0084, "CAMELLIA256-SHA"},
    {0x0087, "DHE-DSS-CAMELLIA256-SHA"},
    {0x0088, "DHE-RSA-CAMELLIA256-SHA"},
    {0x0089, "ADH-CAMELLIA256-SHA"},
    {0x0096, "SEED-SHA"},
    {0x0099, "DHE-DSS-SEED-SHA"},
    {0x009A, "DHE-RSA-SEED-SHA"},
    {0x009B, "ADH-SEED-SHA"},
    {0x009C, "AES128-GCM-SHA256"},
    {0x009D, "AES256-GCM-SHA384"},
    {0x009E, "DHE-RSA-AES128-GCM-SHA256"},
    {0x009F, "DHE-RSA-AES256-GCM-SHA384"},
    {0x00A2, "DHE-DSS-AES128-GCM-SHA256"},
    {0x00A3, "DHE-DSS-AES256-GCM-SHA384"},
    {0x00A6, "ADH-AES128-GCM-SHA256"},
    {0x00A7, "ADH-AES256-GCM-SHA384"},
    {0x00BA, "CAMELLIA128-SHA256"},
    {0x00BD, "DHE-DSS-CAMELLIA128-SHA256"},
    {0x00BE, "DHE-RSA-CAMELLIA128-SHA256"},
    {0x00BF, "ADH-CAMELLIA128-SHA256"},
    {0x00C0, "CAMELLIA256-SHA256"},
    {0x00C3, "DHE-DSS-CAMELLIA256-SHA256"},
    {0x00C4, "DHE-RSA-CAMELLIA256-SHA256"},
    {0x00C5, "ADH-CAMELLIA256-SHA256"},
    {0x1301, "TLS_AES_128_GCM_SHA256"},
    {0x1302, "TLS_AES_256_GCM_SHA384"},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
    {0x1304, "TLS_AES_128_CCM_SHA256"},
    {0x1305, "TLS_AES_128_CCM_8_SHA256"},
    {0xC001, "ECDH-ECDSA-NULL-SHA"},
    {0xC002, "ECDH-ECDSA-RC4-SHA"},
    {0xC003, "ECDH-ECDSA-DES-CBC3-SHA"},
    {0xC004, "ECDH-ECDSA-AES128-SHA"},
    {0xC005, "ECDH-ECDSA-AES256-SHA"},
    {0xC006, "ECDHE-ECDSA-NULL-SHA"},
    {0xC007, "ECDHE-ECDSA-RC4-SHA"},
    {0xC008, "ECDHE-ECDSA-DES-CBC3-SHA"},
    {0xC009, "ECDHE-ECDSA-AES128-SHA"},
    {0xC00A, "ECDHE-ECDSA-AES256-SHA"},
    {0xC00B, "ECDH-RSA-NULL-SHA"},
    {0xC00C, "ECDH-RSA-RC4-SHA"},
    {0xC00D, "ECDH-RSA-DES-CBC3-SHA"},
    {0xC00E, "ECDH-RSA-AES128-SHA"},
    {0xC00F, "ECDH-RSA-AES256-SHA"},
    {0xC010, "ECDHE-RSA-NULL-SHA"},
    {0xC011, "ECDHE-RSA-RC4-SHA"},
    {0xC012, "ECDHE-RSA-DES-CBC3-SHA"},
    {0xC013, "ECDHE-RSA-AES128-SHA"},
    {0xC014, "ECDHE-RSA-AES256-SHA"},
    {0xC015, "AECDH-NULL-SHA"},
    {0xC016, "AECDH-RC4-SHA"},
    {0xC017, "AECDH-DES-CBC3-SHA"},
    {0xC018, "AECDH-AES128-SHA"},
    {0xC019, "AECDH-AES256-SHA"},
    {0xC023, "ECDHE-ECDSA-AES128-SHA256"},
    {0xC024, "ECDHE-ECDSA-AES256-SHA384"},
    {0xC025, "ECDH-ECDSA-AES128-SHA256"},
    {0xC026, "ECDH-ECDSA-AES256-SHA384"},
    {0xC027, "ECDHE-RSA-AES128-SHA256"},
    {0xC028, "ECDHE-RSA-AES256-SHA384"},
    {0xC029, "ECDH-RSA-AES128-SHA256"},
    {0xC02A, "ECDH-RSA-AES256-SHA384"},
    {0xC02B, "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {0xC02C, "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {0xC02D, "ECDH-ECDSA-AES128-GCM-SHA256"},
    {0xC02E, "ECDH-ECDSA-AES256-GCM-SHA384"},
    {0xC02F, "ECDHE-RSA-AES128-GCM-SHA256"},
    {0xC030, "ECDHE-RSA-AES256-GCM-SHA384"},
    {0xC031, "ECDH-RSA-AES128-GCM-SHA256"},
    {0xC032, "ECDH-RSA-AES256-GCM-SHA384"},
    {0xC050, "ARIA128-GCM-SHA256"},
    {0xC051, "ARIA256-GCM-SHA384"},
    {0xC052, "DHE-RSA-ARIA128-GCM-SHA256"},
    {0xC053, "DHE-RSA-ARIA256-GCM-SHA384"},
    {0xC056, "DHE-DSS-ARIA128-GCM-SHA256"},
    {0xC057, "DHE-DSS-ARIA256-GCM-SHA384"},
    {0xC05C, "ECDHE-ECDSA-ARIA128-GCM-SHA256"},
    {0xC05D, "ECDHE-ECDSA-ARIA256-GCM-SHA384"},
    {0xC060, "ECDHE-ARIA128-GCM-SHA256"},
    {0xC061, "ECDHE-ARIA256-GCM-SHA384"},
    {0xC072, "ECDHE-ECDSA-CAMELLIA128-SHA256"},
    {0xC073, "ECDHE-ECDSA-CAMELLIA256-SHA384"},
    {0xC076, "ECDHE-RSA-CAMELLIA128-SHA256"},
    {0xC077, "ECDHE-RSA-CAMELLIA256-SHA384"},
    {0xC09C, "AES128-CCM"},
    {0xC09D, "AES256-CCM"},
    {0xC09E, "DHE-RSA-AES128-CCM"},
    {0xC09F, "DHE-RSA-AES256-CCM"},
    {0xC0A0, "AES128-CCM8"},
    {0xC0A1, "AES256-CCM8"},
    {0xC0A2, "DHE-RSA-AES128-CCM8"},
    {0xC0A3, "DHE-RSA-AES256-CCM8"},
    {0xC0AC, "ECDHE-ECDSA-AES128-CCM"},
    {0xC0AD, "ECDHE-ECDSA-AES256-CCM"},
    {0xC0AE, "ECDHE-ECDSA-AES128-CCM8"},
    {0xC0AF, "ECDHE-ECDSA-AES256-CCM8"},
    {0xCCA8, "ECDHE-RSA-CHACHA20-POLY1305"},
    {0xCCA9, "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {0xCCAA, "DHE-RSA-CHACHA20-POLY1305"},
};

bool has(std::string_view name, std::string_view part) { return name.find(part) != std::string_view::npos; }
bool is_anonymous(std::string_view name) { return has(name, "ADH-") || name.starts_with("AECDH-"); }
bool is_null(std::string_view name) { return has(name, "NULL"); }
bool is_rc4(std::string_view name) { return has(name, "RC4"); }
bool is_export(std::string_view name) { return name.starts_with("EXP"); }
bool is_triple_des(std::string_view name) { return has(name, "DES-CBC3"); }
bool is_des(std::string_view name) { return has(name, "DES-CBC-"); }
bool is_md5(std::string_view name) { return name.ends_with("-MD5"); }

bool is_cbc(std::string_view name) {
  return !has(name, "GCM") && !has(name, "CCM") && !has(name, "CHACHA20") && !is_rc4(name) && !is_null(name);
}
bool is_cbc_with_sha1(std::string_view name) { return is_cbc(name) && name.ends_with("-SHA"); }
bool is_without_forward_secrecy(std::string_view name) { return !has(name, "DHE-") && !is_anonymous(name); }

struct Class {
  std::string_view word;
  bool (*holds)(std::string_view name);
};
constexpr Class kClasses[] = {{"null", is_null},
                              {"anonymous", is_anonymous},
                              {"export", is_export},
                              {"rc4", is_rc4},
                              {"des", is_des},
                              {"3des", is_triple_des},
                              {"md5", is_md5},
                              {"cbc", is_cbc},
                              {"cbc-sha1", is_cbc_with_sha1},
                              {"no-forward-secrecy", is_without_forward_secrecy}};

// Mozilla's guidelines for TLS on servers, 5.7. https://ssl-config.mozilla.org/guidelines/5.7.json
constexpr std::string_view kIntermediate[] = {
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",   "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",   "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    "DHE-RSA-AES128-GCM-SHA256",     "DHE-RSA-AES256-GCM-SHA384",     "DHE-RSA-CHACHA20-POLY1305"};
// Beside those of kIntermediate.
constexpr std::string_view kOld[] = {"ECDHE-ECDSA-AES128-SHA256",
                                     "ECDHE-RSA-AES128-SHA256",
                                     "ECDHE-ECDSA-AES128-SHA",
                                     "ECDHE-RSA-AES128-SHA",
                                     "ECDHE-ECDSA-AES256-SHA384",
                                     "ECDHE-RSA-AES256-SHA384",
                                     "ECDHE-ECDSA-AES256-SHA",
                                     "ECDHE-RSA-AES256-SHA",
                                     "DHE-RSA-AES128-SHA256",
                                     "DHE-RSA-AES256-SHA256",
                                     "AES128-GCM-SHA256",
                                     "AES256-GCM-SHA384",
                                     "AES128-SHA256",
                                     "AES256-SHA256",
                                     "AES128-SHA",
                                     "AES256-SHA",
                                     "DES-CBC3-SHA"};
constexpr std::string_view kOfTls13[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                         "TLS_CHACHA20_POLY1305_SHA256"};

template <std::size_t N>
bool among(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_allowed(TlsPolicy policy, const TlsSuite& suite) {
  if (suite.is_tls13()) return among(kOfTls13, suite.name);
  return among(kIntermediate, suite.name) || (policy == TlsPolicy::old && among(kOld, suite.name));
}

template <class Predicate>
std::vector<TlsSuite> suites_where(Predicate holds) {
  std::vector<TlsSuite> found;
  std::copy_if(std::begin(kSuites), std::end(kSuites), std::back_inserter(found), holds);
  return found;
}

}  // namespace

std::span<const TlsSuite> tls_suites() { return kSuites; }

std::string tls_suite_name(std::uint16_t number) {
  for (const TlsSuite& suite : kSuites)
    if (suite.number == number) return std::string(suite.name);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (const int shift : {12, 8, 4, 0}) text += kDigits[static_cast<std::size_t>(number >> shift) & 15U];
  return text;
}

std::vector<TlsSuite> suites_outside(TlsPolicy policy) {
  // With `modern`, no version is left in which the others could be spoken.
  return suites_where([=](const TlsSuite& suite) {
    return !is_allowed(policy, suite) && (policy != TlsPolicy::modern || suite.is_tls13());
  });
}

std::vector<TlsSuite> suites_called(std::string_view word) {
  for (const Class& one : kClasses)
    if (one.word == word)
      return suites_where([&](const TlsSuite& suite) { return !suite.is_tls13() && one.holds(suite.name); });
  return suites_where([&](const TlsSuite& suite) { return suite.name == word; });
}

std::span<const std::string_view> tls_suite_words() {
  static const std::vector<std::string_view> all_words = [] {
    std::vector<std::string_view> words;
    for (const Class& one : kClasses) words.push_back(one.word);
    for (const TlsSuite& suite : kSuites) words.push_back(suite.name);
    return words;
  }();
  return all_words;
}

}  // namespace assay::probes
