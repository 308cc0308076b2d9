#include "probes/dns_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/units.h"
#include "client/address.h"
#include "config/choices.h"
#include "config/map_reader.h"
#include "config/url.h"
#include "config/values.h"
#include "match/answer.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

using client::RecordType;

// By enumerator.
constexpr config::Choices<RecordType, 7> kTypes{{"A", "AAAA", "CNAME", "TXT", "CAA", "MX", "NS"}};
// By number; those that a probe can wait for stand in front.
enum class Rcode : std::uint8_t { noerror, formerr, servfail, nxdomain, notimp, refused };
constexpr config::Choices<Rcode, 6> kRcodes{
    {"noerror", "formerr", "servfail", "nxdomain", "notimp", "refused"}};
constexpr std::array<std::string_view, 6> kRcodeNames{"NOERROR",  "FORMERR", "SERVFAIL",
                                                      "NXDOMAIN", "NOTIMP",  "REFUSED"};
constexpr std::string_view kTtlWords[] = {"min", "max"};
constexpr config::KeyTable kTtlKeys{"dns_ttl", "ttl", kTtlWords};
constexpr config::DurationRange kTtlRange{Nanos(0), std::chrono::hours(24 * 365)};
constexpr std::uint16_t kPort = 53;
constexpr std::size_t kLongestName = 253, kLongestLabel = 63;

std::optional<std::string> comparable_address(const std::string& text, int family) {
  const std::optional<client::Address> address = client::literal_address(text, kPort);
  if (!address || address->family() != family) return std::nullopt;
  std::string shown = address->text.substr(0, address->text.rfind(':'));
  return shown.starts_with('[') ? shown.substr(1, shown.size() - 2) : shown;
}

std::optional<std::string> comparable_exchanger(std::string_view text) {
  unsigned preference = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), preference);
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  const std::size_t host = rest.find_first_not_of(' ');
  if (error != std::errc() || host == 0 || host == std::string_view::npos || preference > 65'535)
    return std::nullopt;
  return fmt::format("{} {}", preference, comparable_host(rest.substr(host)));
}

bool is_label(std::string_view label) {
  const auto allowed = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return label == "*" || (!label.empty() && label.size() <= kLongestLabel &&
                          std::all_of(label.begin(), label.end(), allowed));
}

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return false;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t dot = std::min(name.find('.', at), name.size());
    if (!is_label(name.substr(at, dot - at))) return false;
    at = dot + 1;
  }
  return true;
}

class Reader {
 public:
  Reader(const config::ProbeReading& reading, DnsSettings& settings)
      : reading_(reading), settings_(settings) {}

  void read() {
    read_host();
    if (const config::Node* node = reading_.find("type"))
      config::assign(settings_.type, config::read_choice(reading_.context, *node, "type", kTypes));
    read_flag("contains", settings_.contains);
    read_flag("absent", settings_.absent);
    read_flag("authoritative", settings_.authoritative);
    if (const config::Node* node = reading_.find("rcode")) read_rcode(*node);
    if (const config::Node* node = reading_.find("expect")) read_expect(*node);
    if (const config::Node* node = reading_.find("ttl")) read_ttl(*node);
    if (const config::Node* node = reading_.find("resolvers"))
      for (const std::string& text : read_texts(reading_, *node, "resolvers")) add_resolver(*node, text);
    check();
  }

 private:
  void read_host() {
    const config::Node* node = reading_.find("host");
    const config::Node& where = node == nullptr ? *reading_.find("kind") : *node;
    std::string host = reading_.spec.host;
    if (node != nullptr) host = reading_.text(*node, "host").value_or("");
    settings_.host = comparable_host(host);
    if (node == nullptr && host.empty()) {
      reading_.error(where, "there is no host to ask for", "add host: shop.example.com, or a target");
    } else if (config::is_ip_address(host)) {
      reading_.error(where, config::in_quotes(host) + " is an address, which needs no DNS",
                     "add host: shop.example.com");
    } else if (!is_host_name(settings_.host)) {
      reading_.error(where, config::in_quotes(host) + " is not a host name",
                     "write it like shop.example.com");
    }
  }

  void read_flag(std::string_view key, bool& flag) {
    if (const config::Node* node = reading_.find(key))
      config::assign(flag, config::read_bool(reading_.context, *node, key));
  }

  void read_rcode(const config::Node& node) {
    if (const auto rcode = config::read_choice(reading_.context, node, "rcode", kRcodes))
      settings_.rcode = static_cast<int>(*rcode);
  }

  void read_expect(const config::Node& node) {
    for (const std::string& text : read_texts(reading_, node, "expect")) {
      if (std::optional<std::string> value = comparable_value(settings_.type, text)) {
        settings_.expect.push_back(*std::move(value));
      } else {
        reading_.error(node,
                       fmt::format("{} is not the value of a record {}", config::in_quotes(text),
                                   client::name(settings_.type)),
                       example());
      }
    }
    std::sort(settings_.expect.begin(), settings_.expect.end());
    if (std::adjacent_find(settings_.expect.begin(), settings_.expect.end()) != settings_.expect.end())
      reading_.error(node, "a value is expected twice", "once is enough");
  }

  std::string example() const {
    switch (settings_.type) {
      case RecordType::a:
        return "write it like 10.0.0.7";
      case RecordType::aaaa:
        return "write it like 2001:db8::7";
      case RecordType::mx:
        return "write it like 10 mx.example.com";
      default:
        return "write it like edge.example.com";
    }
  }

  void read_ttl(const config::Node& node) {
    const config::MapReader map(reading_.context, node, kTtlKeys, "ttl");
    if (!config::is_filled_map(reading_.context, node, "ttl", "write it like { max: 1h }")) return;
    if (const config::Node* most = map.find("max"))
      settings_.ttl_max = config::read_duration(reading_.context, *most, "max", kTtlRange);
    const config::Node* least = map.find("min");
    if (least == nullptr) return;
    settings_.ttl_min = config::read_duration(reading_.context, *least, "min", kTtlRange);
    if (!settings_.authoritative)
      reading_.error(*least, "the time to live of a cached answer counts down, so it has no minimum",
                     "ask the name servers themselves: authoritative: true");
    if (settings_.ttl_min && settings_.ttl_max && *settings_.ttl_min > *settings_.ttl_max)
      reading_.error(*least, "\"min\" is above \"max\"", "no time to live can satisfy both");
  }

  void add_resolver(const config::Node& node, const std::string& text) {
    std::optional<client::Address> address = client::literal_address(text, kPort);
    if (const auto parts = address ? std::nullopt : client::split_host_port(text))
      address = client::literal_address(parts->host, parts->port);
    if (!address)
      return reading_.error(node, config::in_quotes(text) + " is not the address of a server",
                            "write it like 1.1.1.1 or [2606:4700::1111]:53");
    auto& known = settings_.resolvers;
    if (std::find(known.begin(), known.end(), address->text) != known.end())
      reading_.error(node, config::in_quotes(text) + " is asked twice", "once is enough");
    known.push_back(address->text);
  }

  void contradiction(std::string_view one, std::string_view other, std::string_view why) {
    const config::Node* node = reading_.find(one);
    if (node != nullptr && reading_.find(other) != nullptr)
      reading_.error(*node, fmt::format("\"{}\" contradicts \"{}\"", one, other), std::string(why));
  }

  void check() {
    if (settings_.authoritative && settings_.resolvers.empty())
      reading_.error(*reading_.find("authoritative"), "only the zone's own name servers have authority",
                     "name their addresses under \"resolvers\"");
    if (settings_.contains && settings_.expect.empty())
      reading_.error(*reading_.find("contains"), "\"contains\" needs values to look for", "add \"expect\"");
    if (settings_.absent) {
      for (const std::string_view key : {"expect", "ttl", "rcode"})
        contradiction("absent", key, "a record that is not there has no value and no time to live");
    }
    if (settings_.rcode != 0) {
      for (const std::string_view key : {"expect", "ttl"})
        contradiction("rcode", key, "such a reply holds no records");
    }
  }

  const config::ProbeReading& reading_;
  DnsSettings& settings_;
};

}  // namespace

std::string comparable_host(std::string_view host) {
  if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
  return match::lower_case(host);
}

std::optional<std::string> comparable_value(RecordType type, std::string_view text) {
  switch (type) {
    case RecordType::a:
      return comparable_address(std::string(text), AF_INET);
    case RecordType::aaaa:
      return comparable_address(std::string(text), AF_INET6);
    case RecordType::mx:
      return comparable_exchanger(text);
    case RecordType::cname:
    case RecordType::ns:
      return text.empty() ? std::nullopt : std::optional(comparable_host(text));
    case RecordType::txt:
    case RecordType::caa:
      break;
  }
  return std::string(text);
}

std::string rcode_name(int rcode) {
  const bool known = rcode >= 0 && static_cast<std::size_t>(rcode) < kRcodeNames.size();
  return known ? std::string(kRcodeNames[static_cast<std::size_t>(rcode)]) : fmt::format("RCODE {}", rcode);
}

std::shared_ptr<const config::ProbeSettings> read_dns_settings(const config::ProbeReading& reading) {
  auto settings = std::make_shared<DnsSettings>();
  Reader(reading, *settings).read();
  return settings;
}

}  // namespace assay::probes
