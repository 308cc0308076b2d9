// The parts of a gate file, one reader each. They fill the GateSpec in the order of this header, because
// later parts refer to names of earlier ones; each reports its own mistakes and leaves the rest of the spec
// alone.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.h"
#include "config/gate_spec.h"
#include "config/map_reader.h"
#include "config/read_context.h"

namespace assay::config {

void read_names(ReadContext& context, const MapReader& gate, GateSpec& spec);  // variables and secrets
void read_targets(ReadContext& context, const MapReader& gate, GateSpec& spec);
void read_scenarios(ReadContext& context, const MapReader& gate, GateSpec& spec);
void read_server_metrics(ReadContext& context, const MapReader& gate, GateSpec& spec);
void read_load(ReadContext& context, const MapReader& gate, GateSpec& spec);
// Whether nothing is offered: `load: none`, or `assay watch`.
bool watches_only(const ReadContext& context, const MapReader& gate);
// Of a gate that was read without a mistake: what is to be judged can be judged by watching alone.
void check_watch(ReadContext& context, const MapReader& gate, GateSpec& spec);
void read_thresholds(ReadContext& context, const MapReader& gate, GateSpec& spec);
void read_compare(ReadContext& context, const MapReader& gate, GateSpec& spec);
void read_judgement(ReadContext& context, const MapReader& gate, GateSpec& spec);
void read_probes(ReadContext& context, const MapReader& gate, GateSpec& spec);

// Shared by several parts.
std::vector<FieldSpec> read_headers(ReadContext& context, const Node& node);
ExpectSpec read_expect(ReadContext& context, const Node& node);
enum class MatcherPlace : std::uint8_t { header, json, body };
std::vector<MatcherSpec> read_matchers(ReadContext& context, const Node& node, std::string_view label,
                                       MatcherPlace place);
std::vector<StepSpec> read_steps(ReadContext& context, const Node& node);
ThresholdSpec read_threshold_expression(ReadContext& context, const Node& node);
std::string read_file_path(ReadContext& context, const Node& node, std::string_view label);
std::map<std::string, std::string> read_resolve(ReadContext& context, const Node& node);
std::string read_connect_to(ReadContext& context, const Node& node);
std::optional<double> read_in_unit(ReadContext& context, const Node& node, std::string_view label, Unit unit);
void check_pointer(ReadContext& context, const Node& node, std::string_view pointer);

// The span of a command-line option, so that its mistakes look like those of the file.
SourceSpan option_span(std::string_view option, std::string_view name, std::string_view value);

}  // namespace assay::config
