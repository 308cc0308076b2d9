// What a gate file demands of Content-Security-Policy.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "config/probe_form.h"
#include "probes/csp.h"
#include "probes/expectation.h"

namespace assay::probes {

struct CspRule {
  std::optional<CspGrade> grade;
  std::vector<std::string> forbid;  // source expressions, quotes or not: "unsafe-inline", "data:"
  Expectation directives;           // each directive as if it were a header
  std::string location;

  void judge(const Probe& probe, const client::HttpAnswer& answer, const std::string& place,
             Judgement& judgement) const;
  // A nonce that comes again can be used by whoever read the page before.
  void judge_nonces(const client::HttpAnswer& first, const client::HttpAnswer& second,
                    const std::string& place, Judgement& judgement) const;
};
// `present`, or { grade: strict, forbid: [unsafe-inline], directives: { frame-ancestors: "'none'" } }
CspRule read_csp_rule(const config::ProbeReading& reading, const config::Node& node);

}  // namespace assay::probes
