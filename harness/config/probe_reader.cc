#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

#include "base/suggest.h"
#include "base/units.h"
#include "config/parts.h"
#include "config/probe_form.h"
#include "config/references.h"
#include "config/url.h"
#include "config/values.h"

namespace assay::config {
namespace {

constexpr DurationRange kEveryRange{std::chrono::milliseconds(10), std::chrono::hours(1)};
constexpr DurationRange kTimeoutRange{std::chrono::milliseconds(1), std::chrono::hours(6)};
constexpr DurationRange kOutageRange{Nanos(0), std::chrono::hours(24)};
constexpr Nanos kUsualInterval = std::chrono::seconds(1);
constexpr std::uint64_t kMostRetries = 100;
constexpr std::int64_t kMostOverlapping = 1000;

bool repeated(ProbePhase phase) { return phase == ProbePhase::during || phase == ProbePhase::continuous; }

class ProbeReader {
 public:
  ProbeReader(ReadContext& context, GateSpec& gate) : context_(context), gate_(gate) {}

  void read(const Node& node) {
    const ProbeForm* form = form_of(node);
    if (form == nullptr) return;
    ErrorMark mark(context_);
    std::vector<std::string_view> words(std::begin(keys::kProbe), std::end(keys::kProbe));
    words.insert(words.end(), form->keys.begin(), form->keys.end());
    const std::string what = "a probe of kind " + std::string(form->name);
    const KeyTable table{"probe", what, words};
    const MapReader map(context_, node, table, "probe");
    ProbeSpec spec;
    spec.kind = form->name;
    read_name(map, spec);
    read_target(map, *form, spec);
    read_reach(map, spec);
    read_schedule(map, *form, spec);
    read_judgement_keys(map, spec);
    const ProbeReading reading{context_, map, gate_, spec};
    spec.settings = form->read(reading);
    read_danger(map, *form, spec);
    if (mark.clean()) gate_.probes.push_back(std::move(spec));
  }

 private:
  const ProbeForm* form_of(const Node& node) {
    if (!node.is_map()) {
      context_.error(node, "a probe is a map of keys", "write it like { kind: http, path: /health }");
      return nullptr;
    }
    const Node* kind = node.find("kind");
    std::vector<std::string_view> names;
    for (const ProbeForm& form : context_.options.probe_forms) names.push_back(form.name);
    if (kind == nullptr) {
      context_.error(node, "\"kind\" is missing in a probe", "write it like kind: http");
      return nullptr;
    }
    const std::optional<std::string> text = read_text(context_, *kind, "kind");
    if (!text) return nullptr;
    for (const ProbeForm& form : context_.options.probe_forms)
      if (form.name == *text) return &form;
    std::string hint = did_you_mean(*text, std::span<const std::string_view>(names));
    if (hint.empty()) {
      hint = "known kinds:";
      for (const std::string_view name : names) hint.append(name == names[0] ? " " : ", ").append(name);
    }
    context_.error(context_.span(*kind), "there is no probe of kind " + in_quotes(*text), std::move(hint));
    return nullptr;
  }

  void read_name(const MapReader& map, ProbeSpec& spec) {
    const Node* node = map.find("name");
    spec.span = context_.span(node != nullptr ? *node : *map.find("kind"));
    if (node != nullptr) {
      assign(spec.name, read_text(context_, *node, "name"));
      if (spec.name.empty() || spec.name.size() > 100)
        context_.error(*node, "this cannot name a probe", "use 1 to 100 characters");
      if (!names_.insert(spec.name).second)
        context_.error(*node, "duplicate probe " + in_quotes(spec.name), "give each probe its own name");
      return;
    }
    spec.name = spec.kind;
    for (int i = 2; !names_.insert(spec.name).second; ++i) spec.name = spec.kind + " " + std::to_string(i);
  }

  void read_target(const MapReader& map, const ProbeForm& form, ProbeSpec& spec) {
    const Node* node = map.find("target");
    std::string text = "candidate";
    if (node != nullptr) assign(text, read_text(context_, *node, "target"));
    if (text == "candidate" || text == "baseline") {
      spec.arm = text == "baseline" ? Arm::baseline : Arm::candidate;
      const TargetSpec* target = gate_.target(spec.arm);
      if (target != nullptr) return use_target(*target, spec);
      if (node != nullptr) {
        context_.error(*node, "there is no target " + in_quotes(text), "name one under \"targets\"");
      } else if (form.needs_url) {
        context_.error(*map.find("kind"), "this probe needs a target", "name a candidate under \"targets\"");
      }
      return;
    }
    spec.elsewhere = true;
    use_url(context_.span(*node), text, spec);
  }

  void use_url(const SourceSpan& where, const std::string& text, ProbeSpec& spec) {
    const Expected<Url, std::string> url = parse_url(text);
    if (!url) {
      context_.error(where, in_quotes(text) + " cannot be a target",
                     url.error() + "; or name an arm: candidate or baseline");
      return;
    }
    spec.url = text;
    spec.host = url->scheme == Url::Scheme::http_unix ? "localhost" : url->host;
    spec.port = url->scheme == Url::Scheme::http_unix ? 80 : url->port;
    spec.secure = url->scheme == Url::Scheme::https;
    if (url->scheme == Url::Scheme::http_unix) spec.connect_to = "unix:" + url->host;
  }

  void use_target(const TargetSpec& target, ProbeSpec& spec) {
    if (!parse_url(target.url)) return;  // reported where it stands
    use_url(target.span, target.url, spec);
    if (!target.connect_to.empty()) spec.connect_to = target.connect_to;
    spec.resolve = target.resolve;
    spec.ca = target.tls.ca;
    spec.certificate = target.tls.certificate;
    spec.key = target.tls.key;
    spec.server_name = target.tls.server_name;
    spec.verify = target.tls.verify;
    for (const FieldSpec& header : target.headers)
      spec.headers.emplace_back(header.name, resolved(header.value, gate_));
  }

  void read_reach(const MapReader& map, ProbeSpec& spec) {
    if (const Node* node = map.find("connect_to")) spec.connect_to = read_connect_to(context_, *node);
    if (const Node* node = map.find("resolve")) read_addresses(*node, spec);
    if (const Node* node = map.find("ca")) {
      spec.ca = read_file_path(context_, *node, "ca");
      spec.verify = true;
      if (!spec.ca.empty() && access(spec.ca.c_str(), R_OK) != 0) {
        context_.error(context_.span(*node), in_quotes(spec.ca) + " cannot be read",
                       std::generic_category().message(errno));
      }
    }
    if (const Node* node = map.find("server_name"))
      assign(spec.server_name, read_text(context_, *node, "server_name"));
    if (const Node* node = map.find("timeout"))
      assign(spec.timeout, read_duration(context_, *node, "timeout", kTimeoutRange));
    if (const Node* node = map.find("retries"))
      assign(spec.retries, read_whole(context_, *node, "retries", {0, kMostRetries}));
  }

  void read_addresses(const Node& node, ProbeSpec& spec) {
    if (node.is_map()) {
      spec.resolve = read_resolve(context_, node);
      return;
    }
    spec.every_address = read_text(context_, node, "resolve") == "all";
    if (!spec.every_address) {
      context_.error(node, "\"resolve\" says which addresses are looked at",
                     "write resolve: all, or the address of a host: { shop.example.com: 10.0.0.7 }");
    } else if (!spec.connect_to.empty()) {
      context_.error(node, "\"connect_to\" names the one address that is looked at", "remove one of the two");
    }
  }

  void read_schedule(const MapReader& map, const ProbeForm& form, ProbeSpec& spec) {
    const Node* every = map.find("every");
    const Node* phase = map.find("phase");
    if (every != nullptr) assign(spec.every, read_duration(context_, *every, "every", kEveryRange));
    spec.phase = form.usual_phase;
    if (every != nullptr && !repeated(spec.phase)) spec.phase = ProbePhase::during;
    if (phase != nullptr) assign(spec.phase, read_choice(context_, *phase, "phase", kProbePhases));
    if (form.beside_load && repeated(spec.phase)) return read_once_beside_load(map, form, spec);
    if (repeated(spec.phase) && form.dangerous) {
      context_.error(phase != nullptr ? *phase : *every,
                     "a probe of kind " + std::string(form.name) + " never runs while load runs",
                     "use phase: pre or post");
    } else if (repeated(spec.phase) && !form.repeats) {
      context_.error(phase != nullptr ? *phase : *every,
                     "a probe of kind " + std::string(form.name) + " cannot be repeated",
                     "use phase: pre or post");
    } else if (every != nullptr && !repeated(spec.phase)) {
      context_.error(*every, "a probe before or after the load is done once",
                     "remove \"every\", or use phase: during or continuous");
    }
    if (repeated(spec.phase) && spec.every == Nanos(0)) spec.every = kUsualInterval;
    if (spec.every > Nanos(0) && spec.timeout / spec.every > kMostOverlapping) {
      context_.error(*map.find(every != nullptr ? "every" : "timeout"),
                     "more than 1,000 ticks of this probe could be waiting at the same time",
                     "use a longer \"every\" or a shorter \"timeout\"");
    }
    if (spec.every > Nanos(0) && spec.retries > 0)
      context_.error(*map.find("retries"), "a repeated probe is not retried", "the next tick comes anyway");
    if (const Node* node = map.find("tolerate")) read_tolerance(*node, spec);
  }

  void read_once_beside_load(const MapReader& map, const ProbeForm& form, const ProbeSpec& spec) {
    for (const std::string_view key : {"every", "tolerate", "retries"})
      if (const Node* node = map.find(key))
        context_.error(*node, "a probe of kind " + std::string(form.name) + " cannot be repeated",
                       "remove \"" + std::string(key) + "\"");
    if (spec.phase == ProbePhase::continuous)
      context_.error(*map.find("phase"), "a probe of kind " + std::string(form.name) + " runs once",
                     "use phase: pre, during or post");
  }

  void read_tolerance(const Node& node, ProbeSpec& spec) {
    const MapReader map(context_, node, kTolerateKeys, "tolerate");
    spec.tolerate.span = context_.place(node);
    if (!repeated(spec.phase))
      context_.error(node, "only a repeated probe tolerates failures",
                     "add every: 1s, or remove \"tolerate\"");
    if (const Node* value = map.find("failures"))
      assign(spec.tolerate.failures, read_whole(context_, *value, "failures", {}));
    if (const Node* value = map.find("longest_outage"))
      assign(spec.tolerate.longest_outage, read_duration(context_, *value, "longest_outage", kOutageRange));
    if (const Node* value = map.find("availability")) {
      spec.tolerate.availability = read_ratio(context_, *value, "availability");
      if (spec.tolerate.availability.value_or(1) > 1 || spec.tolerate.availability == 0.0)
        context_.error(context_.span(*value), "\"availability\" is a share of the time",
                       "write it like 99.9%");
    }
  }

  void read_judgement_keys(const MapReader& map, ProbeSpec& spec) {
    if (const Node* node = map.find("severity"))
      assign(spec.severity, read_choice(context_, *node, "severity", kSeverities));
    if (const Node* node = map.find("requirement"))
      assign(spec.requirement, read_text(context_, *node, "requirement"));
  }

  // The hosts are written down, so that another target on the command line cannot send harm elsewhere.
  void read_danger(const MapReader& map, const ProbeForm& form, ProbeSpec& spec) {
    const Node* node = map.find("dangerous");
    if (!form.dangerous) {
      if (node != nullptr)
        context_.error(*node, "a probe of kind " + std::string(form.name) + " does no harm",
                       "remove \"dangerous\"");
      return;
    }
    if (node == nullptr) {
      context_.error(*map.find("kind"),
                     "a probe of kind " + std::string(form.name) + " may disturb its target",
                     "allow it for this host: dangerous: [" + (spec.host.empty() ? "HOST" : spec.host) + "]");
      return;
    }
    if (!is_filled_list(context_, *node, "dangerous", "list the hosts on which it may do harm")) return;
    for (const Node* item : node->items)
      if (const auto host = read_text(context_, *item, "dangerous")) spec.dangerous.push_back(*host);
    const bool allowed =
        std::find(spec.dangerous.begin(), spec.dangerous.end(), spec.host) != spec.dangerous.end();
    if (!allowed && !spec.host.empty()) {
      context_.error(*node,
                     "this probe may do harm, and " + in_quotes(spec.host) + " is not in its list of hosts",
                     "add it, or point the probe at another target");
    }
  }

  ReadContext& context_;
  GateSpec& gate_;
  std::set<std::string> names_;
};

}  // namespace

std::optional<std::string> ProbeReading::text(const Node& node, std::string_view label) const {
  const std::optional<TemplateSpec> read = read_template(context, node, label);
  if (!read) return std::nullopt;
  return resolved(*read, gate);
}

void read_probes(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  const Node* probes = gate.find("probes");
  if (probes == nullptr) return;
  if (!is_filled_list(context, *probes, "probes", "write it like [ { kind: http, path: /health } ]")) return;
  ProbeReader reader(context, spec);
  for (const Node* item : probes->items) reader.read(*item);
}

}  // namespace assay::config
