#include "probes/probe_ports.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/values.h"
#include "probes/address_key.h"
#include "probes/port_set.h"
#include "probes/port_state.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"host", "open", "closed", "scan", "closed_as", "control"};
constexpr std::size_t kMostPorts = 1024, kBatch = 64;

struct Settings final : config::ProbeSettings {
  PortSet open, closed;
  Closed closed_as = Closed::either;
  std::uint16_t control = 0;  // answers, though nothing else is demanded of it; 0: those of `open` do
};

void read_sets(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* open = reading.find("open");
  const config::Node* closed = reading.find("closed");
  const config::Node* scan = reading.find("scan");
  if (open != nullptr) settings.open = read_ports(reading, *open, "open");
  if (closed != nullptr) settings.closed = read_ports(reading, *closed, "closed");
  if (closed != nullptr && scan != nullptr)
    reading.error(*scan, "\"scan\" and \"closed\" both say which ports are closed", "use one of them");
  if (open == nullptr && closed == nullptr && scan == nullptr)
    reading.error(*reading.find("kind"), "this probe expects nothing",
                  "write open: [80, 443], closed: [5432] or scan: \"1-1024\"");
  for (const std::uint16_t port : settings.open) {
    if (settings.closed.contains(port))
      reading.error(*closed, fmt::format("port {} cannot be open and closed", port),
                    "remove it from one of the lists");
  }
  if (scan == nullptr) return;
  settings.closed = read_ports(reading, *scan, "scan");
  for (const std::uint16_t port : settings.open) settings.closed.erase(port);
}

void read_closing(const config::ProbeReading& reading, std::uint16_t target_port, Settings& settings) {
  const config::Node* control = reading.find("control");
  const config::Node* closed_as = reading.find("closed_as");
  if (closed_as != nullptr)
    config::assign(settings.closed_as,
                   config::read_choice(reading.context, *closed_as, "closed_as", kClosedWords));
  if (control != nullptr)
    config::assign(settings.control, config::read_whole(reading.context, *control, "control", {1, 65535}));
  if (reading.find("closed") == nullptr && reading.find("scan") == nullptr) {
    if (const config::Node* idle = closed_as != nullptr ? closed_as : control)
      reading.error(*idle, "this belongs to ports that must be closed", "add \"closed\" or \"scan\"");
    return;
  }
  if (settings.control == 0 && settings.open.empty() && !settings.closed.contains(target_port))
    settings.control = target_port;
  if (settings.control == 0 && settings.open.empty()) {
    reading.error(*reading.find("kind"), "a machine that is down would look closed too",
                  "name a port that answers: open: [443], or control: 443");
  }
  if (!settings.open.contains(settings.control) && settings.closed.contains(settings.control)) {
    reading.error(control != nullptr ? *control : *reading.find("kind"),
                  fmt::format("port {} must answer, and must be closed", settings.control),
                  "name it in \"open\", or use another control");
  }
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  const std::string host = reading.spec.host;
  const std::uint16_t target_port = reading.spec.port;
  read_host(reading);
  read_sets(reading, *settings);
  read_closing(reading, reading.spec.host == host ? target_port : 0, *settings);
  if (settings->open.size() + settings->closed.size() > kMostPorts) {
    reading.error(
        *reading.find("kind"),
        fmt::format("{} ports are too many for one probe", settings->open.size() + settings->closed.size()),
        fmt::format("look at no more than {}", kMostPorts));
  }
  return settings;
}

// Those that must answer come first: where none does, the others would only cost their timeouts.
std::vector<std::uint16_t> in_order(const Settings& settings) {
  std::vector<std::uint16_t> ports;
  if (settings.control != 0 && !settings.open.contains(settings.control)) ports.push_back(settings.control);
  ports.insert(ports.end(), settings.open.begin(), settings.open.end());
  ports.insert(ports.end(), settings.closed.begin(), settings.closed.end());
  return ports;
}

using States = std::map<std::uint16_t, const client::Answer*>;

States states_of(Exchanges all) {
  States states;
  for (const Exchange& exchange : all)
    states[std::get<client::DialAsk>(exchange.ask.what).port] = &exchange.answer;
  return states;
}

bool any_open(Exchanges all) {
  return std::any_of(all.begin(), all.end(),
                     [](const Exchange& exchange) { return port_state(exchange.answer) == PortState::open; });
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  const std::vector<std::uint16_t> ports = in_order(settings);
  const std::size_t must_answer = ports.size() - settings.closed.size();
  const std::size_t from = so_far.size();
  if (from >= must_answer && !any_open(so_far)) return {};
  const std::size_t stop = from < must_answer ? must_answer : ports.size();
  std::vector<client::Ask> asks;
  for (std::size_t i = from; i < std::min(from + kBatch, stop); ++i)
    asks.push_back({fmt::format("port {}", ports[i]), client::DialAsk{probe.spec.host, ports[i], {}}});
  return asks;
}

// "refused: 22, 5432; filtered: 8000-8010"
std::string by_state(const std::map<PortState, PortSet>& sets) {
  std::string text;
  for (const auto& [state, ports] : sets)
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", name(state), shown(ports));
  return text.empty() ? "none" : text;
}

struct Sorted {
  std::map<PortState, PortSet> right, wrong;
  const client::Answer* unknown = nullptr;  // one that could not be tried
};

// `reached`: the machine answers somewhere. Else "no route" is this side's trouble, as for every other probe.
template <class Right>
Sorted sort(const PortSet& wanted, const States& states, bool reached, Right right) {
  Sorted sorted;
  for (const std::uint16_t port : wanted) {
    const auto found = states.find(port);
    if (found == states.end()) continue;
    const PortState state = port_state(*found->second);
    const bool no_route = !reached && found->second->trouble == client::Trouble::unreachable;
    if (state == PortState::unknown || no_route) {
      sorted.unknown = found->second;
    } else {
      (right(state) ? sorted.right : sorted.wrong)[state].insert(port);
    }
  }
  return sorted;
}

void add_fact(const Sorted& sorted, const std::string& what, const std::string& expected,
              std::string_view wrong, Judgement& judgement) {
  if (!sorted.wrong.empty()) {
    judgement.add(ProbeState::fail, what, expected, fmt::format("{} ({})", wrong, by_state(sorted.wrong)));
  } else if (!sorted.right.empty()) {
    judgement.add(ProbeState::pass, what, expected, by_state(sorted.right));
  }
  if (sorted.unknown != nullptr) {
    judgement.could_not(what, fmt::format("not all could be tried: {}: {}", name(sorted.unknown->trouble),
                                          sorted.unknown->problem));
  }
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  const States states = states_of(all);
  const bool reached = any_open(all);
  Judgement judgement;
  if (!settings.open.empty()) {
    const auto is_open = [](PortState state) { return state == PortState::open; };
    add_fact(sort(settings.open, states, reached, is_open), "open ports", shown(settings.open),
             "unexpectedly closed", judgement);
  }
  if (settings.closed.empty()) return judgement;
  if (!reached) {
    judgement.could_not("closed ports",
                        fmt::format("no port of {} answers that should: a machine out of reach "
                                    "proves nothing",
                                    probe.spec.host));
    return judgement;
  }
  const auto closed = [&](PortState state) { return is_closed(state, settings.closed_as); };
  const std::string how =
      settings.closed_as == Closed::either ? "closed" : std::string(kClosedWords.word(settings.closed_as));
  add_fact(sort(settings.closed, states, reached, closed), "closed ports", shown(settings.closed) + " " + how,
           settings.closed_as == Closed::either ? "unexpectedly open" : "closed otherwise or open",
           judgement);
  return judgement;
}

}  // namespace

const Kind kPorts{
    .form = {.name = "ports", .keys = kKeys, .read = read, .needs_url = false, .dangerous = true},
    .purpose = "exactly these ports of a machine are open",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
