// Parts of the codec that turn JSON into facts. Private to model. Errors are kept by the node.
#pragma once
#include "model/json_node.h"
#include "model/run_result.h"
#include "model/verdict.h"

namespace assay {

void decode(const JsonNode& node, RunResult& into);
void decode(const JsonNode& node, Series& into);
void decode(const JsonNode& node, GeneratorHealth& into);
void decode(const JsonNode& node, Verdict& into);
void decode(const JsonNode& node, ProbeResult& into);
void decode(const JsonNode& node, ServerMetric& into);
void decode(const JsonNode& node, stats::Histogram& into);
void decode_packed(const JsonNode& node, stats::Histogram& into);

}  // namespace assay
