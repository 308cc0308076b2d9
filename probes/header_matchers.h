// Matchers on headers alone: an Expectation without the demand on the status that `expect` brings with it.
#pragma once
#include <string_view>
#include <vector>

#include "probes/expectation.h"

namespace assay::probes {

Expectation compile_headers(const config::ProbeReading& reading,
                            std::vector<config::HeaderExpectation> headers);

// A fact for each, named by the header and `suffix`: "x-frame-options" + " on /missing (404)".
void judge_headers(const Expectation& expectation, const Probe& probe, const client::HttpAnswer& answer,
                   std::string_view suffix, Judgement& judgement);

}  // namespace assay::probes
