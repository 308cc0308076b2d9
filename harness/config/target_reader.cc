#include <algorithm>
#include <array>
#include <utility>

#include "base/suggest.h"
#include "config/parts.h"
#include "config/url.h"
#include "config/values.h"

namespace assay::config {
namespace {

constexpr std::array<std::string_view, 4> kTlsVersions{"1.0", "1.1", "1.2", "1.3"};
// Beyond this, response times no longer fit the histograms.
constexpr DurationRange kTimeoutRange{std::chrono::milliseconds(1), std::chrono::minutes(30)};

void read_path(ReadContext& context, const MapReader& map, std::string_view key, std::string& path) {
  if (const Node* node = map.find(key)) path = read_file_path(context, *node, key);
}

void read_tls_version(ReadContext& context, const MapReader& map, std::string_view key,
                      std::string& version) {
  const Node* node = map.find(key);
  if (node == nullptr) return;
  const std::optional<std::string> text = read_text(context, *node, key);
  if (!text) return;
  if (std::find(kTlsVersions.begin(), kTlsVersions.end(), *text) == kTlsVersions.end()) {
    context.error(context.span(*node), in_quotes(key) + " cannot be " + in_quotes(*text),
                  "use 1.0, 1.1, 1.2 or 1.3");
    return;
  }
  version = *text;
}

void check_tls(ReadContext& context, const MapReader& map, const TlsSpec& tls) {
  if (!tls.verify && map.find("ca") != nullptr) {
    context.error(*map.find("ca"), "\"ca\" has no meaning with \"verify: false\"", "remove one of them");
  }
  for (const auto& [one, other] : {std::pair("cert", "key"), std::pair("key", "cert")}) {
    if (map.find(one) != nullptr && map.find(other) == nullptr) {
      context.error(*map.find(one), in_quotes(one) + " needs " + in_quotes(other),
                    "a client certificate and its private key belong together");
    }
  }
  const bool both = !tls.min_version.empty() && !tls.max_version.empty();
  if (both && tls.min_version > tls.max_version) {
    context.error(*map.find("min_version"), "\"min_version\" is above \"max_version\"",
                  "no version lies between them");
  }
}

TlsSpec read_tls(ReadContext& context, const Node& node) {
  const MapReader map(context, node, kTlsKeys, "tls");
  TlsSpec tls;
  tls.span = context.place(node);
  read_path(context, map, "ca", tls.ca);
  read_path(context, map, "cert", tls.certificate);
  read_path(context, map, "key", tls.key);
  read_tls_version(context, map, "min_version", tls.min_version);
  read_tls_version(context, map, "max_version", tls.max_version);
  if (const Node* name = map.find("server_name"))
    assign(tls.server_name, read_text(context, *name, "server_name"));
  if (const Node* verify = map.find("verify")) assign(tls.verify, read_bool(context, *verify, "verify"));
  if (const Node* resume = map.find("resume")) assign(tls.resume, read_bool(context, *resume, "resume"));
  check_tls(context, map, tls);
  return tls;
}

TimeoutsSpec read_timeouts(ReadContext& context, const Node& node) {
  const MapReader map(context, node, kTimeoutsKeys, "timeouts");
  TimeoutsSpec timeouts;
  const auto read = [&](std::string_view key, Nanos& into) {
    if (const Node* value = map.find(key)) assign(into, read_duration(context, *value, key, kTimeoutRange));
  };
  read("connect", timeouts.connect);
  read("tls", timeouts.tls);
  read("first_byte", timeouts.first_byte);
  read("total", timeouts.total);
  return timeouts;
}

void check_url(ReadContext& context, TargetSpec& target, const Node* tls) {
  Expected<Url, std::string> url = parse_url(target.url);
  if (!url) {
    context.error(target.span, in_quotes(target.url) + " cannot be a target", std::move(url).error());
  } else if (url->scheme != Url::Scheme::https && tls != nullptr) {
    context.error(*tls, "\"tls\" needs an https URL", "this target is reached without TLS");
  }
}

// The URL from the command line wins; then the one in the file is not even looked at, so its variables may be
// unset.
void read_url(ReadContext& context, const Node* url, const std::string& arm, TargetSpec& target) {
  const auto replacement = context.options.targets.find(arm);
  if (replacement != context.options.targets.end()) {
    target.url = replacement->second;
    target.span = option_span("--target", arm, target.url);
  } else if (url != nullptr) {
    target.span = context.span(*url);
    assign(target.url, read_text(context, *url, "url"));
  }
}

void read_target_map(ReadContext& context, const Node& node, const std::string& arm, TargetSpec& target) {
  const MapReader map(context, node, kTargetKeys, arm);
  const Node* url = context.options.targets.contains(arm) ? map.find("url") : map.require("url");
  read_url(context, url, arm, target);
  const Node* tls = map.find("tls");
  if (tls != nullptr) target.tls = read_tls(context, *tls);
  if (const Node* other = map.find("connect_to")) target.connect_to = read_connect_to(context, *other);
  if (const Node* resolve = map.find("resolve")) target.resolve = read_resolve(context, *resolve);
  if (const Node* headers = map.find("headers")) target.headers = read_headers(context, *headers);
  if (const Node* timeouts = map.find("timeouts")) target.timeouts = read_timeouts(context, *timeouts);
  if (!target.url.empty()) check_url(context, target, tls);
}

void read_target(ReadContext& context, const Node* node, Arm arm, GateSpec& spec) {
  const std::string name(assay::name(arm));
  if (node == nullptr && !context.options.targets.contains(name)) return;
  TargetSpec target;
  target.arm = arm;
  if (node != nullptr && node->is_map()) {
    read_target_map(context, *node, name, target);
  } else {
    read_url(context, node, name, target);
    if (!target.url.empty()) check_url(context, target, nullptr);
  }
  spec.targets.push_back(std::move(target));
}

// The candidate's build once more: reached in the same way, at another address where one is given.
void add_twin(ReadContext& context, GateSpec& spec) {
  const TargetSpec* candidate = spec.target(Arm::candidate);
  if (candidate == nullptr) return;
  TargetSpec twin = *candidate;
  twin.arm = Arm::baseline;
  const auto other = context.options.targets.find("baseline");
  if (other != context.options.targets.end()) {
    twin.url = other->second;
    twin.span = option_span("--target", "baseline", twin.url);
    twin.connect_to.clear();
    check_url(context, twin, nullptr);
  }
  spec.targets.push_back(std::move(twin));
}

void check_overrides(ReadContext& context) {
  for (const auto& [name, url] : context.options.targets) {
    if (name == "candidate" || name == "baseline") continue;
    context.error(option_span("--target", name, url), "there is no target " + in_quotes(name),
                  "a run has a candidate and, beside it, a baseline");
  }
}

}  // namespace

std::string read_file_path(ReadContext& context, const Node& node, std::string_view label) {
  std::string path = read_text(context, node, label).value_or("");
  const bool relative = !path.empty() && !path.starts_with('/') && !context.options.folder.empty();
  return relative ? context.options.folder + "/" + path : path;
}

std::map<std::string, std::string> read_resolve(ReadContext& context, const Node& node) {
  std::map<std::string, std::string> addresses;
  if (!is_filled_map(context, node, "resolve", "write it like { shop.example.com: 10.0.0.7 }"))
    return addresses;
  for (const Node::Entry& entry : node.entries) {
    const std::optional<std::string> address = read_text(context, *entry.value, entry.key->text);
    if (!address) continue;
    if (!is_ip_address(*address)) {
      context.error(context.span(*entry.value), in_quotes(*address) + " is not an IP address",
                    "write it like 10.0.0.7 or ::1");
    }
    addresses[entry.key->text] = *address;
  }
  return addresses;
}

std::string read_connect_to(ReadContext& context, const Node& node) {
  std::string address = read_text(context, node, "connect_to").value_or("");
  if (address.empty()) return address;
  const std::string reason = check_connect_to(address);
  if (!reason.empty()) context.error(context.span(node), in_quotes(address) + " is not an address", reason);
  return address;
}

void read_targets(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  check_overrides(context);
  const bool given = context.options.targets.contains("candidate");
  // A probe may look at another place, and says so where it does not; who offers nothing needs no place.
  const bool probes_alone = gate.find("probes") != nullptr && gate.find("scenarios") == nullptr;
  const Node* node = given || probes_alone || watches_only(context, gate)
                         ? gate.find("targets")
                         : gate.require("targets", "write it like { candidate: http://127.0.0.1:8080 }");
  if (node != nullptr) {
    const MapReader targets(context, *node, kTargetsKeys, "targets");
    if (!given) targets.require("candidate", "it is the version that this gate judges");
  }
  read_target(context, node == nullptr ? nullptr : node->find("candidate"), Arm::candidate, spec);
  if (context.options.same_build) return add_twin(context, spec);
  if (context.options.stored_baseline) return;
  read_target(context, node == nullptr ? nullptr : node->find("baseline"), Arm::baseline, spec);
}

}  // namespace assay::config
