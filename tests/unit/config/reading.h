// Reads gate files from text in tests: with a small environment, and with the parts that a test leaves out
// filled in.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "config/gate_reader.h"

namespace assay::config {

struct Reading {
  std::map<std::string, std::string> environment;
  ReadOptions options;
  std::string path = "gate.yaml";

  Expected<GateSpec, ConfigErrors> read(const std::string& text) {
    options.environment = [this](std::string_view name) -> std::optional<std::string> {
      const auto found = environment.find(std::string(name));
      return found == environment.end() ? std::nullopt : std::optional(found->second);
    };
    return read_gate(std::make_shared<const SourceFile>(path, text), options);
  }
};

inline const std::string kTargets = "targets: { candidate: http://127.0.0.1:8080 }\n";
inline const std::string kLoad = "load: { shape: constant-arrival-rate, rate: 50/s, duration: 1m }\n";

// One scenario "s" with these steps (each indented by the caller as a list item at column 7), and more keys.
inline std::string gate_with_steps(const std::string& steps, const std::string& more = {}) {
  return "version: 1\n" + kTargets + "scenarios:\n  s:\n    steps:\n" + steps + kLoad + more;
}
inline std::string gate_with(const std::string& more) { return gate_with_steps("      - get: /\n", more); }

inline const RequestSpec& request(const GateSpec& gate, std::size_t step = 0) {
  return std::get<RequestSpec>(gate.scenarios.at(0).steps.at(step).action);
}

}  // namespace assay::config
