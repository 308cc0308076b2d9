// What the reader of gate files must know about the kinds of probes: their names, their keys, and who reads
// those. The table comes from probes/registry through ReadOptions, so that a new kind touches no file of this
// folder.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/gate_spec.h"
#include "config/map_reader.h"
#include "config/probe_spec.h"
#include "config/read_context.h"

namespace assay::config {

// One probe being read. `spec` holds what all kinds share, filled before the kind is asked; a kind may still
// change it (the URL of another default port, say).
struct ProbeReading {
  ReadContext& context;
  const MapReader& map;
  const GateSpec& gate;  // names and targets only
  ProbeSpec& spec;

  const Node* find(std::string_view key) const { return map.find(key); }
  const Node* require(std::string_view key, std::string_view hint = {}) const {
    return map.require(key, hint);
  }
  // Text in which variables, secrets and the environment are replaced. What holds a secret is redacted in
  // results, because the runner knows every form of every secret.
  std::optional<std::string> text(const Node& node, std::string_view label) const;
  void error(const Node& node, std::string title, std::string hint = {}) const {
    context.error(node, std::move(title), std::move(hint));
  }
};

struct ProbeForm {
  std::string_view name;                   // "rate-limit"
  std::span<const std::string_view> keys;  // its own, beside those that all kinds share
  // Mistakes go to the context; the settings are then thrown away.
  std::shared_ptr<const ProbeSettings> (*read)(const ProbeReading& reading) = nullptr;
  bool needs_url = true;   // speaks to a target
  bool dangerous = false;  // may disturb who else uses the target: needs `dangerous`, never runs during load
  bool repeats = true;     // may be repeated with `every`
  bool beside_load = false;  // may run once while load runs, though it is dangerous and not repeated
  ProbePhase usual_phase = ProbePhase::pre;  // where neither `phase` nor `every` asks for another
};

}  // namespace assay::config
