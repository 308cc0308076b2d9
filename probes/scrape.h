// One answer of a metrics endpoint, read. Pure functions.
#pragma once
#include <string>

#include "base/expected.h"
#include "client/ask.h"
#include "probes/exposition.h"

namespace assay::probes {

// OpenMetrics where the answer says so; else Prometheus' own format, as Prometheus falls back to it.
ExpositionFormat exposition_format(const client::HttpAnswer& answer);
// Whether Prometheus 3 would accept the content type.
bool is_exposition_type(const client::HttpAnswer& answer);

// Why the answer shows no metrics: "503", "HTML", "line 12: ...". The answer is one without trouble.
Expected<Exposition, std::string> read_scrape(const client::HttpAnswer& answer);

}  // namespace assay::probes
