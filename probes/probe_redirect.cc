#include "probes/probe_redirect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/map_reader.h"
#include "config/values.h"
#include "match/answer.h"
#include "probes/redirect_chain.h"
#include "probes/request_keys.h"
#include "probes/rule_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"from",       "from_http", "port",   "method",
                                      "body",       "to",        "status", "keep_path",
                                      "keep_query", "max_hops",  "hosts",  "same_host_first"};
constexpr std::array<std::uint64_t, 5> kRedirects{301, 302, 303, 307, 308};
constexpr config::WholeRange kStatuses{300, 399};
constexpr config::WholeRange kHopRange{1, 20};
constexpr config::WholeRange kPorts{1, 65535};

struct Settings final : config::ProbeSettings {
  std::string from = "/", method = "GET", body;
  std::optional<std::uint16_t> http_port;  // asked over http, on this port; absent: at the target itself
  std::string to;                          // a URL, or a path of the target
  std::vector<std::uint64_t> statuses{301, 302, 307, 308};
  bool keep_path = false, same_host_first = false;
  std::optional<bool> keep_query;
  std::size_t max_hops = 5;
  std::vector<std::string> hosts;
};

// ---- reading

void read_method(const config::ProbeReading& reading, Settings& settings) {
  if (const config::Node* method = reading.find("method")) {
    config::assign(settings.method, reading.text(*method, "method"));
    constexpr std::array<std::string_view, 6> kKnown{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    if (std::find(kKnown.begin(), kKnown.end(), settings.method) == kKnown.end())
      reading.error(*method, config::in_quotes(settings.method) + " is not a method", "write it like POST");
  }
  if (const config::Node* body = reading.find("body")) {
    config::assign(settings.body, reading.text(*body, "body"));
    if (settings.method == "GET" || settings.method == "HEAD")
      reading.error(*body, config::in_quotes(settings.method) + " has no body", "add method: POST");
  }
}

void read_from(const config::ProbeReading& reading, Settings& settings) {
  if (const config::Node* from = reading.find("from")) settings.from = read_path(reading, *from, "from");
  const config::Node* http = reading.find("from_http");
  const config::Node* port = reading.find("port");
  if (read_flag(reading, reading.map, "from_http").value_or(false)) settings.http_port = 80;
  if (settings.http_port && !reading.spec.secure)
    reading.error(*http, "the target is asked over http already",
                  "remove \"from_http\", or name an https target");
  if (port == nullptr) return;
  const auto number = config::read_whole(reading.context, *port, "port", kPorts);
  if (!settings.http_port)
    return reading.error(*port, "\"port\" is the port of http", "add from_http: true, or remove it");
  config::assign(*settings.http_port, number);
}

void read_status(const config::ProbeReading& reading, const config::Node& node, Settings& settings) {
  settings.statuses.clear();
  const auto add = [&](const config::Node& item) {
    const auto status = config::read_whole(reading.context, item, "status", kStatuses);
    if (!status) return;
    if (std::find(kRedirects.begin(), kRedirects.end(), *status) == kRedirects.end())
      reading.error(item, fmt::format("{} does not redirect", *status), "use 301, 302, 303, 307 or 308");
    settings.statuses.push_back(*status);
  };
  if (!node.is_sequence()) return add(node);
  if (!config::is_filled_list(reading.context, node, "status", "write it like [301, 308]")) return;
  for (const config::Node* item : node.items) add(*item);
}

WebUrl origin_of(const config::ProbeSpec& spec) {
  return {spec.secure, match::lower_case(spec.host), spec.port, "/", std::nullopt};
}

void check_goal(const config::ProbeReading& reading, const config::Node& node, const Settings& settings) {
  const auto goal = resolve(origin_of(reading.spec), settings.to);
  if (!settings.to.starts_with('/') && settings.to.find("://") == std::string::npos)
    return reading.error(node, config::in_quotes(settings.to) + " is not where a redirect can lead",
                         "write a URL, or a path that starts with \"/\"");
  if (!goal)
    return reading.error(node, config::in_quotes(settings.to) + " is not where a redirect can lead",
                         goal.error());
  if (reading.spec.secure && !settings.http_port && !goal->secure)
    reading.error(node, "this leads from https back to http",
                  "no browser user is safe there: name an https URL");
  if (settings.keep_path && goal->path != "/")
    reading.error(node, "\"to\" has a path, and \"keep_path\" keeps another", "remove one of the two");
  if (settings.keep_query && goal->query)
    reading.error(node, "\"to\" has a query, and \"keep_query\" speaks of another", "remove one of the two");
}

void read_keeping(const config::ProbeReading& reading, Settings& settings) {
  settings.keep_path = read_flag(reading, reading.map, "keep_path").value_or(false);
  settings.keep_query = read_flag(reading, reading.map, "keep_query");
  const std::size_t mark = settings.from.find('?');
  if (settings.keep_path && settings.from.substr(0, mark) == "/")
    reading.error(*reading.find("keep_path"), "\"from\" has no path to keep",
                  "write it like from: /some/page");
  if (settings.keep_query && mark == std::string::npos)
    reading.error(*reading.find("keep_query"), "\"from\" has no query to keep or to drop",
                  "write it like from: /some/page?x=1");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  read_from(reading, *settings);
  read_method(reading, *settings);
  if (const config::Node* status = reading.find("status")) read_status(reading, *status, *settings);
  read_keeping(reading, *settings);
  settings->same_host_first = read_flag(reading, reading.map, "same_host_first").value_or(false);
  if (const config::Node* hops = reading.find("max_hops"))
    config::assign(settings->max_hops, config::read_whole(reading.context, *hops, "max_hops", kHopRange));
  if (const config::Node* hosts = reading.find("hosts"))
    for (const std::string& host : read_texts(reading, *hosts, "hosts"))
      settings->hosts.push_back(match::lower_case(host));
  const config::Node* to = reading.require("to", "write it like to: https://shop.example.com/");
  if (to == nullptr) return settings;
  config::assign(settings->to, reading.text(*to, "to"));
  if (!reading.spec.host.empty()) check_goal(reading, *to, *settings);
  return settings;
}

// ---- asking

WebUrl start_of(const Probe& probe) {
  const auto& settings = probe.settings<Settings>();
  WebUrl start = origin_of(probe.spec);
  if (settings.http_port) {
    start.secure = false;
    start.port = *settings.http_port;
  }
  const auto url = resolve(start, settings.from);
  return url ? *url : start;
}

// The URL that the chain must come to, with what is kept put in.
WebUrl goal_of(const Probe& probe) {
  const auto& settings = probe.settings<Settings>();
  const WebUrl start = start_of(probe);
  const auto resolved = resolve(origin_of(probe.spec), settings.to);
  WebUrl goal = resolved ? *resolved : origin_of(probe.spec);
  if (settings.keep_path) goal.path = start.path;
  if (settings.keep_query.value_or(false)) goal.query = start.query;
  return goal;
}

// A query counts only where something is said about it.
bool is_goal(const Settings& settings, const WebUrl& goal, const WebUrl& url) {
  const bool query_counts = settings.keep_query.has_value() || goal.query.has_value();
  return url.same_origin(goal) && url.path == goal.path && (!query_counts || url.query == goal.query);
}

ChainRules rules_of(const Probe& probe) {
  const auto& settings = probe.settings<Settings>();
  ChainRules rules;
  rules.start = start_of(probe);
  rules.method = settings.method;
  rules.max_hops = settings.max_hops;
  rules.may_ask = [&probe, &settings](const WebUrl& url) {
    return url.host == match::lower_case(probe.spec.host) ||
           std::find(settings.hosts.begin(), settings.hosts.end(), url.host) != settings.hosts.end();
  };
  rules.is_goal = [&settings, goal = goal_of(probe)](const WebUrl& url) {
    return is_goal(settings, goal, url);
  };
  return rules;
}

// What holds for the target does not hold for another place: not the address to connect to, nor, on another
// host, the name and the certificate.
client::Access access_elsewhere(const Probe& probe, const WebUrl& url) {
  client::Access access = probe.access;
  access.connect_to.clear();
  if (url.host == match::lower_case(probe.spec.host)) return access;
  access.server_name.clear();
  access.certificate_file.clear();
  access.key_file.clear();
  return access;
}

// The target's own headers may hold secrets: nobody else gets them, nor does anybody listening on http.
client::Ask ask_for(const Probe& probe, const WebUrl& url, const std::string& method) {
  const auto& settings = probe.settings<Settings>();
  const bool at_target = url.same_origin(origin_of(probe.spec));
  client::Ask ask = probe.http(url.path, method);
  ask.label = fmt::format("{} {}", method, url.text());
  client::HttpAsk& made = http(ask);
  made.url = url.text();
  if (method == settings.method) made.body = settings.body;
  if (at_target) return ask;
  made.headers.clear();
  ask.access = access_elsewhere(probe, url);
  return ask;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const Chain chain = walk(rules_of(probe), so_far);
  if (chain.end != Chain::End::open) return {};
  return {ask_for(probe, chain.url, chain.method)};
}

// ---- judging

std::string shown_statuses(const std::vector<std::uint64_t>& statuses) {
  std::string text;
  for (std::size_t i = 0; i < statuses.size(); ++i)
    text += (i == 0 ? "" : i + 1 == statuses.size() ? " or " : ", ") + std::to_string(statuses[i]);
  return text;
}

class ChainJudge {
 public:
  ChainJudge(const Probe& probe, const Chain& chain, Judgement& judgement)
      : settings_(probe.settings<Settings>()), goal_(goal_of(probe)), chain_(chain), judgement_(judgement) {}

  void judge() {
    for (const Hop& hop : chain_.hops)
      if (hop.redirects()) judge_hop(hop);
    if (settings_.same_host_first) judge_first();
    judge_end();
  }

 private:
  void require(bool holds, std::string what, std::string expected, std::string observed) {
    judgement_.require(holds, std::move(what), std::move(expected), std::move(observed));
  }

  void judge_hop(const Hop& hop) {
    const std::string label = fmt::format("{} {}", hop.method, hop.at.text());
    const auto status = static_cast<std::uint64_t>(hop.status);
    const bool known =
        std::find(settings_.statuses.begin(), settings_.statuses.end(), status) != settings_.statuses.end();
    // What the goal itself answers is not part of the way to it.
    const bool on_the_way = !is_goal(settings_, goal_, hop.at);
    if (on_the_way)
      require(known, "status of " + label, shown_statuses(settings_.statuses), std::to_string(hop.status));
    if (!hop.to) return require(false, "location of " + label, "where it leads", hop.problem);
    if (on_the_way && method_after(hop.method, hop.status) != hop.method)
      require(false, "method after " + label, hop.method + " still, by 307 or 308",
              fmt::format("GET, by {}", hop.status));
    judge_encryption(hop, label);
  }

  void judge_encryption(const Hop& hop, const std::string& label) {
    if (hop.at.secure && !hop.to->secure)
      require(false, "location of " + label, "https still", hop.to->text());
    if (!hop.at.secure && !hop.to->secure && goal_.secure)
      require(false, "location of " + label, "https at once", hop.to->text() + ", which is http again");
  }

  // Only over https can the host that was asked for switch HSTS on for itself.
  void judge_first() {
    if (chain_.hops.empty() || !chain_.hops[0].to) return;
    const Hop& first = chain_.hops[0];
    require(first.to->host == first.at.host && first.to->secure, "first hop from " + first.at.text(),
            "https on the same host", first.to->text());
  }

  void judge_end() {
    const std::string expected = goal_.text();
    std::string observed = chain_.shown();
    switch (chain_.end) {
      case Chain::End::arrived:
        require(true, "end of the chain", expected, observed);
        return judge_goal();
      case Chain::End::off_list:
        observed += ", not asked: the host is not in \"hosts\"";
        return require(is_goal(settings_, goal_, chain_.url), "end of the chain", expected, observed);
      case Chain::End::stands:
        if (chain_.hops.size() == 1) observed = fmt::format("no redirect: status {}", chain_.hops[0].status);
        return require(false, "end of the chain", expected, observed);
      case Chain::End::loop:
        return require(false, "end of the chain", expected, "a loop: " + observed);
      case Chain::End::too_long:
        return require(false, "end of the chain",
                       fmt::format("{} in at most {} hops", expected, settings_.max_hops),
                       "more: " + observed);
      case Chain::End::broken:
      case Chain::End::trouble:
      case Chain::End::open:
        return;  // the hop or the exchange has said it
    }
  }

  // It may ask for a login, but it must be there.
  void judge_goal() {
    const Hop& last = chain_.hops.back();
    const bool there = last.status < 500 && last.status != 404 && last.status != 410;
    require(there, "answer of " + last.at.text(), "a page", std::to_string(last.status));
  }

  const Settings& settings_;
  WebUrl goal_;
  const Chain& chain_;
  Judgement& judgement_;
};

Judgement judge(const Probe& probe, Exchanges all) {
  const Chain chain = walk(rules_of(probe), all);
  Judgement judgement;
  for (const Exchange& exchange : all) judgement.trouble(exchange.ask, exchange.answer);
  ChainJudge(probe, chain, judgement).judge();
  return judgement;
}

}  // namespace

const Kind kRedirect{.form = {.name = "redirect", .keys = kKeys, .read = read},
                     .purpose = "a chain of redirects ends where it should, over https and without detours",
                     .next = next,
                     .judge = judge};

}  // namespace assay::probes
