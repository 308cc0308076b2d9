#include "config/gate_identity.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "config/document.h"

namespace assay::config {
namespace {

// Lengths before texts, so that no text can look like structure.
std::string counted(const std::string& text) { return std::to_string(text.size()) + ":" + text; }

std::string canonical(const Node& node);

std::string canonical_map(const Node& node) {
  std::vector<std::string> entries;
  for (const Node::Entry& entry : node.entries)
    entries.push_back(counted(entry.key->text) + canonical(*entry.value));
  std::sort(entries.begin(), entries.end());
  std::string text = "{";
  for (const std::string& entry : entries) text += entry;
  return text + "}";
}

std::string canonical(const Node& node) {
  if (node.is_map()) return canonical_map(node);
  if (node.is_sequence()) {
    std::string text = "[";
    for (const Node* item : node.items) text += canonical(*item);
    return text + "]";
  }
  if (node.is_null()) return "n";
  return (node.quoted ? "q" : "s") + counted(node.text);  // "1" and 1 are not the same
}

std::string number(double value) { return nlohmann::json(value).dump(); }
std::string number(Nanos value) { return std::to_string(value.count()); }

std::string identity(const LoadSpec& load) {
  std::string text = std::string(name(load.shape)) + " rate " + number(load.rate_per_s);
  for (const RateStage& stage : load.rate_stages)
    text += " to " + number(stage.per_second) + " in " + number(stage.duration);
  text += " users " + std::to_string(load.users);
  for (const UserStage& stage : load.user_stages)
    text += " to " + std::to_string(stage.users) + " in " + number(stage.duration);
  text += " iterations " + std::to_string(load.iterations) + " for " + number(load.duration) + " warm " +
          number(load.warm_up) + " arrivals " + std::to_string(static_cast<int>(load.arrivals)) +
          " connections " + std::to_string(static_cast<int>(load.connections)) + " at most " +
          std::to_string(load.max_in_flight);
  return text + "\n";
}

// What a target adds to every request, or gives up on.
std::string added_by_targets(const Node& root) {
  const Node* targets = root.find("targets");
  if (targets == nullptr || !targets->is_map()) return "";
  std::string text;
  for (const Node::Entry& target : targets->entries) {
    if (!target.value->is_map()) continue;
    for (const char* key : {"headers", "timeouts"}) {
      const Node* added = target.value->find(key);
      if (added != nullptr) text += target.key->text + " " + key + canonical(*added);
    }
  }
  return text;
}

}  // namespace

std::string scenario_identity(const GateSpec& gate) {
  ConfigErrors ignored;  // the file has been read before
  const auto document = Document::parse(gate.source, ignored);
  const Node* scenarios = document ? document->root().find("scenarios") : nullptr;
  std::string text = scenarios == nullptr ? "" : canonical(*scenarios) + added_by_targets(document->root());
  std::string values;
  for (const VariableSpec& variable : gate.variables) {
    if (text.find("${" + variable.name) == std::string::npos) continue;
    values += counted(variable.name) + counted(variable.value.get().dump());
  }
  return text + values;
}

std::string load_identity(const GateSpec& gate) {
  std::string text = std::to_string(gate.targets.size()) + " arms\n";
  for (const LoadSpec& load : gate.load) text += identity(load);
  return text;
}

}  // namespace assay::config
