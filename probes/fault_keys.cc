#include "probes/fault_keys.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "client/address.h"
#include "config/url.h"
#include "config/values.h"
#include "probes/command_keys.h"

namespace assay::probes {
namespace {

using config::MapReader;
using config::Node;
using config::ProbeReading;

constexpr std::string_view kInjectWords[] = {"http",     "command", "requests", "scenario",    "amqp",
                                             "postgres", "load",    "rate",     "error_ratio", "share"};
// Ways of which each excludes the others; the rest belongs to `scenario`.
constexpr std::size_t kWays = 7;
constexpr std::string_view kClearWords[] = {"http", "command"};
constexpr std::string_view kHttpWords[] = {"path", "url", "method", "headers", "body"};
constexpr std::string_view kRequestsWords[] = {"path", "method",      "headers", "body",
                                               "rate", "error_ratio", "share"};
constexpr std::string_view kAmqpWords[] = {"address",  "tls",   "verify",   "user",
                                           "password", "vhost", "exchange", "routing_key",
                                           "messages", "rate",  "body",     "purge"};
constexpr std::string_view kPostgresWords[] = {"address",  "tls",      "verify",     "user",
                                               "password", "database", "connections"};
constexpr std::string_view kLoadWords[] = {"error_ratio", "share"};
constexpr config::KeyTable kInjectKeys{"lifecycle_inject", "inject", kInjectWords};
constexpr config::KeyTable kClearKeys{"lifecycle_clear", "clear", kClearWords};
constexpr config::KeyTable kHttpKeys{"lifecycle_http", "http", kHttpWords};
constexpr config::KeyTable kRequestsKeys{"lifecycle_requests", "requests", kRequestsWords};
constexpr config::KeyTable kAmqpKeys{"lifecycle_amqp", "amqp", kAmqpWords};
constexpr config::KeyTable kPostgresKeys{"lifecycle_postgres", "postgres", kPostgresWords};
constexpr config::KeyTable kLoadKeys{"lifecycle_load", "load", kLoadWords};
constexpr double kMostRate = 200, kMostMessageRate = 1000;
constexpr std::uint64_t kMostMessages = 100'000, kMostConnections = 1000;
constexpr std::size_t kMostMessageBytes = 64 << 10, kMostPublished = 64 << 20, kLongestName = 255;

class FaultReader {
 public:
  FaultReader(const ProbeReading& reading, LifecycleSettings& settings)
      : reading_(reading), settings_(settings) {}

  void read() {
    const Node* inject = reading_.require(
        "inject", "write it like inject: { http: { path: /fault, method: POST } } or inject: alert");
    if (inject == nullptr) return;
    if (inject->is_scalar() && inject->text == "alert") {
      settings_.injector = SyntheticAlert{};
    } else if (inject->is_scalar() && inject->text == "load") {
      settings_.injector = LoadInjector{};
    } else {
      read_inject(*inject);
    }
    read_clear(*inject);
  }

 private:
  void read_clear(const Node& inject) {
    const Node* clear = reading_.find("clear");
    const auto* messages = std::get_if<MessagesInjector>(&settings_.injector);
    const bool purges = messages != nullptr && !messages->purge.empty();
    const bool must_clear = std::holds_alternative<Action>(settings_.injector) || messages != nullptr;
    if (clear != nullptr && must_clear && !purges) {
      const MapReader map(reading_.context, *clear, kClearKeys, "clear");
      if (!map.is_map()) return;
      if (one_of(map, *clear, kClearWords)) settings_.clear = read_action(map);
    } else if (clear != nullptr && purges) {
      reading_.error(*clear, "the fault is taken back in one way", "remove this, or \"purge\"");
    } else if (clear != nullptr) {
      reading_.error(*clear, "nothing is left to be taken back here", "remove it: the fault ends by itself");
    } else if (must_clear && !purges) {
      reading_.error(inject, "nothing takes the fault back",
                     messages != nullptr
                         ? "add purge: QUEUE beside the messages, or clear: { command: [...] }"
                         : "add clear: { http: { path: /fault, method: DELETE } } or { command: [...] }");
    }
  }

  // Whether just one of the words is there.
  bool one_of(const MapReader& map, const Node& node, std::span<const std::string_view> words) {
    const auto there = std::count_if(words.begin(), words.end(),
                                     [&](std::string_view word) { return map.find(word) != nullptr; });
    if (there != 1) reading_.error(node, "a fault is brought about in one way", "write one of its keys");
    return there == 1;
  }

  void read_inject(const Node& node) {
    const MapReader map(reading_.context, node, kInjectKeys, "inject");
    if (!map.is_map() || !one_of(map, node, std::span(kInjectWords).first(kWays))) return;
    const Node* scenario = map.find("scenario");
    for (const std::string_view word : std::span(kInjectWords).subspan(kWays))
      if (const Node* stray = map.find(word); stray != nullptr && scenario == nullptr)
        reading_.error(*stray, "this belongs to a scenario", "write it inside of the way that is used here");
    if (scenario != nullptr) return read_scenario(map, *scenario);
    if (const Node* requests = map.find("requests")) return read_requests(*requests);
    if (const Node* amqp = map.find("amqp")) return read_messages(*amqp);
    if (const Node* postgres = map.find("postgres")) return read_connections(*postgres);
    if (const Node* load = map.find("load")) return read_load(*load);
    if (auto action = read_action(map)) settings_.injector = *std::move(action);
  }

  // ---- an endpoint or a command
  std::optional<Action> read_action(const MapReader& map) {
    if (const Node* command = map.find("command"))
      return CommandAction{read_argv(reading_, *command, "command")};
    const Node& node = *map.find("http");
    const MapReader keys(reading_.context, node, kHttpKeys, "http");
    if (!keys.is_map()) return std::nullopt;
    HttpAction action;
    action.request = read_inner_request(keys);
    const Node* url = keys.find("url");
    if (url == nullptr) {
      needs_target(node);
      return action;
    }
    action.url = reading_.text(*url, "url").value_or("");
    if (keys.find("path") != nullptr)
      reading_.error(*url, "\"url\" holds the path already", "remove \"path\"");
    if (!action.url.starts_with("http://") && !action.url.starts_with("https://"))
      reading_.error(*url, config::in_quotes(action.url) + " is no URL to ask",
                     "begin it with http:// or https://");
    return action;
  }

  Request read_inner_request(const MapReader& keys) {
    Request request;
    if (const Node* path = keys.find("path")) request.path = read_path(reading_, *path, "path");
    if (const Node* method = keys.find("method"))
      config::assign(request.method, config::read_text(reading_.context, *method, "method"));
    if (const Node* headers = keys.find("headers")) request.headers = read_header_fields(reading_, *headers);
    if (const Node* body = keys.find("body")) request.body = reading_.text(*body, "body").value_or("");
    return request;
  }

  void needs_target(const Node& node) {
    if (reading_.spec.url.empty())
      reading_.error(node, "there is no target to ask", "name a candidate under \"targets\"");
  }

  // ---- requests
  void read_requests(const Node& node) {
    const MapReader keys(reading_.context, node, kRequestsKeys, "requests");
    if (!keys.is_map()) return;
    RequestsInjector injector;
    injector.steps.push_back({read_inner_request(keys), std::nullopt});
    finish_requests(keys, node, std::move(injector));
  }

  void read_scenario(const MapReader& map, const Node& node) {
    RequestsInjector injector;
    injector.steps = read_fault_scenario(reading_, node);
    finish_requests(map, node, std::move(injector));
  }

  void finish_requests(const MapReader& keys, const Node& node, RequestsInjector injector) {
    if (const Node* rate = keys.require("rate", "write it like rate: 20/s")) {
      config::assign(injector.rate, config::read_rate(reading_.context, *rate, "rate"));
      const auto steps = static_cast<double>(injector.steps.size());
      if (injector.rate * steps > kMostRate)
        reading_.error(*rate, "a probe sends at most 200 requests a second",
                       steps > 1 ? "each time sends " + std::to_string(injector.steps.size()) + " of them"
                                 : "offer more with scenarios and load");
    }
    read_ratios(keys);
    needs_target(node);
    settings_.injector = std::move(injector);
  }

  void read_ratios(const MapReader& keys) {
    const auto read = [&](std::string_view key, std::optional<double>& to) {
      const Node* node = keys.find(key);
      if (node == nullptr) return;
      to = config::read_ratio(reading_.context, *node, key);
      if (to && (*to <= 0 || *to > 1))
        reading_.error(*node, "this is no share", "use a share above 0% and up to 100%");
    };
    read("error_ratio", settings_.error_ratio);
    read("share", settings_.share);
    if (settings_.share && !settings_.error_ratio)
      reading_.error(*keys.find("share"), "a share of the traffic says nothing without what fails of it",
                     "add error_ratio: 40%");
  }

  void read_load(const Node& node) {
    const MapReader keys(reading_.context, node, kLoadKeys, "load");
    if (!keys.is_map()) return;
    read_ratios(keys);
    settings_.injector = LoadInjector{};
  }

  // ---- other servers
  FaultPlace read_place(const MapReader& keys, std::uint16_t usual_port, std::uint16_t usual_tls_port) {
    FaultPlace place;
    if (const Node* tls = keys.find("tls"))
      config::assign(place.tls, config::read_bool(reading_.context, *tls, "tls"));
    if (const Node* verify = keys.find("verify")) {
      config::assign(place.verify, config::read_bool(reading_.context, *verify, "verify"));
      if (!place.tls)
        reading_.error(*verify, "\"verify\" looks at a certificate, and this fault speaks no TLS",
                       "add tls: true, or remove it");
    }
    const std::uint16_t port = place.tls ? usual_tls_port : usual_port;
    const Node* address = keys.require("address", "write it like address: 127.0.0.1:" + std::to_string(port));
    if (address == nullptr) return place;
    const std::string text = reading_.text(*address, "address").value_or("");
    const auto split = client::split_host_port(text);
    if (!split || !config::check_connect_to(text).empty()) {
      reading_.error(*address, config::in_quotes(text) + " is not an address",
                     "write it like 127.0.0.1:" + std::to_string(port));
      return place;
    }
    place.host = split->host;
    place.port = split->port;
    must_be_allowed(*address, place.host);
    return place;
  }

  void must_be_allowed(const Node& address, const std::string& host) {
    const Node* dangerous = reading_.find("dangerous");
    if (dangerous == nullptr || !dangerous->is_sequence()) return;  // told elsewhere
    const auto& items = dangerous->items;
    const bool allowed = std::any_of(items.begin(), items.end(), [&](const Node* item) {
      return item->is_scalar() && config::read_text(reading_.context, *item, "dangerous") == host;
    });
    if (!allowed)
      reading_.error(address, "the fault may do harm, and " + config::in_quotes(host) + " is not allowed",
                     "add it to the hosts of \"dangerous\"");
  }

  void read_name(const MapReader& keys, std::string_view key, std::string& to) {
    const Node* node = keys.find(key);
    if (node == nullptr) return;
    config::assign(to, reading_.text(*node, key));
    if (to.size() > kLongestName || to.find('\0') != std::string::npos)
      reading_.error(*node, config::in_quotes(key) + " is too long", "use up to 255 bytes");
  }

  void read_messages(const Node& node) {
    const MapReader keys(reading_.context, node, kAmqpKeys, "amqp");
    if (!keys.is_map()) return;
    MessagesInjector injector;
    injector.place = read_place(keys, 5672, 5671);
    const std::pair<std::string_view, std::string*> names[] = {{"user", &injector.login.user},
                                                               {"password", &injector.login.password},
                                                               {"vhost", &injector.login.vhost},
                                                               {"exchange", &injector.message.exchange},
                                                               {"routing_key", &injector.message.routing_key},
                                                               {"purge", &injector.purge}};
    for (const auto& [key, to] : names) read_name(keys, key, *to);
    injector.message.body = "a message of a test by assay";
    if (const Node* body = keys.find("body"))
      config::assign(injector.message.body, reading_.text(*body, "body"));
    if (const Node* messages = keys.find("messages"))
      config::assign(injector.messages,
                     config::read_whole(reading_.context, *messages, "messages", {1, kMostMessages}));
    if (const Node* rate = keys.find("rate"))
      config::assign(injector.rate, config::read_rate(reading_.context, *rate, "rate"));
    check_messages(keys, node, injector);
    settings_.injector = std::move(injector);
  }

  void check_messages(const MapReader& keys, const Node& node, const MessagesInjector& injector) {
    if (keys.find("messages") == nullptr && keys.find("rate") == nullptr)
      reading_.error(node, "nothing is published", "add messages: 1001, or rate: 20/s, or both");
    if (injector.rate > kMostMessageRate)
      reading_.error(*keys.find("rate"), "a fault publishes at most 1,000 messages a second",
                     "use \"messages\" for more at once");
    if (keys.find("routing_key") == nullptr && injector.message.exchange.empty())
      reading_.error(node, "\"routing_key\" is missing", "without an exchange it is the name of the queue");
    if (injector.message.body.size() > kMostMessageBytes)
      return reading_.error(*keys.find("body"), "this body is too long", "use up to 64 KiB");
    if (injector.message.body.size() * injector.messages > kMostPublished)
      reading_.error(*keys.find("messages"), "these messages are more than 64 MiB together",
                     "use fewer, or a shorter body");
  }

  void read_connections(const Node& node) {
    const MapReader keys(reading_.context, node, kPostgresKeys, "postgres");
    if (!keys.is_map()) return;
    ConnectionsInjector injector;
    injector.place = read_place(keys, 5432, 5432);
    if (keys.require("user", "write it like user: app") != nullptr)
      read_name(keys, "user", injector.login.user);
    read_name(keys, "password", injector.login.password);
    injector.login.database = injector.login.user;
    read_name(keys, "database", injector.login.database);
    if (const Node* count = keys.require("connections", "write it like connections: 90"))
      config::assign(injector.connections,
                     config::read_whole(reading_.context, *count, "connections", {1, kMostConnections}));
    settings_.injector = std::move(injector);
  }

  const ProbeReading& reading_;
  LifecycleSettings& settings_;
};

}  // namespace

void read_fault(const ProbeReading& reading, LifecycleSettings& settings) {
  FaultReader(reading, settings).read();
}

}  // namespace assay::probes
