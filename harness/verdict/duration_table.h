// How long a comparison must last where nothing is known about a service's noise: the shortest simulated
// duration (30, 60, 120, 600 s) after which identical versions passed four times in five, for five kinds of
// services and three rates (table T5 of the verdict method, without earlier runs). It is a table, not the
// service that is asked about. Pure functions.
#pragma once
#include <optional>

#include "config/gate_spec.h"

namespace assay::verdict {

struct DurationRange {
  double shortest = 0, longest = 0;  // seconds, by the kind of service
};

// `requests_per_s`: of both arms together. Between the rates of the table interpolated, below them scaled,
// above them not shortened; other margins scale with their square. Absent where the table knows no metric
// like it.
std::optional<DurationRange> table_duration(const config::CompareSpec& compare, double requests_per_s);

}  // namespace assay::verdict
