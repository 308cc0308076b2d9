// What a planned gate can tell, in words: the part of `assay explain` about power. Pure function.
#pragma once
#include <string>

#include "cli/forecast.h"
#include "config/gate_spec.h"
#include "model/noise_facts.h"

namespace assay::cli {

// What is known of a service before its gate is run.
struct Knowledge {
  const NoiseFacts* noise = nullptr;  // from stored runs or a pilot; null: nothing, and a table answers
  // The gate with the margins that floors come to at measured quantiles; null: quantiles are not known.
  const config::GateSpec* as_measured = nullptr;
};

// Empty where nothing is compared.
std::string prospect_text(const config::GateSpec& gate, const Forecast& expected, const Knowledge& known);

}  // namespace assay::cli
