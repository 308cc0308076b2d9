#include "config/gate_reader.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "config/document.h"
#include "config/parts.h"
#include "config/values.h"

namespace assay::config {
namespace {

constexpr std::size_t kLongestName = 64;

bool fits_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

// "canary" from "gates/canary.yaml".
std::string name_of_file(const std::string& path) {
  std::string name = path.substr(path.find_last_of('/') + 1);
  name = name.substr(0, name.find_last_of('.'));
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !fits_name(c); }, '-');
  return name.empty() || name[0] == '.' ? "gate" : name.substr(0, kLongestName);
}

void read_version(ReadContext& context, const MapReader& gate) {
  const Node* version = gate.require("version", "start the file with \"version: 1\"");
  if (version == nullptr) return;
  const std::optional<std::uint64_t> number = read_whole(context, *version, "version", {});
  if (number && *number != 1) {
    context.error(*version, "version " + std::to_string(*number) + " of the language is not known",
                  "write version: 1");
  }
}

void read_name(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  spec.name = name_of_file(spec.source->path());
  const Node* name = gate.find("name");
  if (name != nullptr) assign(spec.name, read_text(context, *name, "name"));
  const bool usable = !spec.name.empty() && spec.name.size() <= kLongestName && spec.name[0] != '.' &&
                      std::all_of(spec.name.begin(), spec.name.end(), fits_name);
  if (!usable && name != nullptr) {
    context.error(context.span(*name), in_quotes(spec.name) + " cannot name a gate",
                  "it becomes part of a folder's name: use letters, digits, -, _ and ., at most 64");
  }
  const Node* description = gate.find("description");
  if (description != nullptr) assign(spec.description, read_text(context, *description, "description"));
}

// A gate may consist of probes alone.
bool has_load(const MapReader& gate) {
  return gate.find("probes") == nullptr || gate.find("scenarios") != nullptr || gate.find("load") != nullptr;
}

void read_offer(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  const ErrorMark mark(context);
  read_scenarios(context, gate, spec);
  const Node* load = gate.find("load");
  // Probes may send scenarios as faults and need no load for that.
  const bool only_faults = mark.clean() && spec.scenarios.empty();
  if (only_faults && load == nullptr && gate.find("probes") != nullptr) return;
  if (only_faults)
    context.error(*gate.find("scenarios"), "no scenario is offered as load: all have weight 0",
                  "give one of them another weight, or remove \"load\" and leave them to faults");
  read_load(context, gate, spec);
}

void read_traffic(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  if (!watches_only(context, gate)) {
    if (has_load(gate)) read_offer(context, gate, spec);
    return;
  }
  // Faults may be scenarios.
  if (gate.find("scenarios") != nullptr) read_scenarios(context, gate, spec);
  read_load(context, gate, spec);
}

// Once the probes are known, and without a mistake: one that has a mistake is not kept.
void check_fault_scenarios(ReadContext& context, const GateSpec& spec) {
  if (!context.errors.empty()) return;
  for (const ScenarioSpec& scenario : spec.fault_scenarios) {
    const bool used = std::any_of(spec.probes.begin(), spec.probes.end(),
                                  [&](const ProbeSpec& probe) { return probe.scenario == scenario.name; });
    if (!used)
      context.error(
          scenario.span, "scenario " + in_quotes(scenario.name) + " is never sent",
          "its weight is 0 and no fault names it: inject: { scenario: " + scenario.name + ", ... }");
  }
}

}  // namespace

Expected<GateSpec, ConfigErrors> read_gate(std::shared_ptr<const SourceFile> source,
                                           const ReadOptions& options) {
  ReadContext context(source, options);
  GateSpec spec;
  const std::optional<Document> document = Document::parse(source, context.errors);
  spec.source = std::move(source);
  if (!document) return Unexpected(std::move(context.errors));
  if (!document->root().is_map()) {
    context.error(document->root(), "a gate file is a map of keys", "start it with \"version: 1\"");
  } else {
    const MapReader gate(context, document->root(), kGateKeys, "the gate file");
    read_version(context, gate);
    read_names(context, gate, spec);
    read_name(context, gate, spec);
    read_targets(context, gate, spec);
    read_server_metrics(context, gate, spec);
    read_traffic(context, gate, spec);
    read_thresholds(context, gate, spec);
    read_compare(context, gate, spec);
    read_judgement(context, gate, spec);
    read_probes(context, gate, spec);
    check_fault_scenarios(context, spec);
    if (context.errors.empty()) check_watch(context, gate, spec);
  }
  if (context.errors.empty()) return spec;
  context.errors.sort();
  return Unexpected(std::move(context.errors));
}

}  // namespace assay::config
